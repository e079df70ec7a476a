"""Stored conflicts are those that come out when everything that was told is replayed."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from eventreg_core.conflict import Class, conflicts_of
from server.checking.findings import Check, Finding
from server.checkins.standing import Place
from server.conflicts import duplicates
from server.conflicts.queries import Found as FoundAt
from server.conflicts.replaying import replayed


@dataclass(frozen=True, slots=True)
class Subject:
    """What a conflict is about."""

    place: Place
    kind: str


Found = dict[Subject, tuple[UUID, ...]]
_CONTRADICTION = {
    Class.DOUBLE_ENTRY: "It was admitted more often than its list allows",
    Class.LATE_CANCEL: "It was admitted when it was void or not paid",
    Class.UNKNOWN_SERIAL: "It was admitted, and this server never issued it",
    Class.TURNED_AWAY: "It was good, and was turned away",
    Class.DUPLICATE_REGISTRATION: "It looks like one person's second registration, and both were let in",
}


async def _differing(connection: AsyncConnection) -> AsyncGenerator[Finding, None]:
    for (event,) in (await connection.execute(_EVENTS)).all():
        stored, found = await _stored(connection, event), await _found(connection, event)
        if await duplicates.is_seen(connection, event):
            found |= _subjects(await duplicates.find(connection, event))
        else:  # somebody will look in a moment
            stored = {each: facts for each, facts in stored.items() if each.kind != Class.DUPLICATE_REGISTRATION}
        for subject in sorted(stored.keys() | found.keys(), key=str):
            if stored.get(subject) != found.get(subject):
                yield Finding("conflicts", _whose(subject.place), _sentence(stored, found, subject))


def _whose(place: Place) -> str:
    return f"ticket {place.serial.hex()}" if place.serial is not None else f"registration {place.registration}"


def _sentence(stored: Mapping[Subject, object], found: Mapping[Subject, object], subject: Subject) -> str:
    if subject not in stored:
        what = _CONTRADICTION.get(Class(subject.kind), f"What it was told contradicts what was due ({subject.kind})")
        return f"{what}, and there is no conflict."
    if subject not in found:
        return f"There is a conflict ({subject.kind}) where everything was due."
    return f"The conflict ({subject.kind}) names other facts than those that contradict each other."


async def _stored(connection: AsyncConnection, event: UUID) -> Found:
    rows = await connection.execute(_STORED, {"event": event})
    return {
        Subject(Place(row.list_id, row.registration_id, row.place, row.serial), row.kind): tuple(sorted(row.fact_ids))
        for row in rows
    }


async def _found(connection: AsyncConnection, event: UUID) -> Found:
    found: Found = {}
    async for place, truth in replayed(connection, event):
        found |= {Subject(place, one.kind.value): one.facts for one in conflicts_of(truth)}
    return found


def _subjects(found: Iterable[FoundAt]) -> Found:
    return {Subject(each.place, one.kind.value): one.facts for each in found for one in each.conflicts}


CONFLICTS = Check("conflicts", _differing)
# What is archived is replayed no more.
_EVENTS = text(
    """
    SELECT id FROM events WHERE (is_active OR inactive_as <> 'archived')
        AND (EXISTS (SELECT FROM conflicts WHERE event_id = events.id) OR EXISTS (
            SELECT FROM facts WHERE event_id = events.id
        ))
    """
)
_STORED = text(
    """
    SELECT list_id, registration_id, place, serial, class AS kind, fact_ids FROM conflicts
    WHERE event_id = :event AND journal IS NULL AND NOT gone
    """
)
