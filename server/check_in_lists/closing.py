"""A list that empties: at its wall time each night whoever is still inside has gone, by exits of the server's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core import facts
from eventreg_core.clock import zone
from eventreg_core.facts import Exit
from server.audit import service as audit
from server.audit.author import Author
from server.checkins import ledger
from server.checkins.ledger import Entry
from server.checkins.telling import server_stamp
from server.clock import new_id
from server.conflicts import service as conflicts
from server.sync import feed

AT_ONCE = 500
WRITTEN_BY = "system:closing"


@dataclass(frozen=True, slots=True)
class Emptying:
    """A list that empties, and the zone whose wall time that is."""

    event: UUID
    list: UUID
    empties_at: time
    zone: str


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody whose last passage on a list was an entry."""

    serial: bytes
    since: datetime


def next_closing(after: datetime, wall: time, zone_name: str) -> datetime:
    """The first moment after `after` at which clocks of this zone show `wall`; of a night with two such, the first.

    In a night that leaves it out it is as much later as the clocks were put on.
    """
    local = after.astimezone(zone(zone_name))
    days = (local.date() + timedelta(days=day) for day in range(3))
    moments = (datetime.combine(day, wall, zone(zone_name)).astimezone(after.tzinfo) for day in days)
    return next(moment for moment in moments if moment > after)


def last_closing(until: datetime, wall: time, zone_name: str) -> datetime:
    """The last such moment that is not after `until`."""
    local = until.astimezone(zone(zone_name))
    days = (local.date() - timedelta(days=day) for day in range(3))
    moments = (datetime.combine(day, wall, zone(zone_name)).astimezone(until.tzinfo) for day in days)
    return next(moment for moment in moments if moment <= until)


async def list_emptying(session: AsyncSession) -> list[Emptying]:
    """Every list that empties, of events that are not archived."""
    return [Emptying(*row) for row in await session.execute(_EMPTYING)]


async def empty(session: AsyncSession, author: Author, emptying: Emptying, now: datetime) -> int:
    """Let those out who came before the last closing time, each at the first after they came; how many, 500 at most.

    What comes late from a laptop is found by a later call.
    """
    closed = last_closing(now, emptying.empties_at, emptying.zone)
    # Nearly always nobody is: no door waits for this look at all that was ever told of the list.
    if not await _list_inside(session, emptying, closed):
        return 0
    await feed.lock_heads(session, [emptying.event])
    inside = await _list_inside(session, emptying, closed)
    recorded = []
    for each in inside:
        at = next_closing(each.since, emptying.empties_at, emptying.zone)
        stamp = server_stamp(new_id(), emptying.event, emptying.list, at, WRITTEN_BY)
        recorded.append(facts.record(Exit(**stamp, serial=each.serial.hex())))
    if recorded:
        await ledger.write(session, emptying.event, [Entry(one, author=author.name) for one in recorded], now)
        await conflicts.judge_again(session, emptying.event, recorded)
        told, event = {"exits": len(recorded)}, emptying.event
        await audit.write(session, author, "list.emptied", "list", emptying.list, None, told, event_id=event)
    return len(recorded)


async def _list_inside(session: AsyncSession, emptying: Emptying, before: datetime) -> Sequence[Inside]:
    parameters = {"event": emptying.event, "list": emptying.list, "before": before, "most": AT_ONCE}
    return [Inside(*row) for row in await session.execute(_INSIDE, parameters)]


_EMPTYING = text(
    """
    SELECT list.event_id, list.id, list.empties_at, event.zone FROM check_in_lists list
    JOIN events event ON event.id = list.event_id
    WHERE list.empties_at IS NOT NULL AND (event.is_active OR event.inactive_as <> 'archived')
    ORDER BY list.event_id, list.id
    """
)
# By the very rules that count_lists counts with.
_INSIDE = text(
    """
    SELECT serial, at FROM (
        SELECT DISTINCT ON (who) fact.serial, fact.at, fact.kind
        FROM facts fact
        LEFT JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN ticket.registration_id IS NULL THEN fact.serial
                ELSE uuid_send(ticket.registration_id) || int2send(ticket.place) END AS who
        ) whose
        WHERE fact.event_id = :event AND fact.list_id = :list AND fact.kind IN ('check_in', 'exit')
            AND fact.revision IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM facts undo
                WHERE undo.annuls = fact.id AND undo.event_id = fact.event_id AND undo.revision IS NOT NULL
            )
            AND NOT EXISTS (
                SELECT FROM facts other
                WHERE other.id = fact.id AND other.hash > fact.hash AND other.event_id = fact.event_id
                    AND other.revision IS NOT NULL
            )
        ORDER BY who, date_trunc('milliseconds', fact.at) DESC, fact.id DESC
    ) lately
    WHERE kind = 'check_in' AND at < :before ORDER BY at, serial LIMIT :most
    """
)
