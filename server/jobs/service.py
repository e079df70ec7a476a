"""Have something done later: in the transaction that causes it, once, and until it works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.clock import new_id
from server.errors import ApiProblem, not_found
from server.jobs import queries
from server.jobs.queries import DeadLetter, Row
from server.piped import Pipe
from server.sync.feed import Executor


class Priority(IntEnum):
    """Which of the jobs that wait begins first; those of one priority begin in the order in which they came."""

    SOON = 10
    """Somebody sits there and waits for it: the link that confirms an e-mail or resets a password."""
    NORMAL = 0
    BULK = -10
    """One of thousands that were asked for together: an import's mails. Everything else goes before it."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be done: `type` says by which task, `data` (JSON) with what.

    A second job with the same `key` is none. `delay` None: at once.
    """

    type: str
    data: Mapping[str, Any]
    key: str | None = None
    delay: timedelta | None = None
    priority: Priority = Priority.NORMAL


async def defer(
    session: Executor,
    type: str,
    data: Mapping[str, Any],
    *,
    key: str | None = None,
    delay: timedelta | None = None,
    priority: Priority = Priority.NORMAL,
) -> UUID:
    """Have a job done once this transaction commits, and never if it does not; the job's id.

    With a `key` that was used before (a key is remembered for 30 days after its job was done) nothing new is done, and
    the id is the first job's. A key is kept when the data is gone: let it hold no address and no secret.
    """
    return (await defer_many(session, [NewJob(type, data, key, delay, priority)]))[0]


async def defer_many(session: Executor, wanted: Sequence[NewJob]) -> list[UUID]:
    """As `defer`, for any number of jobs in one statement; their ids in order."""
    if not wanted:
        return []
    rows = _rows(wanted)
    by_key = await queries.enqueue(session, rows)
    return [row.id if row.key is None else by_key[row.key] for row in rows]


async def send_many(pipe: Pipe, wanted: Sequence[NewJob]) -> None:
    """As `defer_many` through a pipe."""
    if wanted:
        await queries.put(pipe, _rows(wanted))


async def list_dead(session: AsyncSession, limit: int, after: int) -> list[DeadLetter]:
    """Jobs that failed each time, oldest first; `after` is the `number` of the last one seen."""
    return await queries.list_dead(session, limit, after)


async def retry(session: AsyncSession, author: Author, job_id: UUID) -> DeadLetter:
    """Have a dead letter tried again, with its retries counted anew. Raises ApiProblem 404 `job_not_found`.

    Done or waiting jobs are no dead letters.
    """
    revived = await queries.revive(session, job_id)
    if revived is None:
        raise job_not_found()
    await audit.write(session, author, "job.retried", "job", job_id, {"status": "failed"}, {"status": "todo"})
    return revived


def _rows(wanted: Sequence[NewJob]) -> list[Row]:
    return [Row(new_id(), each.key, each.type, each.data, each.delay, each.priority) for each in wanted]


def job_not_found() -> ApiProblem:
    """404: there is no dead letter with this id."""
    return not_found("job_not_found", "There is no failed job with this id. It may have been tried again already.")
