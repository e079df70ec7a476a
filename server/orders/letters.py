"""What the buyer of an order is told by mail."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.auth.links import base_of
from server.desk import Desk
from server.events.models import Event
from server.mail.moments import in_words
from server.mail.rendering import language_of
from server.mail.sealed import seal_context
from server.orders.models import Order
from server.payments import money
from server.settings import Settings
from server.signed_ids import token_for

PURPOSE = "order"


def order_token(settings: Settings, order_id: UUID) -> str:
    """What opens an order to its buyer."""
    return token_for(settings.secret_key, PURPOSE, order_id)


async def tell_buyer(
    session: AsyncSession, desk: Desk, event: Event, order: Order, template: str, amount_minor: int = 0
) -> None:
    """Mail the buyer about the order; `amount_minor` is what this mail speaks of. Sealed while it waits."""
    language = language_of(order.language)
    token = order_token(desk.settings, order.id)
    until = "" if order.holds_until is None else in_words(order.holds_until, event.zone, language)
    context = {
        "name": order.buyer_name,
        "event": event.name,
        "venue": event.venue,
        "when": in_words(event.date, event.zone, language),
        "zone": event.zone,
        "code": order.code,
        "status": order.status,
        "total": money.in_words(order.total_minor, order.currency, language),
        "amount": money.in_words(amount_minor, order.currency, language) if amount_minor else "",
        "until": until,
        "link": f"{base_of(desk.settings)}/orders/{order.id}?token={token}",
    }
    mail = {
        "to": order.buyer_email,
        "template": template,
        "language": language,
        "sealed": seal_context(desk.settings.data_keys, context),
    }
    await jobs.defer(session, "send-email", mail, priority=jobs.Priority.SOON)
