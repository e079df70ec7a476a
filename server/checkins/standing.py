"""What stands at a place: the told check-ins and exits of one registration's place on one list, and their annulments.

A place outlives its tickets: facts name serials, and every serial of the place counts, so that a re-issued ticket does
not admit twice. A serial that belongs to no registration (a blank, or one that this server never issued) is a place of
its own.
"""

from collections.abc import Iterable
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
    """Read what stands at the places of these serials, in one statement for all of them."""
    wanted = list(dict.fromkeys(asked))
    standing = Standing()
    if not wanted:
        return standing
    parameters = {"event": event, "lists": [each.list for each in wanted], "serials": [each.serial for each in wanted]}
    for row in await connection.execute(_PLACES, parameters):
        place = Place(row.list_id, row.registration_id, row.place, None if row.registration_id else row.serial)
        standing.places[Asked(row.list_id, row.serial)] = place
        standing.told.setdefault(place, [])
    seen: set[tuple[Place, bytes]] = set()
    for row in await connection.execute(_TOLD, parameters):
        place = standing.places[Asked(row.list_id, row.asked)]
        if (place, row.hash) not in seen:
            seen.add((place, row.hash))
            standing.told[place].append(facts.reread(row.raw))
    return standing


_ASKED = """
    asked AS (
        SELECT asked.list_id, asked.serial, ticket.registration_id, coalesce(ticket.place, 0) AS place
        FROM unnest(CAST(:lists AS uuid[]), CAST(:serials AS bytea[])) AS asked (list_id, serial)
        LEFT JOIN tickets ticket ON ticket.serial = asked.serial AND ticket.event_id = :event
    )
"""
_PLACES = text(f"WITH {_ASKED} SELECT list_id, serial, registration_id, place FROM asked")
_TOLD = text(
    f"""
    WITH {_ASKED},
    counted AS (
        SELECT asked.list_id, asked.serial AS asked, coalesce(sibling.serial, asked.serial) AS serial
        FROM asked
        LEFT JOIN tickets sibling
            ON sibling.registration_id = asked.registration_id AND sibling.place = asked.place
    ),
    told AS (
        SELECT counted.list_id, counted.asked, fact.id, fact.hash, fact.raw
        FROM counted
        JOIN facts fact
            ON fact.event_id = :event AND fact.serial = counted.serial AND fact.list_id = counted.list_id
        WHERE fact.revision IS NOT NULL AND fact.kind IN ('check_in', 'exit')
    )
    SELECT list_id, asked, hash, raw FROM told
    UNION ALL
    SELECT told.list_id, told.asked, annulment.hash, annulment.raw
    FROM told
    JOIN facts annulment ON annulment.annuls = told.id
    WHERE annulment.event_id = :event AND annulment.revision IS NOT NULL
    """
)
