"""The statements of blanks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.blanks import Price
from server.piped import bytea_array
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Held:
    """The blanks of one type that a device was given: how many it may still sell, has sold, and that are void."""

    device_id: UUID
    device: str
    ticket_type_id: UUID
    ticket_type: str
    left: int
    sold: int
    void: int


@dataclass(frozen=True, slots=True)
class Unsold:
    """A blank that may still be sold: the sixteen bytes that its key signs."""

    serial: bytes
    ticket_type: int
    signed: bytes


@dataclass(frozen=True, slots=True)
class Sale:
    """A walk-in as its fact tells it, and how it stands: who sold it, and whether that was taken back."""

    raw: bytes
    event_id: UUID
    device_id: UUID | None
    annulled: bool


async def give(session: AsyncSession, event: UUID, device: UUID, serials: Sequence[bytes]) -> None:
    """Note whose blanks these are."""
    await session.execute(_GIVE, {"event": event, "device": device, "serials": bytea_array(serials)})


async def list_held(session: AsyncSession, event: UUID) -> list[Held]:
    """The stock of each device of an event, by its name and then by type."""
    return [Held(*row) for row in await session.execute(_HELD, {"event": event})]


async def list_unsold(connection: Executor, event: UUID, device: UUID) -> list[Unsold]:
    """What a device may sell."""
    return [Unsold(*row) for row in await connection.execute(_UNSOLD, {"event": event, "device": device})]


async def list_prices(connection: Executor, event: UUID, device: UUID) -> list[Price]:
    """What tickets cost of the types of which the device was given blanks that are not void, by type."""
    rows = await connection.execute(_PRICES, {"event": event, "device": device})
    return [Price(ticket_type=row.number, amount_minor=row.price_minor, currency=row.currency) for row in rows]


async def void_unsold(session: AsyncSession, event: UUID, device: UUID) -> list[tuple[bytes, UUID]]:
    """Revoke the blanks of which nobody told that they were sold; serials and types of those."""
    rows = await session.execute(_VOID, {"event": event, "device": device})
    return [(row.serial, row.ticket_type_id) for row in rows]


async def find_sale(session: AsyncSession, fact: UUID) -> Sale | None:
    """A walk-in that counts; of two facts with one id that with the greater hash, as everywhere."""
    row = (await session.execute(_SALE, {"fact": fact})).one_or_none()
    return None if row is None else Sale(*row)


async def is_stock_of(session: AsyncSession, serial: bytes, device: UUID | None) -> bool:
    """Whether this blank was given to this device."""
    found: bool = (await session.execute(_STOCK_OF, {"serial": serial, "device": device})).scalar_one()
    return found


async def list_walk_ins(connection: Executor, ids: Sequence[UUID]) -> list[UUID]:
    """Which of these facts are walk-ins."""
    return list((await connection.execute(_WALK_INS, {"ids": list(ids)})).scalars())


async def find_aside(session: AsyncSession, digest: bytes) -> bytes | None:
    """The sealed text of this hash, unless it never came or was erased."""
    sealed: bytes | None = (await session.execute(_ASIDE, {"hash": digest})).scalar_one_or_none()
    return sealed


_GIVE = text(
    """
    INSERT INTO blanks (serial, event_id, device_id)
    SELECT serial, :event, :device FROM unnest(CAST(:serials AS bytea[])) AS serial
    """
)
_HELD = text(
    """
    SELECT device.id, device.name, type.id, type.name,
        count(*) FILTER (WHERE ticket.registration_id IS NULL AND ticket.status IN ('valid', 'blocked')),
        count(*) FILTER (WHERE ticket.registration_id IS NOT NULL),
        count(*) FILTER (WHERE ticket.registration_id IS NULL AND ticket.status NOT IN ('valid', 'blocked'))
    FROM blanks blank
    JOIN tickets ticket ON ticket.serial = blank.serial
    JOIN ticket_types type ON type.id = ticket.ticket_type_id
    JOIN devices device ON device.id = blank.device_id
    WHERE blank.event_id = :event
    GROUP BY device.id, type.id ORDER BY device.name, device.id, type.number
    """
)
_UNSOLD = text(
    """
    SELECT ticket.serial, type.number, ticket.signed
    FROM blanks blank
    JOIN tickets ticket ON ticket.serial = blank.serial
    JOIN ticket_types type ON type.id = ticket.ticket_type_id
    WHERE blank.device_id = :device AND blank.event_id = :event
        AND ticket.registration_id IS NULL AND ticket.status = 'valid'
    ORDER BY ticket.serial
    """
)
_PRICES = text(
    """
    SELECT number, price_minor, currency FROM ticket_types type
    WHERE event_id = :event AND EXISTS (
        SELECT FROM blanks blank JOIN tickets ticket ON ticket.serial = blank.serial
        WHERE blank.device_id = :device AND blank.event_id = :event AND ticket.ticket_type_id = type.id
            AND ticket.status IN ('valid', 'blocked')
    )
    ORDER BY number
    """
)
_VOID = text(
    """
    UPDATE tickets SET status = 'revoked', updated_at = now()
    FROM blanks blank
    WHERE blank.serial = tickets.serial AND blank.device_id = :device AND blank.event_id = :event
        AND tickets.registration_id IS NULL AND tickets.status IN ('valid', 'blocked')
        AND NOT EXISTS (
            SELECT FROM facts WHERE facts.serial = tickets.serial AND facts.kind = 'walk_in' AND NOT facts.held
                AND facts.event_id = :event AND facts.device_id = :device
                AND CAST(convert_from(facts.raw, 'UTF8') AS json) ->> 'rehearsal' IS DISTINCT FROM 'true'
        )
    RETURNING tickets.serial, tickets.ticket_type_id
    """
)
_SALE = text(
    """
    SELECT fact.raw, fact.event_id, fact.device_id, EXISTS (
        SELECT FROM facts undo
        WHERE undo.annuls = fact.id AND undo.event_id = fact.event_id AND undo.revision IS NOT NULL
    )
    FROM facts fact WHERE fact.id = :fact AND fact.kind = 'walk_in' AND NOT fact.held
    ORDER BY fact.hash DESC LIMIT 1
    """
)
_STOCK_OF = text("SELECT EXISTS (SELECT FROM blanks WHERE serial = :serial AND device_id = :device)")
_WALK_INS = text("SELECT DISTINCT id FROM facts WHERE id = ANY(CAST(:ids AS uuid[])) AND kind = 'walk_in'")
_ASIDE = text("SELECT sealed FROM asides WHERE hash = :hash")
