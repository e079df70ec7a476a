"""The jobs that judge again: a whole event, and what laptops told of a time that had not come yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.clock import utc_now
from server.conflicts import queries
from server.conflicts.judging import judge_serials
from server.conflicts.replaying import AT_ONCE, list_places
from server.db import Database
from server.jobs.tasks import Work, task
from server.sync import feed


@task("judge-event")
async def judge_event(work: Work, data: dict[str, Any]) -> None:
    """Judge every place of an event that was archived and is not any more; what came meanwhile was kept, not judged."""
    event = UUID(data["event_id"])
    async with work.database.begin() as connection:
        serials = await list_places(connection, event)
    await _judge(work.database, event, serials)


@task("judge-ahead", every=timedelta(minutes=5))
async def judge_clocks_ahead(work: Work, _data: dict[str, Any]) -> None:
    """Judge again what is told of a time after it came, by a clock that is ahead."""
    await judge_ahead(work.database, utc_now())


async def judge_ahead(database: Database, now: datetime) -> None:
    """Judge again the places of facts that came before the time they tell of, as of `now`.

    When they came nobody could know what their tickets and lists would be by then.
    """
    async with database.begin() as connection:
        ahead = await queries.list_ahead(connection, now - LATEST_CHANGE)
    for event, serials in ahead.items():
        await _judge(database, event, serials)


LATEST_CHANGE = timedelta(days=1)
"""So long after its time a fact is looked at; what changes later does not concern it."""


async def _judge(database: Database, event: UUID, serials: Sequence[bytes]) -> None:
    for first in range(0, len(serials), AT_ONCE):
        async with database.begin() as connection:
            await feed.lock_heads(connection, [event])
            await judge_serials(connection, event, serials[first : first + AT_ONCE])
