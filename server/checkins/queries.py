"""The statements of check-ins as people read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.checkins.models import Fact
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A check-in that stands. `attested` says whether a device or the server itself told it."""

    id: UUID
    at: datetime
    list_id: UUID
    gate_id: UUID | None
    gate: str | None
    device_id: UUID | None
    device: str | None
    registration_id: UUID | None
    name: str | None
    ticket_type: str | None
    attested: str
    author: str | None
    despite: str | None


@dataclass(frozen=True, slots=True)
class Passed:
    """A told check-in or exit that may be annulled."""

    id: UUID
    event: UUID
    list: UUID
    gate: UUID | None
    serial: bytes


@dataclass(frozen=True, slots=True)
class Annulled:
    """An annulment: its own id, what it undoes, and when."""

    id: UUID
    target: UUID
    at: datetime


async def list_check_ins(
    connection: Executor, event: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> list[CheckedIn]:
    """Standing check-ins, newest first; each id once."""
    at, last = after if after is not None else (None, None)
    rows = await connection.execute(_LIST, {"event": event, "limit": limit, "at": at, "last": last})
    return [CheckedIn(*row) for row in rows]


async def count_check_ins(connection: Executor, event: UUID) -> int:
    """How many check-ins of an event stand."""
    count: int = (await connection.execute(_COUNT, {"event": event})).scalar_one()
    return count


def told_with_id(fact: UUID) -> Select[Fact]:
    """The told check-ins and exits with this id; of several the one with the greater hash first, as in the replay."""
    passing = Fact.kind.in_(("check_in", "exit"))
    return select(Fact).where(Fact.id == fact, passing, Fact.revision.is_not(None)).order_by(Fact.hash.desc())


def passed(fact: Fact) -> Passed:
    """What an annulment needs of a told check-in or exit, which always names its list and serial."""
    assert fact.list_id is not None
    assert fact.serial is not None
    return Passed(fact.id, fact.event_id, fact.list_id, fact.gate_id, fact.serial)


async def list_standing(session: AsyncSession, event: UUID, ids: Sequence[UUID]) -> list[Passed]:
    """The check-ins and exits of an event with these ids that nothing annuls, by id."""
    undone = select(Fact.annuls).where(Fact.annuls.in_(ids), Fact.event_id == event, Fact.revision.is_not(None))
    wanted = Fact.id.in_(ids) & Fact.id.not_in(undone.scalar_subquery())
    passing = Fact.kind.in_(("check_in", "exit")) & Fact.revision.is_not(None) & (Fact.event_id == event)
    found = {fact.id: fact for fact in await session.scalars(select(Fact).where(wanted, passing).order_by(Fact.hash))}
    return [passed(found[each]) for each in sorted(found)]


async def find_annulled(connection: Executor, event: UUID, target: UUID) -> Annulled | None:
    """The first annulment of a fact that stands."""
    row = (await connection.execute(_ANNULLED, {"event": event, "target": target})).one_or_none()
    return Annulled(*row) if row is not None else None


_STANDING = """
    fact.event_id = :event AND fact.kind = 'check_in' AND fact.revision IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM facts annulment
        WHERE annulment.annuls = fact.id AND annulment.event_id = fact.event_id AND annulment.revision IS NOT NULL
    )
    AND NOT EXISTS (
        SELECT FROM facts other
        WHERE other.id = fact.id AND other.hash > fact.hash AND other.event_id = fact.event_id
            AND other.revision IS NOT NULL
    )
"""
_COUNT = text(f"SELECT count(*) FROM facts fact WHERE {_STANDING}")
# The page first, and only then who they are.
_LIST = text(
    f"""
    SELECT fact.id, fact.at, fact.list_id, fact.gate_id, gate.name, fact.device_id, device.name,
        ticket.registration_id, registration.full_name, type.name, fact.attested, fact.author, fact.reason
    FROM (
        SELECT * FROM facts fact
        WHERE {_STANDING}
            AND (CAST(:at AS timestamptz) IS NULL
                OR (fact.at, fact.id) < (CAST(:at AS timestamptz), CAST(:last AS uuid)))
        ORDER BY fact.at DESC, fact.id DESC
        LIMIT :limit
    ) fact
    LEFT JOIN gates gate ON gate.id = fact.gate_id
    LEFT JOIN devices device ON device.id = fact.device_id
    LEFT JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
    LEFT JOIN registrations registration ON registration.id = ticket.registration_id
    LEFT JOIN ticket_types type ON type.id = ticket.ticket_type_id
    ORDER BY fact.at DESC, fact.id DESC
    """
)
_ANNULLED = text(
    """
    SELECT id, annuls, at FROM facts
    WHERE annuls = :target AND event_id = :event AND revision IS NOT NULL
    ORDER BY revision LIMIT 1
    """
)
