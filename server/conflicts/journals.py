"""Conflicts that are about a whole journal: it split, facts of it are missing, or what it tells is held."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import TextClause, text

from eventreg_core.conflict import Class, Conflict, Outcome
from server.conflicts import queries
from server.sync.feed import Executor


async def judge_journal(connection: Executor, journal: UUID) -> None:
    """Keep what is wrong with this journal; the caller holds its row, and has written what came of it."""
    row = (await connection.execute(_JOURNAL, {"journal": journal})).one_or_none()
    if row is None or not (row.forked or row.gap or row.held or row.disputed):
        return
    found: list[tuple[UUID, Conflict]] = []
    if row.forked:
        found += await _find(connection, journal, _FORKED, Class.FORKED_JOURNAL, _forked)
    if row.gap:
        found += await _find(connection, journal, _MISSING, Class.MISSING_FACTS, _missing)
    if row.held:
        found += await _find(connection, journal, _HELD, Class.HELD_DEVICE, _held)
    await queries.keep_of_journal(connection, journal, found)


async def _find(
    connection: Executor, journal: UUID, statement: TextClause, kind: Class, sentence: Callable[[int], str]
) -> list[tuple[UUID, Conflict]]:
    rows = await connection.execute(statement, {"journal": journal})
    return [
        (row.event_id, Conflict(kind, tuple(row.ids), (), Outcome.ACCEPTED, sentence(int(row.scans)))) for row in rows
    ]


def _forked(count: int) -> str:
    return (
        f"Two laptops wrote on in one journal, or one was set back: {count} scans claim each other's numbers. "
        "All of them count. Ask which laptop was restored or copied, and enrol it anew."
    )


def _missing(count: int) -> str:
    return (
        f"{count} scans of this laptop are missing before others that are here. Let the laptop send once more, or "
        "bring its journal on a stick; accept only if it is lost."
    )


def _held(count: int) -> str:
    return (
        f"The laptop is not trusted: {count} scans of it are kept, and do not count. "
        "Accept them for good on the page of devices, or leave them out."
    )


_JOURNAL = text(
    """
    SELECT forked, coalesce((SELECT max(seq) FROM facts WHERE journal = :journal), 0) > head_seq AS gap,
        EXISTS (SELECT FROM facts WHERE held AND journal = :journal) AS held,
        EXISTS (SELECT FROM conflicts WHERE journal = :journal AND NOT gone) AS disputed
    FROM journals WHERE journal = :journal
    """
)
_FORKED = text(
    """
    WITH mine AS (
        SELECT event_id, id, hash, count(*) OVER (PARTITION BY seq) AS of_number FROM facts WHERE journal = :journal
    ), split AS (
        SELECT DISTINCT event_id, id FROM mine
        WHERE of_number > 1 OR EXISTS (SELECT FROM facts other WHERE other.id = mine.id AND other.hash <> mine.hash)
    )
    SELECT event_id, array_agg(id ORDER BY id) AS ids, count(*) AS scans FROM split GROUP BY event_id
    """
)
_MISSING = text(
    """
    WITH numbered AS (
        SELECT seq, id, event_id FROM facts WHERE journal = :journal
        UNION ALL
        SELECT seq, NULL, NULL FROM quarantine WHERE journal = :journal
    ), stepped AS (
        SELECT seq, id, event_id, seq - lag(seq, 1, 0::bigint) OVER (ORDER BY seq) - 1 AS missing FROM numbered
    )
    SELECT event_id, array_agg(DISTINCT id ORDER BY id) AS ids, sum(missing) AS scans FROM stepped
    WHERE missing > 0 AND id IS NOT NULL GROUP BY event_id
    """
)
_HELD = text(
    """
    SELECT event_id, array_agg(DISTINCT id ORDER BY id) AS ids, count(DISTINCT id) AS scans
    FROM facts WHERE held AND journal = :journal GROUP BY event_id
    """
)
