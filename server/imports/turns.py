"""The statements of one transaction of an import: its rows, the lock they are done under, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from server.piped import Pipe, number_array, piped, text_array, uuid_array
from server.sync import feed
from server.sync.feed import Writer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: a registration and its version, or a problem, or (updated and left) both."""

    number: int
    registration_id: UUID | None = None
    version: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """An import under its event's head: `at` so many rows; `sells`: its event is neither cancelled nor archived."""

    status: str
    run: str | None
    at: int
    sells: bool


async def list_next(
    session: AsyncSession, import_id: UUID, limit: int, after: int
) -> tuple[list[tuple[int, bytes]], int]:
    """The first rows after this line that nothing became of yet, and of how many something had when they were read."""
    rows = (await session.execute(_WAITING, {"id": import_id, "limit": limit, "after": after})).all()
    at: int = rows[0].at if rows else (await session.execute(_AT, {"id": import_id})).scalar_one_or_none() or 0
    return [(row.number, row.row_sealed) for row in rows], at


async def lock_run(connection: AsyncConnection, event_id: UUID, import_id: UUID) -> Run | None:
    """Lock the event's head, then the import, and how both are then; None where there is no such import."""
    async with piped(connection) as pipe:
        feed.send_lock(pipe, event_id)
        locked = pipe.send(_LOCK_RUN, {"id": import_id}, Run)
    return locked.first()


async def count(pipe: Pipe, import_id: UUID, outcomes: Sequence[Outcome], *, is_over: bool) -> None:
    """Add to the import what became of rows; `is_over`: they were the last."""
    failed = sum(each.problem is not None for each in outcomes)
    told = {"id": import_id, "done": len(outcomes) - failed, "failed": failed, "over": is_over}
    await pipe.execute(_COUNT, told)


async def note(session: Writer, import_id: UUID, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of rows; one that is done is no longer kept."""
    columns = {
        "id": import_id,
        "numbers": number_array(each.number for each in outcomes),
        "registrations": uuid_array(each.registration_id for each in outcomes),
        "versions": number_array(each.version for each in outcomes),
        "problems": text_array(each.problem for each in outcomes),
    }
    await session.execute(_NOTE, columns)


_WAITING = text(
    """
    SELECT line.number, line.row_sealed, imports.done + imports.failed AS at
    FROM imports JOIN import_rows AS line ON line.import_id = imports.id
    WHERE imports.id = :id AND line.number > :after AND line.row_sealed IS NOT NULL AND line.problem IS NULL
    ORDER BY line.number LIMIT :limit
    """
)
_AT = text("SELECT done + failed FROM imports WHERE id = :id")
_LOCK_RUN = text(
    """
    SELECT imports.status, imports.settings ->> 'run', imports.done + imports.failed,
        events.is_active OR events.inactive_as = 'draft'
    FROM imports JOIN events ON events.id = imports.event_id
    WHERE imports.id = :id FOR NO KEY UPDATE OF imports
    """
)
_COUNT = text(
    """
    UPDATE imports SET done = done + :done, failed = failed + :failed, updated_at = now(),
        status = CASE WHEN :over THEN 'done' ELSE status END
    WHERE id = :id
    """
)
_NOTE = text(
    """
    UPDATE import_rows SET
        registration_id = coalesce(told.registration_id, import_rows.registration_id),
        version = coalesce(told.version, import_rows.version), problem = told.problem,
        row_sealed = CASE WHEN told.registration_id IS NULL THEN import_rows.row_sealed END
    FROM unnest(CAST(:numbers AS integer[]), CAST(:registrations AS uuid[]), CAST(:versions AS integer[]),
                CAST(:problems AS text[])) AS told (number, registration_id, version, problem)
    WHERE import_rows.import_id = :id AND import_rows.number = told.number
    """
)
