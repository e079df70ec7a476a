"""The jobs of waiting lists."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from server import jobs
from server.audit.author import system
from server.clock import utc_now
from server.desk import Desk
from server.jobs import NewJob
from server.jobs.tasks import Work, task
from server.waiting import queries
from server.waiting.freed import OFFER, places_came_free
from server.waiting.offering import offer_places


@task(OFFER)
async def offer_free_places(work: Work, data: dict[str, Any]) -> None:
    """Offer the event's free places to those who are next; goes on by another job as long as that leads somewhere."""
    event_id = UUID(data["event_id"])
    author = system(work.settings.data_keys)
    offered = await offer_places(work.session, author, Desk(work.settings, utc_now()), event_id)
    if offered.made:
        await places_came_free(work.session, event_id)


@task("expire-offers", every=timedelta(minutes=1))
async def expire_offers(work: Work, _data: dict[str, Any]) -> None:
    """Have every event looked at that has offers whose time is over: one job each, since each holds another head.

    Those too where a place is free and somebody waits: nobody else may have it until it was offered.
    """
    due = await queries.list_events_due(work.session, utc_now())
    await jobs.defer_many(work.session, [NewJob(OFFER, {"event_id": str(event_id)}) for event_id in due])
