"""Seats whose money did not come are free again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from server import jobs
from server.audit.author import system
from server.clock import utc_now
from server.desk import Desk
from server.jobs import NewJob
from server.jobs.tasks import Work, task
from server.orders import queries
from server.orders.closing import AT_ONCE, release_overdue

RELEASE = "release-held-orders-of-event"


@task("release-held-orders", every=timedelta(minutes=1))
async def release_held_orders(work: Work, _data: dict[str, Any]) -> None:
    """Have every event looked at that has overdue orders: one job each, since each holds another head."""
    overdue = await queries.list_events_overdue(work.session, utc_now())
    await jobs.defer_many(work.session, [_release(event_id) for event_id in overdue])


@task(RELEASE)
async def release_held_orders_of_event(work: Work, data: dict[str, Any]) -> None:
    """Let the event's overdue orders expire; goes on by another job where there are many."""
    event_id = UUID(data["event_id"])
    author = system(work.settings.data_keys)
    if await release_overdue(work.session, author, Desk(work.settings, utc_now()), event_id) == AT_ONCE:
        await jobs.defer_many(work.session, [_release(event_id)])


def _release(event_id: UUID) -> NewJob:
    return NewJob(RELEASE, {"event_id": str(event_id)})
