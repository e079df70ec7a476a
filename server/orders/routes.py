"""GET and POST /events/{event_id}/orders; GET /orders/{id} and the POSTs below it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import MaybeAuthor, SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.auth.visitors import MaybeCaller
from server.callers import callers
from server.clock import new_id
from server.db import Reading, Session
from server.desk import AtDesk
from server.idempotency.once import OnceRoute
from server.inputs import SearchText
from server.mail.rendering import language_of
from server.orders import service
from server.orders.access import access_bought_order, access_order
from server.orders.bodies import OrderBody, PaymentBody, RefundBody, buying_of, refund_of
from server.orders.closing import cancel
from server.orders.letters import order_token
from server.orders.models import Order, OrderStatus
from server.orders.paying import Paid, Tender, pay
from server.orders.placing import place
from server.orders.queries import Asked
from server.orders.refunding import refund
from server.orders.refusals import not_cancelled, not_paid, not_placed, not_refunded
from server.orders.views import OrderPage, OrderRow, OrderView, PlacedOrder, view
from server.paging import DEFAULT_LIMIT, CursorText, Limit, cursor_text
from server.payments.on_site import OnSite
from server.registrations.access import check_may_register
from server.registrations.cursors import after_of
from server.settings import Configured
from server.signed_ids import LinkToken

router = APIRouter(tags=["orders"], route_class=OnceRoute)


@router.get("/events/{event_id}/orders", summary="Orders of an event", openapi_extra=callers("viewer"))
async def list_orders(
    event_id: UUID,
    caller: SignedInCaller,
    session: Reading,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
    q: SearchText = None,
    status: OrderStatus | None = None,
) -> OrderPage:
    """`q` finds parts of buyers' e-mails, and whole codes."""
    await access_event(session, caller, event_id, "viewer")
    found = await service.list_orders(session, Asked(event_id, limit + 1, status, q, after_of(cursor)))
    items = [OrderRow.model_validate(order) for order in found[:limit]]
    return OrderPage(items=items, next_cursor=cursor_text(str(items[-1].id)) if len(found) > limit else None)


@router.post(
    "/events/{event_id}/orders",
    summary="Place an order",
    status_code=201,
    openapi_extra=callers("public", "staff", problems=[409]),
)
async def place_order(
    event_id: UUID,
    body: OrderBody,
    caller: MaybeCaller,
    author: MaybeAuthor,
    session: Session,
    desk: AtDesk,
    accept_language: Annotated[str | None, Header()] = None,
) -> PlacedOrder:
    """Open to everybody while the event is active; to its staff also while it is a draft.

    What costs something is held for 15 minutes, unless it is paid at the door.
    """
    buying = buying_of(body, event_id, desk.settings.data_keys, language_of(accept_language or ""))
    await check_may_register(session, caller, event_id, buying.items[0].asker)
    placed = await place(session, author, desk, buying)
    if not isinstance(placed, Order):
        raise not_placed(placed)
    shown = await _shown(session, placed)
    return PlacedOrder(**shown.model_dump(), token=order_token(desk.settings, placed.id))


@router.get("/orders/{order_id}", summary="One order", openapi_extra=callers("public", "viewer"))
async def get_order(
    order_id: UUID, caller: MaybeCaller, session: Reading, settings: Configured, token: LinkToken = None
) -> OrderView:
    """For its buyer, who shows its token, and for those who may see the event's orders."""
    order, _ = await access_bought_order(session, settings, caller, order_id, token, "viewer")
    return await _shown(session, order)


@router.post(
    "/orders/{order_id}/cancel",
    summary="Cancel an order",
    openapi_extra=callers("public", "organizer", problems=[409]),
)
async def cancel_order(
    order_id: UUID,
    caller: MaybeCaller,
    author: MaybeAuthor,
    session: Session,
    desk: AtDesk,
    token: LinkToken = None,
) -> OrderView:
    """With all its registrations; harmless again. The buyer may while nothing was paid and the event has not begun."""
    _, by_buyer = await access_bought_order(session, desk.settings, caller, order_id, token, "organizer")
    cancelled = await cancel(session, author, desk, order_id, by_buyer=by_buyer)
    if not isinstance(cancelled, Order):
        raise not_cancelled(cancelled)
    return await _shown(session, cancelled)


@router.post(
    "/orders/{order_id}/payments",
    summary="Record a payment on site",
    status_code=201,
    openapi_extra=callers("staff", problems=[409]),
)
async def record_payment(
    order_id: UUID, body: PaymentBody, caller: SignedInCaller, author: SignedInAuthor, session: Session, desk: AtDesk
) -> OrderView:
    """Once nothing is owed the order is paid, and the tickets leave by mail.

    An expired order comes back if its seats are free; if they are not, the money is recorded and given back at once.
    """
    await access_order(session, caller, order_id, "staff")
    tender = Tender(body.id or new_id(), body.method, body.amount_minor)
    paid = await pay(session, author, desk, OnSite(), order_id, tender)
    if not isinstance(paid, Paid):
        raise not_paid(paid)
    return await _shown(session, paid.order)


@router.post(
    "/orders/{order_id}/refunds",
    summary="Give money back",
    status_code=201,
    openapi_extra=callers("organizer", problems=[409]),
)
async def give_money_back(
    order_id: UUID, body: RefundBody, caller: SignedInCaller, author: SignedInAuthor, session: Session, desk: AtDesk
) -> OrderView:
    """Never more than was paid. An order whose money is all given back is cancelled."""
    await access_order(session, caller, order_id, "organizer")
    refunded = await refund(session, author, desk, OnSite(), order_id, refund_of(body))
    if not isinstance(refunded, Order):
        raise not_refunded(refunded)
    return await _shown(session, refunded)


async def _shown(session: AsyncSession, order: Order) -> OrderView:
    await session.refresh(order)
    return view(await service.whole(session, order))
