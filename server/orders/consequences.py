"""What a change of a registration means to its order; called by whoever changes registrations."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import Author
from server.errors import ApiProblem
from server.events.models import Event
from server.orders import queries
from server.orders.models import Order, OrderStatus
from server.orders.standing import OVER, move, settle
from server.payments import ledger
from server.payments import service as payments
from server.registrations.models import Registration


async def registration_cancelled(
    session: AsyncSession, author: Author, event: Event, registration: Registration
) -> None:
    """Let the order off what a registration costs that was just cancelled; money that came for it is to be given back.

    An order whose last registration this was is cancelled; one that owes nothing any more is paid. The caller holds
    the event's head. Nothing happens to registrations without an order.
    """
    if registration.order_id is None:
        return
    order = await session.get_one(Order, registration.order_id, populate_existing=True)
    rows = await payments.list_booked(session, order.id)
    await payments.book(session, order.id, ledger.discharge_of(rows, registration.id, order.currency))
    if OrderStatus(order.status) in OVER:
        return
    if await queries.count_active(session, order.id) == 0:
        status = OrderStatus.CANCELLED.value
        await move(session, author, order, "order.cancelled", status=status, holds_until=None)
    else:
        await settle(session, author, event, order)


def check_paid_by_order(registration: Registration, changes: Mapping[str, object]) -> None:
    """Where money stands of a registration in an order, its order says: raises ApiProblem 409 `paid_by_order`."""
    status = changes.get("payment_status", registration.payment_status)
    if registration.order_id is not None and status != registration.payment_status:
        sentence = "This registration belongs to an order. Pay or refund the order instead."
        raise ApiProblem(409, "paid_by_order", sentence, field="payment_status", order_id=str(registration.order_id))
