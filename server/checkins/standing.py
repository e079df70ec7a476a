"""What stands at a place: the told check-ins and exits of one registration's place on one list, and their annulments.

A place outlives its tickets: facts name serials, and every serial of the place counts, so that a re-issued ticket does
not admit twice. A serial that belongs to no registration (a blank, or one that this server never issued) is a place of
its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from eventreg_core import facts
from eventreg_core.facts import Recorded
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Asked:
    """Where to look: a list, and any serial of the place."""

    list: UUID
    serial: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Whom admission counts: a place of a registration on a list; `serial` only where there is no registration."""

    list: UUID
    registration: UUID | None
    place: int = 0
    serial: bytes | None = None


@dataclass(slots=True)
class Standing:
    """Facts by place, and which place each serial that was asked for belongs to."""

    places: dict[Asked, Place] = field(default_factory=dict)
    told: dict[Place, list[Recorded]] = field(default_factory=dict)

    def at(self, asked: Asked) -> list[Recorded]:
        """What stands where this serial counts; annulments among it."""
        return self.told[self.places[asked]]


async def find_standing(connection: Executor, event: UUID, asked: Iterable[Asked]) -> Standing:
    """Read what stands at the places of these serials, in three statements however many they are."""
    wanted = list(dict.fromkeys(asked))
    standing = Standing()
    if not wanted:
        return standing
    serials = await _read_places(connection, event, wanted, standing)
    passed: dict[UUID, set[Place]] = {}
    # The event is compared here: told about it, a planner without statistics reads all facts of the event, each time.
    for row in await connection.execute(_PASSED, {"serials": sorted({serial for _, serial in serials})}):
        place = serials.get((row.list_id, row.serial))
        if place is not None and row.event_id == event:
            standing.told[place].append(facts.reread(row.raw))
            passed.setdefault(row.id, set()).add(place)
    for row in await connection.execute(_ANNULMENTS, {"targets": sorted(passed)}):
        if row.event_id == event:
            annulment = facts.reread(row.raw)
            for place in passed[row.annuls]:
                standing.told[place].append(annulment)
    return standing


async def _read_places(
    connection: Executor, event: UUID, asked: Sequence[Asked], standing: Standing
) -> dict[tuple[UUID, bytes], Place]:
    """Note the place of each serial that was asked for; which place every serial counts at, by list."""
    parameters = {"event": event, "lists": [each.list for each in asked], "serials": [each.serial for each in asked]}
    serials: dict[tuple[UUID, bytes], Place] = {}
    for row in await connection.execute(_PLACES, parameters):
        place = Place(row.list_id, row.registration_id, row.place, None if row.registration_id else row.serial)
        standing.places[Asked(row.list_id, row.serial)] = place
        standing.told.setdefault(place, [])
        serials[row.list_id, row.sibling] = place
    return serials


_PLACES = text(
    """
    SELECT asked.list_id, asked.serial, ticket.registration_id, coalesce(ticket.place, 0) AS place,
        coalesce(sibling.serial, asked.serial) AS sibling
    FROM unnest(CAST(:lists AS uuid[]), CAST(:serials AS bytea[])) AS asked (list_id, serial)
    LEFT JOIN tickets ticket ON ticket.serial = asked.serial AND ticket.event_id = :event
    LEFT JOIN tickets sibling ON sibling.registration_id = ticket.registration_id AND sibling.place = ticket.place
    """
)
_PASSED = text(
    """
    SELECT event_id, list_id, serial, id, raw FROM facts
    WHERE serial = ANY(CAST(:serials AS bytea[])) AND revision IS NOT NULL AND kind IN ('check_in', 'exit')
    """
)
_ANNULMENTS = text(
    """
    SELECT event_id, annuls, raw FROM facts
    WHERE annuls = ANY(CAST(:targets AS uuid[])) AND revision IS NOT NULL
    """
)
