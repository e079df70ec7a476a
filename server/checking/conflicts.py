"""Stored conflicts are those that come out when everything that was told is replayed."""

from collections.abc import AsyncGenerator, Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.checking.findings import Check, Finding
from server.checkins.policies import list_policies
from server.checkins.standing import Asked, Place, find_standing
from server.conflicts.truth import DOUBLE_ENTRY, double_entry

AT_ONCE = 1_000
Found = dict[Place, tuple[UUID, ...]]


async def _differing(connection: AsyncConnection) -> AsyncGenerator[Finding, None]:
    for (event,) in (await connection.execute(_EVENTS)).all():
        stored, replayed = await _stored(connection, event), await _replayed(connection, event)
        for place in sorted(stored.keys() | replayed.keys(), key=str):
            if stored.get(place) != replayed.get(place):
                subject = f"registration {place.registration}" if place.registration else f"ticket {place.serial!r}"
                yield Finding("conflicts", subject, _sentence(stored, replayed, place))


def _sentence(stored: Mapping[Place, object], replayed: Mapping[Place, object], place: Place) -> str:
    if place not in stored:
        return "It was admitted more often than its list allows, and there is no conflict."
    if place not in replayed:
        return "There is a conflict where every admission was due."
    return "The conflict names other facts than those that contradict each other."


async def _stored(connection: AsyncConnection, event: UUID) -> Found:
    rows = await connection.execute(_STORED, {"event": event, "class": DOUBLE_ENTRY})
    return {Place(row.list_id, row.registration_id, row.place, row.serial): tuple(sorted(row.fact_ids)) for row in rows}


async def _replayed(connection: AsyncConnection, event: UUID) -> Found:
    """What is in conflict, by place; places where nobody came in twice are left out beforehand."""
    policies = await list_policies(connection, event)
    asked = [Asked(row.list_id, row.serial) for row in await connection.execute(_TWICE, {"event": event})]
    found: Found = {}
    for first in range(0, len(asked), AT_ONCE):
        standing = await find_standing(connection, event, asked[first : first + AT_ONCE])
        for place, told in standing.told.items():
            conflict = double_entry(told, policies[place.list]) if place.list in policies else None
            if conflict is not None:
                found[place] = conflict.fact_ids
    return found


CONFLICTS = Check("conflicts", _differing)
_EVENTS = text("SELECT event_id FROM conflicts UNION SELECT event_id FROM facts WHERE kind = 'check_in'")
_STORED = text(
    "SELECT list_id, registration_id, place, serial, fact_ids FROM conflicts WHERE event_id = :event AND class = :class"
)
_TWICE = text(
    """
    SELECT fact.list_id, min(fact.serial) AS serial FROM facts fact
    LEFT JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
    WHERE fact.event_id = :event AND fact.kind = 'check_in' AND fact.revision IS NOT NULL
    GROUP BY fact.list_id, ticket.registration_id, ticket.place,
        CASE WHEN ticket.registration_id IS NULL THEN fact.serial END
    HAVING count(*) > 1
    """
)
