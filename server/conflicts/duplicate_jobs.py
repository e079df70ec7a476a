"""The jobs that look for one person's two registrations."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from server import jobs
from server.conflicts import duplicates
from server.db import Database
from server.jobs import NewJob
from server.jobs.tasks import Work, task
from server.sync import feed

LOOK = "find-duplicates-at"


@task("find-duplicates", every=timedelta(minutes=5))
async def find_duplicates(work: Work, _data: dict[str, Any]) -> None:
    """Have every event looked at where anything changed: one job each, since each holds another head."""
    events = await duplicates.list_unseen(work.session)
    await jobs.defer_many(work.session, [NewJob(LOOK, {"event_id": str(event)}) for event in events])


@task(LOOK)
async def find_duplicates_at(work: Work, data: dict[str, Any]) -> None:
    """Look at one event."""
    await see(work.database, UUID(data["event_id"]))


async def see(database: Database, event: UUID) -> None:
    """Find an event's duplicates and keep them; its head is held while they are written alone."""
    async with database.begin() as connection:
        seen = await duplicates.look(connection, event)
    async with database.begin() as connection:
        await feed.lock_heads(connection, [event])
        await duplicates.keep(connection, event, seen)
