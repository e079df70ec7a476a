"""End an order: cancelled by somebody, or expired because its money did not come. Its seats are free again."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import Author
from server.desk import Desk
from server.events import service as events
from server.events.statuses import check_open
from server.orders import queries
from server.orders.letters import tell_buyer
from server.orders.locking import locked
from server.orders.models import Order, OrderStatus
from server.orders.standing import OVER, balance_of, move
from server.registrations import service as registrations

AT_ONCE = 50
"""Orders that one transaction releases: the event's head is held that long."""


@dataclass(frozen=True, slots=True)
class MoneyCame:
    """Something was paid: whoever sells has to decide what is given back."""


@dataclass(frozen=True, slots=True)
class EventBegun:
    """A buyer cancels before the event begins, not afterwards."""


async def cancel(
    session: AsyncSession, author: Author, desk: Desk, order_id: UUID, *, by_buyer: bool
) -> Order | MoneyCame | EventBegun:
    """Cancel the order with all its registrations; what is owed is no longer, what was paid is to be given back.

    Harmless for an order that is over. Raises ApiProblem 404 `order_not_found`, 409 `event_archived`.
    """
    event, order = await locked(session, order_id)
    check_open(event)
    if OrderStatus(order.status) in OVER:
        return order
    kept = (await balance_of(session, order.id)).kept
    if by_buyer and kept:
        return MoneyCame()
    if by_buyer and desk.now >= event.date:
        return EventBegun()
    await end(session, author, order, OrderStatus.CANCELLED)
    await tell_buyer(session, desk, event, order, "order-cancelled", kept)
    return order


async def release_overdue(session: AsyncSession, author: Author, desk: Desk, event_id: UUID) -> int:
    """Let the event's orders expire whose money did not come in time; how many, at most AT_ONCE.

    However many do this at once, each order is released once: under the event's head.
    """
    event = await events.lock_event(session, event_id)
    overdue = await queries.list_overdue(session, event_id, desk.now, AT_ONCE)
    for order in overdue:
        await end(session, author, order, OrderStatus.EXPIRED)
        await tell_buyer(session, desk, event, order, "order-expired")
    return len(overdue)


async def end(session: AsyncSession, author: Author, order: Order, status: OrderStatus) -> None:
    """Cancel the order's registrations, with what that means to the ledger. The caller holds the event's head."""
    await move(session, author, order, f"order.{status}", status=status.value, holds_until=None)
    for registration in await queries.list_registrations(session, order.id):
        await registrations.cancel(session, author, registration.id)
