"""Find an order, and hold its event's head while it changes."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import ApiProblem, not_found
from server.events import service as events
from server.events.models import Event
from server.orders import queries
from server.orders.models import Order


async def locked(session: AsyncSession, order_id: UUID) -> tuple[Event, Order]:
    """The order as it is now and its event, whose head is held. Raises ApiProblem 404 `order_not_found`."""
    event_id = (await get(session, order_id)).event_id
    event = await events.lock_event(session, event_id)
    # Read again: it may have changed while we waited for the head.
    return event, await get(session, order_id)


async def get(session: AsyncSession, order_id: UUID) -> Order:
    """One order; raises ApiProblem 404 `order_not_found`."""
    order = await queries.find(session, order_id)
    if order is None:
        raise order_not_found()
    return order


def order_not_found() -> ApiProblem:
    """404, also for an order that is none of the caller's business."""
    return not_found("order_not_found", "There is no such order, or it is not shared with you.")
