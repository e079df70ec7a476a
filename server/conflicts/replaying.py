"""Replay a whole event from nothing but its facts, some places at a time."""

from collections.abc import AsyncIterator
from uuid import UUID

from sqlalchemy import text

from eventreg_core.truth import Truth
from server.checkins.standing import Place
from server.conflicts.reading import read_places
from server.sync.feed import Executor

AT_ONCE = 1_000


async def replayed(
    connection: Executor, event: UUID, *, all_places: bool = False
) -> AsyncIterator[tuple[Place, Truth]]:
    """The truth about every place of an event, one by one; places whose facts cannot differ from what was due are left
    out unless `all_places`: those where the server itself let somebody in once.
    """
    serials = await list_places(connection, event, all_places=all_places)
    for first in range(0, len(serials), AT_ONCE):
        places = await read_places(connection, event, serials[first : first + AT_ONCE])
        for place, truth in places.truths().items():
            yield place, truth


async def list_places(connection: Executor, event: UUID, *, all_places: bool = False) -> list[bytes]:
    """A serial of each place, left out as by `replayed`."""
    rows = await connection.execute(_ALL if all_places else _DOUBTFUL, {"event": event})
    return [row.serial for row in rows]


_BY_PLACE = """
    SELECT min(fact.serial) AS serial FROM facts fact
    LEFT JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
    WHERE fact.event_id = :event AND fact.kind IN ('check_in', 'exit', 'refused_scan') AND NOT fact.held
        AND fact.serial IS NOT NULL
    GROUP BY ticket.registration_id, ticket.place, CASE WHEN ticket.registration_id IS NULL THEN fact.serial END
"""
_ALL = text(_BY_PLACE)
_DOUBTFUL = text(f"{_BY_PLACE} HAVING count(*) > 1 OR bool_or(fact.journal IS NOT NULL)")
