"""GET and POST /orders/{id}: what a buyer sees by the link in the mails of an order, and the button that cancels it."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.audit.author import VisitingAuthor
from server.callers import callers
from server.clock import utc_now
from server.db import Reading, Session
from server.desk import Desk
from server.errors import ApiProblem
from server.events.models import Event, EventStatus
from server.mail.moments import in_words
from server.mail.rendering import language_of
from server.orders import service
from server.orders.access import find_bought
from server.orders.closing import cancel
from server.orders.models import Order, OrderStatus
from server.orders.service import Whole
from server.orders.standing import OVER
from server.payments import money
from server.settings import Configured
from server.web.pages import Form, form, page

router = APIRouter(tags=["pages"], default_response_class=HTMLResponse)
Token = Annotated[str, Query(description="Of the link in the mail")]


@router.get("/orders/{order_id}", summary="The page of an order", openapi_extra=callers("public", pages=[410]))
async def show_order(
    request: Request, order_id: str, session: Reading, settings: Configured, token: Token = ""
) -> HTMLResponse:
    """Who is in it, where it stands, and a button that cancels it; 410 where the link is no good."""
    order = await find_bought(session, settings, uuid_of(order_id), token)
    return await _page(request, session, order, token)


@router.post(
    "/orders/{order_id}",
    summary="Cancel an order on its page",
    openapi_extra=callers("public", pages=[410]) | form("token"),
)
async def cancel_order(
    request: Request, order_id: str, told: Form, author: VisitingAuthor, session: Session, settings: Configured
) -> HTMLResponse:
    """What `POST /api/v1/orders/{order_id}/cancel` does; where it cannot be, the page says why."""
    token = told.get("token", "")
    order = await find_bought(session, settings, uuid_of(order_id), token)
    if order is not None:
        # Nothing of an archived event is cancelled: the page shows the order as it is.
        with suppress(ApiProblem):
            await cancel(session, author, Desk(settings, utc_now()), order.id, by_buyer=True)
    return await _page(request, session, order, token)


def uuid_of(text: str) -> UUID:
    """The id in a link; of one that was mangled an id that nothing has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


async def _page(request: Request, session: AsyncSession, order: Order | None, token: str) -> HTMLResponse:
    if order is None:
        return page(request, "note", status=410, title="over", text="mail_over", good=False)
    await session.refresh(order)
    event = await session.get_one(Event, order.event_id)
    whole = await service.whole(session, order)
    language = language_of(request.headers.get("Accept-Language", "")[:200])

    def amount(minor: int) -> str:
        return money.in_words(minor, order.currency, language) if minor > 0 else ""

    return page(
        request,
        "order",
        token=token,
        id=str(order.id),
        code=order.code,
        event=event.name,
        when=in_words(event.date, event.zone, language),
        venue=event.venue,
        seats=[(seat.full_name, seat.status == "cancelled") for seat in whole.registrations],
        says=_says(order),
        until="" if order.holds_until is None else in_words(order.holds_until, event.zone, language),
        owed=amount(whole.balance.owed),
        paid=amount(whole.balance.paid),
        back=amount(whole.balance.refunded),
        may_cancel=_may_cancel(whole, event),
        must_ask=OrderStatus(order.status) not in OVER and whole.balance.kept > 0,
    )


def _says(order: Order) -> str:
    if order.status == OrderStatus.HELD and order.holds_until is None:
        return "order_kept"
    if order.status == OrderStatus.PAID and order.total_minor == 0:
        return "order_free"
    return f"order_{order.status}"


def _may_cancel(whole: Whole, event: Event) -> bool:
    is_over = OrderStatus(whole.order.status) in OVER
    is_open = event.status is not EventStatus.ARCHIVED and utc_now() < event.date
    return is_open and not is_over and whole.balance.kept == 0
