"""Find and list orders with what belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from server.orders import queries
from server.orders.models import Order
from server.orders.queries import Asked
from server.payments import ledger
from server.payments import service as payments
from server.payments.ledger import Balance
from server.payments.models import Payment
from server.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class Whole:
    """An order, its balance, the registrations that are in it now, and its payments and refunds."""

    order: Order
    balance: Balance
    registrations: Sequence[Registration]
    payments: Sequence[Payment]


async def list_orders(session: AsyncSession, asked: Asked) -> list[Order]:
    """Orders of an event in the order in which they were made."""
    return await queries.list_orders(session, asked)


async def whole(session: AsyncSession, order: Order) -> Whole:
    """The order with all that belongs to it, as it is now."""
    return Whole(
        order,
        ledger.balance_of(await payments.list_booked(session, order.id)),
        await queries.list_registrations(session, order.id),
        await payments.list_payments(session, order.id),
    )
