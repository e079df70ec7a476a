"""Replay a whole event from nothing but its facts, some places at a time."""

from collections.abc import AsyncIterator, Mapping
from uuid import UUID

from sqlalchemy import TextClause, text

from eventreg_core.truth import Truth
from server.checkins.standing import Place
from server.conflicts.plain import AMONG_DUE, PASSED, as_json, find_due
from server.conflicts.reading import read_places
from server.sync.feed import Executor

AT_ONCE = 1_000


async def replayed(
    connection: Executor, event: UUID, *, all_places: bool = False
) -> AsyncIterator[tuple[Place, Truth]]:
    """The truth about every place of an event, one by one; places that cannot have a conflict are left out unless
    `all_places`: those where one entry was told, by the server itself or of a kind that was due (see plain.py).

    The caller's transaction is read through a cursor, so that of a large event only some places are in memory.
    """
    statement, known = _ALL, dict[str, object](event=event)
    if not all_places:
        statement, known = _NOT_DUE, {"event": event, "due": as_json(await find_due(connection, event))}
    async for serials in _in_parts(connection, statement, known):
        places = await read_places(connection, event, serials)
        for place, truth in places.truths().items():
            yield place, truth


async def _in_parts(
    connection: Executor, statement: TextClause, parameters: Mapping[str, object]
) -> AsyncIterator[list[bytes]]:
    rows = await connection.stream(statement, parameters)
    try:
        async for part in rows.partitions(AT_ONCE):
            yield [row.serial for row in part]
    finally:
        await rows.close()


async def list_places(connection: Executor, event: UUID) -> list[bytes]:
    """A serial of each place, but for those where the server itself let somebody in once."""
    rows = await connection.execute(_DOUBTFUL, {"event": event})
    return [row.serial for row in rows]


_BY_PLACE = """
    SELECT (array_agg(fact.serial))[1] AS serial FROM facts fact
    LEFT JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
    WHERE fact.event_id = :event AND fact.kind IN ('check_in', 'exit', 'refused_scan') AND NOT fact.held
        AND fact.serial IS NOT NULL
    GROUP BY ticket.registration_id, ticket.place, CASE WHEN ticket.registration_id IS NULL THEN fact.serial END
"""
_ALL = text(_BY_PLACE)
_DOUBTFUL = text(f"{_BY_PLACE} HAVING count(*) > 1 OR bool_or(fact.journal IS NOT NULL)")
_NOT_DUE = text(
    f"""
    SELECT (array_agg(passed.serial))[1] AS serial FROM ({PASSED}) passed LEFT JOIN {AMONG_DUE}
    GROUP BY passed.registration_id, passed.place, CASE WHEN passed.registration_id IS NULL THEN passed.serial END
    HAVING count(*) > 1 OR bool_or(passed.journal IS NOT NULL AND due.list IS NULL)
    """
)
