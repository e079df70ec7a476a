"""What stands at a place: the told check-ins and exits of one registration's place on one list, and their annulments.

A place outlives its tickets: facts name serials, and every serial of the place counts, so that a re-issued ticket does
not admit twice. A serial that belongs to no registration (a blank, or one that this server never issued) is a place of
its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
from sqlalchemy import text

from eventreg_core import facts
from eventreg_core.facts import Annulment, CheckIn, Exit, Recorded
from server.piped import Pipe, bytea_array
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


@dataclass(frozen=True, slots=True)
class Whole:
    """One serial: whose it is, and the bytes of every fact that stands for it or for another serial of its place."""

    serial: bytes
    registration: UUID | None
    place: int
    told: list[bytes]


async def find_standing(connection: Executor, event: UUID, asked: Iterable[Asked]) -> Standing:
    """Read what stands at the places of these serials, in one statement however many they are."""
    wanted = list(dict.fromkeys(asked))
    if not wanted:
        return Standing()
    rows = await connection.execute(_TOLD, _parameters(event, [each.serial for each in wanted]))
    return standing_of([Whole(*row) for row in rows], event, wanted)


async def send_told(pipe: Pipe, event: UUID, serials: Iterable[bytes]) -> psycopg.AsyncCursor[Whole]:
    """Ask for what stands for these serials; `standing_of` reads the answer."""
    return await pipe.send(_TOLD, _parameters(event, serials), Whole)


def standing_of(rows: Iterable[Whole], event: UUID, asked: Iterable[Asked]) -> Standing:
    """What stands at the places that were asked for, each of whose serials has a row."""
    wholes = {row.serial: row for row in rows}
    standing = Standing()
    for each in asked:
        whole = wholes[each.serial]
        alone = each.serial if whole.registration is None else None
        place = standing.places[each] = Place(each.list, whole.registration, whole.place, alone)
        if place not in standing.told:
            standing.told[place] = _told_on(each.list, event, whole.told)
    return standing


def _told_on(list_id: UUID, event: UUID, raws: Sequence[bytes]) -> list[Recorded]:
    # The event is compared here: told about it, a planner without statistics reads all facts of the event, each time.
    told = [recorded for recorded in map(facts.reread, raws) if recorded.fact.event == event]
    passed = [one for one in told if isinstance(one.fact, CheckIn | Exit) and one.fact.list == list_id]
    ids = {one.fact.id for one in passed}
    return passed + [one for one in told if isinstance(one.fact, Annulment) and one.fact.target in ids]


def _parameters(event: UUID, serials: Iterable[bytes]) -> dict[str, object]:
    return {"event": event, "serials": bytea_array(dict.fromkeys(serials))}


_TOLD = text(
    """
    SELECT asked.serial, ticket.registration_id, coalesce(ticket.place, 0), ARRAY(
        SELECT told.raw
        FROM (
            SELECT asked.serial
            UNION
            SELECT sibling.serial FROM tickets sibling
            WHERE sibling.registration_id = ticket.registration_id AND sibling.place = ticket.place
        ) AS own
        CROSS JOIN LATERAL (
            SELECT id, raw FROM facts
            WHERE serial = own.serial AND revision IS NOT NULL AND kind IN ('check_in', 'exit')
            OFFSET 0
        ) AS passed
        CROSS JOIN LATERAL (
            SELECT passed.raw
            UNION ALL
            SELECT annulment.raw FROM facts annulment
            WHERE annulment.annuls = passed.id AND annulment.revision IS NOT NULL
        ) AS told
    )
    FROM unnest(CAST(:serials AS bytea[])) AS asked (serial)
    LEFT JOIN tickets ticket ON ticket.serial = asked.serial AND ticket.event_id = :event
    """
)
