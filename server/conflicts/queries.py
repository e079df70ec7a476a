"""The statements that keep conflicts true. Those that people read are in looking.py."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import text

from eventreg_core.conflict import Class, Conflict
from server.checkins.standing import Place
from server.clock import new_id
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Found:
    """Every conflict that there is at one place; none where all is as it should be."""

    place: Place
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose place a serial is, on every list; its own where no registration has it."""

    registration: UUID | None
    place: int
    serial: bytes | None


async def is_archived(connection: Executor, event: UUID) -> bool:
    """Whether an event is over and done with."""
    return bool((await connection.execute(_ARCHIVED, {"event": event})).scalar_one_or_none())


async def list_serials(connection: Executor, event: UUID, targets: Sequence[UUID]) -> list[bytes]:
    """The serials that the facts with these ids name, those of them that are here."""
    rows = await connection.execute(_SERIALS, {"event": event, "targets": list(targets)})
    return [row.serial for row in rows]


async def list_ahead(connection: Executor, since: datetime) -> dict[UUID, list[bytes]]:
    """The serials, by event, of facts that came before the time they tell of, where that is `since` or later."""
    rows = await connection.execute(_AHEAD, {"since": since})
    return {row.event_id: row.serials for row in rows}


async def list_disputed(connection: Executor, event: UUID, places: Sequence[Place]) -> set[Place]:
    """Those of these places of which a conflict is stored."""
    told = msgspec.json.encode([_place(place) for place in places]).decode()
    rows = await connection.execute(_DISPUTED, {"event": event, "places": told})
    return {Place(row.list_id, row.registration_id, row.place, row.serial) for row in rows}


async def keep(connection: Executor, event: UUID, seats: Collection[Seat], found: Sequence[Found]) -> None:
    """Write the conflicts that were found at these seats, and take away every other one of theirs, on whatever list.

    One whose facts are others than before is open again, unless somebody settled these very facts; one that was
    settled once is never taken away, but marked as gone.
    """
    if (await connection.execute(_ANY, {"event": event})).scalar_one():
        places = _named(seats, found)
        await connection.execute(_DROP, {"event": event, "places": msgspec.json.encode(places).decode()})
    rows = [_place(each.place) | _conflict(one) for each in found for one in each.conflicts]
    if rows:
        await connection.execute(_KEEP, {"event": event, "conflicts": msgspec.json.encode(rows).decode()})


def _named(seats: Iterable[Seat], found: Iterable[Found]) -> list[dict[str, object]]:
    names: dict[Seat, list[str]] = {seat: [] for seat in seats}
    for each in found:
        seat = Seat(each.place.registration, each.place.place, each.place.serial)
        names[seat] += [f"{each.place.list} {one.kind}" for one in each.conflicts]
    return [_seat(seat) | {"found": those} for seat, those in names.items()]


async def keep_of_journal(connection: Executor, journal: UUID, found: Iterable[tuple[UUID, Conflict]]) -> None:
    """As `keep`, for everything found about a journal, each with its event."""
    told = [{"journal": journal, "place": 0, "event": event} | _conflict(one) for event, one in found]
    await connection.execute(_DROP_OF_JOURNAL, {"journal": journal, "found": msgspec.json.encode(told).decode()})
    for row in told:
        rows = {"event": row["event"], "conflicts": msgspec.json.encode([row]).decode()}
        await connection.execute(_KEEP, rows)


async def keep_duplicates(connection: Executor, event: UUID, found: Sequence[Found]) -> None:
    """As `keep`, for every registration of an event that was found to be another one's duplicate."""
    rows = [_place(each.place) | _conflict(one) for each in found for one in each.conflicts]
    parameters = {"event": event, "class": Class.DUPLICATE_REGISTRATION.value}
    told = msgspec.json.encode(rows).decode()
    await connection.execute(_DROP_DUPLICATES, parameters | {"found": told})
    if rows:
        await connection.execute(_KEEP, {"event": event, "conflicts": told})


def _seat(seat: Seat | Place) -> dict[str, object]:
    serial = seat.serial.hex() if seat.serial is not None else None
    return {"registration": seat.registration, "place": seat.place, "serial": serial}


def _place(place: Place) -> dict[str, object]:
    return _seat(place) | {"list": place.list}


def _conflict(conflict: Conflict) -> dict[str, object]:
    return {
        "id": new_id(),
        "class": conflict.kind,
        "facts": conflict.facts,
        "undue": conflict.undue,
        "outcome": conflict.outcome,
        "proposed": conflict.why,
    }


OF_JOURNALS: Collection[str] = (Class.FORKED_JOURNAL, Class.MISSING_FACTS, Class.HELD_DEVICE)
"""Classes of conflicts that are about no place."""

_ARCHIVED = text("SELECT NOT is_active AND inactive_as = 'archived' FROM events WHERE id = :event")
_SERIALS = text(
    """
    SELECT DISTINCT serial FROM facts
    WHERE id = ANY(CAST(:targets AS uuid[])) AND event_id = :event AND serial IS NOT NULL AND revision IS NOT NULL
        AND kind IN ('check_in', 'exit')
    """
)
_AHEAD = text(
    """
    SELECT event_id, array_agg(DISTINCT serial) AS serials FROM facts
    WHERE at > received_at AND at >= :since AND serial IS NOT NULL GROUP BY event_id
    """
)
_ANY = text("SELECT EXISTS (SELECT FROM conflicts WHERE event_id = :event AND journal IS NULL AND NOT gone)")
_SAME_SEAT = """
    conflict.event_id = :event AND conflict.journal IS NULL
    AND conflict.registration_id IS NOT DISTINCT FROM place.registration
    AND conflict.place = place.place AND conflict.serial IS NOT DISTINCT FROM decode(place.serial, 'hex')
"""
_DISPUTED = text(
    f"""
    SELECT DISTINCT conflict.list_id, conflict.registration_id, conflict.place, conflict.serial
    FROM json_to_recordset(CAST(:places AS json)) AS place (list uuid, registration uuid, place smallint, serial text)
    JOIN conflicts conflict ON {_SAME_SEAT} AND conflict.list_id = place.list
    """
)
_GONE = """
    kept AS (
        UPDATE conflicts SET gone = true, updated_at = now()
        FROM over WHERE conflicts.id = over.id AND NOT conflicts.gone
            AND EXISTS (SELECT FROM settlements WHERE settlements.conflict_id = conflicts.id)
    )
    DELETE FROM conflicts USING over
    WHERE conflicts.id = over.id
        AND NOT EXISTS (SELECT FROM settlements WHERE settlements.conflict_id = conflicts.id)
"""
_DROP = text(
    f"""
    WITH over AS (
        SELECT conflict.id
        FROM json_to_recordset(CAST(:places AS json))
            AS place (registration uuid, place smallint, serial text, found text[])
        JOIN conflicts conflict ON {_SAME_SEAT}
            AND NOT conflict.list_id || ' ' || conflict.class = ANY(place.found)
        WHERE conflict.class <> '{Class.DUPLICATE_REGISTRATION}'
    ), {_GONE}
    """
)
_DROP_DUPLICATES = text(
    f"""
    WITH over AS (
        SELECT conflict.id FROM conflicts conflict
        WHERE conflict.event_id = :event AND conflict.class = :class AND NOT EXISTS (
            SELECT FROM json_to_recordset(CAST(:found AS json)) AS found (list uuid, registration uuid)
            WHERE found.list = conflict.list_id AND found.registration = conflict.registration_id
        )
    ), {_GONE}
    """
)
_DROP_OF_JOURNAL = text(
    f"""
    WITH over AS (
        SELECT conflict.id FROM conflicts conflict
        WHERE conflict.journal = :journal AND NOT EXISTS (
            SELECT FROM json_to_recordset(CAST(:found AS json)) AS found (event uuid, class text)
            WHERE found.event = conflict.event_id AND found.class = conflict.class
        )
    ), {_GONE}
    """
)
_KEEP = text(
    """
    INSERT INTO conflicts (id, event_id, list_id, registration_id, place, serial, journal, class, fact_ids, undue,
        outcome, proposed)
    SELECT id, :event, list, registration, place, decode(serial, 'hex'), journal, class, facts, undue, outcome, proposed
    FROM json_to_recordset(CAST(:conflicts AS json)) AS found (
        id uuid, list uuid, registration uuid, place smallint, serial text, journal uuid, class text, facts uuid[],
        undue uuid[], outcome text, proposed text
    )
    ON CONFLICT ON CONSTRAINT uq_conflicts_subject DO UPDATE
    SET fact_ids = excluded.fact_ids, undue = excluded.undue, outcome = excluded.outcome, proposed = excluded.proposed,
        gone = false, updated_at = now(),
        settled_at = (
            SELECT max(settlement.created_at) FROM settlements settlement
            WHERE settlement.conflict_id = conflicts.id AND settlement.undone_at IS NULL
                AND settlement.fact_ids = excluded.fact_ids
        )
    WHERE (conflicts.fact_ids, conflicts.undue, conflicts.outcome, conflicts.proposed, conflicts.gone)
        IS DISTINCT FROM (excluded.fact_ids, excluded.undue, excluded.outcome, excluded.proposed, false)
    """
)
