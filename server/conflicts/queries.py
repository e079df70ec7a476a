"""The statements of conflicts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.checkins.models import CheckInList, Fact, Gate
from server.checkins.standing import Asked, Place
from server.clock import new_id
from server.conflicts.models import Conflict
from server.conflicts.truth import DOUBLE_ENTRY, DoubleEntry
from server.devices.models import Device
from server.registrations.models import Registration
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Listed:
    """A conflict with the names of its list and of the guest."""

    conflict: Conflict
    list_name: str | None
    guest: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One of a conflict's facts: when (corrected time), at which gate, by which device; None for the server's own."""

    id: UUID
    at: datetime
    kind: str
    gate: str | None
    device: str | None


async def list_targets(connection: Executor, event: UUID, targets: Sequence[UUID]) -> list[Asked]:
    """Where the facts with these ids count, those of them that are here and name a serial."""
    rows = await connection.execute(_TARGETS, {"event": event, "targets": list(targets)})
    return [Asked(row.list_id, row.serial) for row in rows]


async def keep(connection: Executor, event: UUID, found: Iterable[tuple[Place, DoubleEntry]]) -> None:
    """Write conflicts; one whose facts are others than before is open again."""
    rows = [
        {
            "id": new_id(),
            "event": event,
            "list": place.list,
            "registration": place.registration,
            "place": place.place,
            "serial": place.serial,
            "class": DOUBLE_ENTRY,
            "facts": list(conflict.fact_ids),
            "proposed": conflict.proposed,
        }
        for place, conflict in found
    ]
    if rows:
        await connection.execute(_KEEP, rows)


async def drop(connection: Executor, event: UUID, places: Sequence[Place]) -> None:
    """Take away conflicts at places where there is none any more."""
    parameters = {
        "event": event,
        "class": DOUBLE_ENTRY,
        "lists": [place.list for place in places],
        "registrations": [place.registration for place in places],
        "places": [place.place for place in places],
        "serials": [place.serial for place in places],
    }
    await connection.execute(_DROP, parameters)


async def list_conflicts(
    session: AsyncSession, event_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> list[Listed]:
    """Conflicts of an event, newest first."""
    statement = (
        select(Conflict, CheckInList.name, Registration.full_name)
        .outerjoin(CheckInList, CheckInList.id == Conflict.list_id)
        .outerjoin(Registration, Registration.id == Conflict.registration_id)
        .where(Conflict.event_id == event_id)
        .order_by(Conflict.created_at.desc(), Conflict.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(Conflict.created_at, Conflict.id) < after)
    return [Listed(*row) for row in await session.execute(statement)]


async def count_conflicts(session: AsyncSession, event_id: UUID) -> int:
    """How many conflicts an event has."""
    return await session.scalar(select(func.count()).where(Conflict.event_id == event_id)) or 0


async def list_told(session: AsyncSession, event_id: UUID, fact_ids: Iterable[UUID]) -> dict[UUID, Told]:
    """The facts with these ids, by id; of several with one id the one with the greater hash, as in the replay."""
    statement = (
        select(Fact.id, Fact.at, Fact.kind, Gate.name, Device.name)
        .outerjoin(Gate, Gate.id == Fact.gate_id)
        .outerjoin(Device, Device.id == Fact.device_id)
        .where(Fact.event_id == event_id, Fact.id.in_(list(fact_ids)), Fact.revision.is_not(None))
        .order_by(Fact.hash)
    )
    return {row.id: Told(*row) for row in await session.execute(statement)}


_TARGETS = text(
    """
    SELECT DISTINCT list_id, serial FROM facts
    WHERE id = ANY(CAST(:targets AS uuid[])) AND event_id = :event AND serial IS NOT NULL AND revision IS NOT NULL
        AND kind IN ('check_in', 'exit')
    """
)
_KEEP = text(
    """
    INSERT INTO conflicts (id, event_id, list_id, registration_id, place, serial, class, fact_ids, proposed)
    VALUES (:id, :event, :list, :registration, :place, :serial, :class, CAST(:facts AS uuid[]), :proposed)
    ON CONFLICT ON CONSTRAINT uq_conflicts_subject DO UPDATE
    SET fact_ids = excluded.fact_ids, proposed = excluded.proposed, updated_at = now(), settled_at = NULL
    WHERE conflicts.fact_ids <> excluded.fact_ids
    """
)
_DROP = text(
    """
    DELETE FROM conflicts
    USING unnest(CAST(:lists AS uuid[]), CAST(:registrations AS uuid[]), CAST(:places AS smallint[]),
                 CAST(:serials AS bytea[])) AS gone (list_id, registration_id, place, serial)
    WHERE conflicts.event_id = :event AND conflicts.class = :class AND conflicts.list_id = gone.list_id
        AND conflicts.registration_id IS NOT DISTINCT FROM gone.registration_id
        AND conflicts.place = gone.place AND conflicts.serial IS NOT DISTINCT FROM gone.serial
    """
)
