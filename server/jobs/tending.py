"""What every worker looks after beside its jobs: jobs whose worker is gone, and periodic ones that are due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.jobs import queries
from server.jobs.service import NewJob, defer_many
from server.jobs.tasks import Task

MOST_STARTS = 20
"""A job that took its worker down so often is not begun again by itself: it is a dead letter."""


@dataclass(frozen=True, slots=True)
class Running:
    """What a worker has in hand: its own number (None before its first job), and the queue's numbers of its jobs."""

    worker: int | None
    jobs: Collection[int]


async def take_up(session: AsyncSession, running: Running, stalled_s: float, unrecorded_s: float) -> list[int]:
    """Put back what nobody works on any more; the jobs' numbers in the queue.

    That is: jobs of workers that have been silent for `stalled_s` seconds, and of this one when it has no longer in
    hand what it began more than `unrecorded_s` seconds ago (the database was away when it wanted to say so).
    """
    figures = {
        "mine": running.worker,
        "running": list(running.jobs),
        "stalled_s": stalled_s,
        "unrecorded_s": unrecorded_s,
        "most_starts": MOST_STARTS,
    }
    return await queries.take_up(session, figures)


def due_now(tasks: Sequence[Task], now: datetime) -> list[NewJob]:
    """The periodic jobs of the present moment; each has a key of its own, so that of many workers one defers it.

    What was due while no worker ran is made up once.
    """
    return [
        NewJob(task.type, {}, key=f"{task.type}@{int(now.timestamp() // task.every.total_seconds())}")
        for task in tasks
        if task.every is not None
    ]


async def defer_periodic(session: AsyncSession, tasks: Sequence[Task], now: datetime) -> None:
    """Defer what is due and has not been deferred yet."""
    await defer_many(session, due_now(tasks, now))
