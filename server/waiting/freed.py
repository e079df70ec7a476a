"""Places have come free: whoever is next in line hears of it."""

from uuid import UUID

from server import jobs
from server.sync.feed import Executor
from server.waiting import queries

OFFER = "offer-free-places"


async def places_came_free(session: Executor, event_id: UUID) -> None:
    """Have the event's free places offered once this is committed; nothing where nobody waits.

    The caller holds the event's head. Called once too often it offers nothing more.
    """
    if await queries.somebody_waits(session, event_id):
        await jobs.defer(session, OFFER, {"event_id": str(event_id)}, priority=jobs.Priority.SOON)
