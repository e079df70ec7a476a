"""The job that judges a whole event again."""

from typing import Any
from uuid import UUID

from server.conflicts.judging import judge_serials
from server.conflicts.replaying import AT_ONCE, list_places
from server.jobs.tasks import Work, task
from server.sync import feed


@task("judge-event")
async def judge_event(work: Work, data: dict[str, Any]) -> None:
    """Judge every place of an event that was archived and is not any more; what came meanwhile was kept, not judged."""
    event = UUID(data["event_id"])
    async with work.database.begin() as connection:
        serials = await list_places(connection, event)
    for first in range(0, len(serials), AT_ONCE):
        async with work.database.begin() as connection:
            await feed.lock_heads(connection, [event])
            await judge_serials(connection, event, serials[first : first + AT_ONCE])
