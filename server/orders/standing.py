"""Where an order stands once its money or its registrations changed: the state table of docs/orders.md."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.events.models import Event
from server.orders import queries
from server.orders.marking import mark
from server.orders.models import Order, OrderStatus
from server.payments import ledger
from server.payments import service as payments
from server.payments.ledger import Balance
from server.registrations.models import PaymentStatus

OPEN = frozenset({OrderStatus.HELD, OrderStatus.AT_DOOR})
"""Orders that wait for money."""
OVER = frozenset({OrderStatus.EXPIRED, OrderStatus.CANCELLED})
"""Orders that hold no seat."""


async def balance_of(session: AsyncSession, order_id: UUID) -> Balance:
    """What the ledger says of an order."""
    return ledger.balance_of(await payments.list_booked(session, order_id))


async def move(session: AsyncSession, author: Author, order: Order, action: str, **columns: Any) -> None:
    """Change columns of an order, with an audit row `order.…`; its version grows."""
    before = snapshot(order)
    for column, value in columns.items():
        setattr(order, column, value)
    order.version += 1
    await session.flush()
    told = before, snapshot(order)
    await audit.write(session, author, action, "order", order.id, *told, event_id=order.event_id, person=order.id)


async def settle(session: AsyncSession, author: Author, event: Event, order: Order) -> None:
    """An open order that owes nothing any more is *paid*: its registrations are PAID (or FREE) and get their tickets.

    The caller holds the event's head.
    """
    if OrderStatus(order.status) not in OPEN:
        return
    rows = await payments.list_booked(session, order.id)
    if ledger.balance_of(rows).owed > 0:
        return
    await move(session, author, order, "order.paid", status=OrderStatus.PAID.value, holds_until=None)
    active = [each for each in await queries.list_registrations(session, order.id) if each.status == "active"]
    charged = ledger.charged_for(rows)
    await mark(session, author, event, [each for each in active if each.id in charged], PaymentStatus.PAID)
    await mark(session, author, event, [each for each in active if each.id not in charged], PaymentStatus.FREE)
