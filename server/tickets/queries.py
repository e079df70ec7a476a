"""The statements of tickets and their keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.piped import Pipe, Rows, bytea_array, number_array, text_array, uuid_array
from server.registrations.models import PaymentStatus, Registration
from server.sync.feed import Executor, Writer
from server.ticket_types.models import TicketType
from server.tickets.models import VOID, EventKey, Ticket


@dataclass(frozen=True, slots=True)
class LiveTicket:
    """A ticket that is not void, with what is needed to write its sixteen bytes again or to issue its successor."""

    serial: bytes
    registration_id: UUID
    place: int
    ticket_type_id: UUID
    ticket_type_number: int
    status: str
    payment_status: PaymentStatus
    holder_name: str | None


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket's row before it is written; without a registration it is a blank."""

    serial: bytes
    registration_id: UUID | None
    place: int
    ticket_type_id: UUID
    status: str
    signed: bytes | None
    short_code: str
    holder_name: str | None


async def list_key_numbers(session: AsyncSession, event_id: UUID) -> list[int]:
    """Every key number that this event ever used."""
    return list(await session.scalars(select(EventKey.number).where(EventKey.event_id == event_id)))


async def retire_current_key(session: AsyncSession, event_id: UUID) -> list[int]:
    """The current key verifies from now on but no longer signs; its number, if there was one."""
    statement = (
        update(EventKey)
        .where(EventKey.event_id == event_id, EventKey.state == "current")
        .values(state="old")
        .returning(EventKey.number)
    )
    return list(await session.scalars(statement))


async def get_current_key_number(session: Executor, event_id: UUID) -> int:
    """The number of the key that signs now; every event has one."""
    statement = select(EventKey.number).where(EventKey.event_id == event_id, EventKey.state == "current")
    return (await session.scalars(statement)).one()


async def get_key(session: AsyncSession, event_id: UUID, number: int) -> EventKey:
    """One key of an event, which is known to exist."""
    return await session.get_one(EventKey, (event_id, number))


async def list_taken_codes(session: Executor, event_id: UUID, codes: Sequence[str]) -> set[str]:
    """Which of these short codes tickets of the event have already."""
    return set((await session.execute(_TAKEN, {"event": event_id, "codes": text_array(codes)})).scalars())


def ask_taken_codes(pipe: Pipe, event_id: UUID, codes: Sequence[str]) -> Rows[str]:
    """As `list_taken_codes`, through a pipe."""
    return pipe.send(_TAKEN, {"event": event_id, "codes": text_array(codes)}, str)


async def insert(session: Writer, event_id: UUID, tickets: Sequence[NewTicket]) -> None:
    """Write tickets, one statement for all of them."""
    columns = {
        "event_id": event_id,
        "serials": bytea_array(ticket.serial for ticket in tickets),
        "registrations": uuid_array(ticket.registration_id for ticket in tickets),
        "places": number_array(ticket.place for ticket in tickets),
        "types": uuid_array(ticket.ticket_type_id for ticket in tickets),
        "statuses": text_array(ticket.status for ticket in tickets),
        "signed": bytea_array(ticket.signed for ticket in tickets),
        "codes": text_array(ticket.short_code for ticket in tickets),
        "holders": text_array(ticket.holder_name for ticket in tickets),
    }
    await session.execute(_INSERT, columns)


async def set_status(
    session: AsyncSession, registration_ids: Sequence[UUID], status: str, before: Sequence[str]
) -> Sequence[Ticket]:
    """Change the tickets of these registrations that have one of the statuses `before`; those that changed."""
    statement = (
        update(Ticket)
        .where(Ticket.registration_id.in_(registration_ids), Ticket.status.in_(before))
        .values(status=status)
        .returning(Ticket)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def find_shown(session: AsyncSession, registration_id: UUID, place: int) -> Ticket | None:
    """The ticket of one place: the one in force, else the latest that was."""
    statement = (
        select(Ticket)
        .where(Ticket.registration_id == registration_id, Ticket.place == place)
        .order_by(Ticket.status.in_(VOID), Ticket.created_at.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def list_live(session: AsyncSession, event_id: UUID, registration_ids: Sequence[UUID] | None) -> list[LiveTicket]:
    """The event's tickets that are not void: of these registrations, or (None) of all of them."""
    statement = (
        select(
            Ticket.serial,
            Registration.id,
            Ticket.place,
            Ticket.ticket_type_id,
            TicketType.number,
            Ticket.status,
            Registration.payment_status,
            Ticket.holder_name,
        )
        .join(Registration, Registration.id == Ticket.registration_id)
        .join(TicketType, TicketType.id == Ticket.ticket_type_id)
        .where(Ticket.event_id == event_id, Ticket.status.not_in(VOID))
    )
    if registration_ids is not None:
        statement = statement.where(Registration.id.in_(registration_ids))
    return [LiveTicket(*row) for row in await session.execute(statement)]


async def write_signed(session: AsyncSession, signed: Mapping[bytes, bytes | None]) -> None:
    """Replace the sixteen bytes of the tickets with these serials."""
    columns = {"serials": list(signed), "signed": list(signed.values())}
    await session.execute(_WRITE_SIGNED, columns)


async def write_qr_codes(session: AsyncSession, signed: Mapping[UUID, bytes | None]) -> None:
    """Put the sixteen bytes of these registrations' own tickets into their `qr_code`, as hex digits."""
    codes = [content.hex() if content else None for content in signed.values()]
    await session.execute(_WRITE_QR_CODES, {"ids": list(signed), "codes": codes})


_TAKEN = text("SELECT short_code FROM tickets WHERE event_id = :event AND short_code = ANY(CAST(:codes AS text[]))")
_INSERT = text(
    """
    INSERT INTO tickets (event_id, serial, registration_id, place, ticket_type_id, status, signed, short_code,
                         holder_name)
    SELECT :event_id, serial, registration_id, place, ticket_type_id, status, signed, short_code, holder_name
    FROM unnest(CAST(:serials AS bytea[]), CAST(:registrations AS uuid[]), CAST(:places AS smallint[]),
                CAST(:types AS uuid[]), CAST(:statuses AS text[]), CAST(:signed AS bytea[]), CAST(:codes AS text[]),
                CAST(:holders AS text[]))
        AS ticket (serial, registration_id, place, ticket_type_id, status, signed, short_code, holder_name)
    """
)
_WRITE_SIGNED = text(
    """
    UPDATE tickets SET signed = new.signed, updated_at = now()
    FROM unnest(CAST(:serials AS bytea[]), CAST(:signed AS bytea[])) AS new (serial, signed)
    WHERE tickets.serial = new.serial
    """
)
_WRITE_QR_CODES = text(
    """
    UPDATE registrations SET qr_code = new.code
    FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[])) AS new (id, code)
    WHERE registrations.id = new.id
    """
)
