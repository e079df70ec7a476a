"""The job of lists that empty at night."""

from dataclasses import asdict
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from server import jobs
from server.audit.author import system
from server.check_in_lists.closing import AT_ONCE, Emptying, empty, list_emptying
from server.clock import utc_now
from server.jobs import NewJob
from server.jobs.tasks import Work, task

EMPTY = "empty-list"


@task("empty-lists", every=timedelta(minutes=5))
async def empty_lists(work: Work, _data: dict[str, Any]) -> None:
    """Have every list looked at that empties: one job each, since each holds its event's head."""
    await jobs.defer_many(work.session, [_looking(each) for each in await list_emptying(work.session)])


@task(EMPTY)
async def empty_list(work: Work, data: dict[str, Any]) -> None:
    """Let out who is inside since before the closing time; goes on by another job where there are many."""
    emptying = Emptying(UUID(data["event"]), UUID(data["list"]), time.fromisoformat(data["empties_at"]), data["zone"])
    if await empty(work.session, system(work.settings.data_keys), emptying, utc_now()) == AT_ONCE:
        await jobs.defer_many(work.session, [_looking(emptying)])


def _looking(emptying: Emptying) -> NewJob:
    return NewJob(EMPTY, {name: str(value) for name, value in asdict(emptying).items()})
