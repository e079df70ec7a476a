"""How many places of an event and its ticket types are taken or offered: the only writer of these counters.

Whoever calls holds the event's head. Capacity and quotas are also CHECKs of the two tables: a bug fails, it never
oversells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from server.sync.feed import Executor, Writer
from server.waiting.freed import places_came_free

Counts = Mapping[UUID, int]
"""Tickets by the id of their type."""


@dataclass(frozen=True, slots=True)
class BelowSold:
    """More places than that are taken: sold, or offered to who waits."""

    taken: int


async def take(session: Writer, event_id: UUID, counts: Counts, *, offered: Counts | None = None) -> None:
    """Count tickets as sold; those in `offered`, also in `counts`, were offered until now and are no longer."""
    await _move(session, event_id, counts, {type_id: -count for type_id, count in (offered or {}).items()})


async def give_back(session: Executor, event_id: UUID, counts: Counts) -> None:
    """Count sold tickets as free again; who waits for them is offered them."""
    await _move(session, event_id, {type_id: -count for type_id, count in counts.items()}, {})
    await places_came_free(session, event_id)


async def offer(session: Executor, event_id: UUID, counts: Counts) -> None:
    """Keep free places for those to whom they are offered; nobody else gets them."""
    await _move(session, event_id, {}, counts)


async def end_offers(session: Executor, event_id: UUID, counts: Counts) -> None:
    """Let offered places be free for everybody again."""
    await _move(session, event_id, {}, {type_id: -count for type_id, count in counts.items()})


async def set_capacity(session: Executor, event_id: UUID, capacity: int | None) -> BelowSold | None:
    """Let the event have so many places (None: any number), unless more are taken already."""
    taken: int = (await session.execute(_TAKEN, {"event": event_id})).scalar_one()
    if capacity is not None and taken > capacity:
        return BelowSold(taken)
    await session.execute(_SET_CAPACITY, {"event": event_id, "capacity": capacity})
    return None


async def _move(session: Writer, event_id: UUID, sold: Counts, offered: Counts) -> None:
    types = sorted({*sold, *offered})
    if not types:
        return
    moved = {
        "event": event_id,
        "types": types,
        "sold": [sold.get(type_id, 0) for type_id in types],
        "offered": [offered.get(type_id, 0) for type_id in types],
    }
    await session.execute(_MOVE, moved)


_TAKEN = text("SELECT sold + offered FROM event_heads WHERE event_id = :event")
_SET_CAPACITY = text("UPDATE event_heads SET capacity = :capacity WHERE event_id = :event")
_MOVE = text(
    """
    WITH moved AS (
        SELECT * FROM unnest(CAST(:types AS uuid[]), CAST(:sold AS integer[]), CAST(:offered AS integer[]))
            AS moved (id, sold, offered)
    ), of_types AS (
        UPDATE ticket_types SET sold = ticket_types.sold + moved.sold, offered = ticket_types.offered + moved.offered
        FROM moved WHERE ticket_types.id = moved.id AND ticket_types.event_id = :event
    )
    UPDATE event_heads
    SET sold = event_heads.sold + total.sold, offered = event_heads.offered + total.offered
    FROM (SELECT sum(sold) AS sold, sum(offered) AS offered FROM moved) AS total
    WHERE event_id = :event
    """
)
