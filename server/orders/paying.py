"""Pay an order, at once or in parts; money that comes too late revives it or is given back."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import sealing
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.desk import Desk
from server.events.models import Event
from server.orders.letters import tell_buyer
from server.orders.locking import locked
from server.orders.models import Order, OrderStatus
from server.orders.refunding import give_back
from server.orders.reviving import late_price, revive
from server.orders.standing import balance_of, move, settle
from server.payments import ledger
from server.payments import service as payments
from server.payments.models import Payment
from server.payments.provider import Declined, Due, Pending, Provider, Taken

REFERENCE = b"payment-reference"
TOO_LATE = "The money came after the order had expired, and there are no seats for it any more."


@dataclass(frozen=True, slots=True)
class Tender:
    """Money that is offered for an order: minor units of its currency, None: all that is owed.

    `id` is the payment's, made by whoever asks: asked again, it is the same payment.
    """

    id: UUID
    method: str
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What became of the tender; the payment's status says whether there is money."""

    order: Order
    payment: Payment


@dataclass(frozen=True, slots=True)
class NothingOwed:
    """The order is paid already, costs nothing or was cancelled."""

    status: OrderStatus


@dataclass(frozen=True, slots=True)
class MoreThanOwed:
    """Only this much is owed, in minor units."""

    owed_minor: int


@dataclass(frozen=True, slots=True)
class LessThanLate:
    """An expired order comes back for the whole price only of all the seats that it had."""

    owed_minor: int


@dataclass(frozen=True, slots=True)
class IdReused:
    """Another payment has this id."""


Unpaid = NothingOwed | MoreThanOwed | LessThanLate | IdReused


async def pay(
    session: AsyncSession, author: Author, desk: Desk, provider: Provider, order_id: UUID, tender: Tender
) -> Paid | Unpaid:
    """Take money for an order under its event's head, so that of two at once one finds nothing owed any more.

    Raises ApiProblem 404 `order_not_found`.
    """
    event, order = await locked(session, order_id)
    known = await payments.find(session, tender.id)
    if known is not None:
        return Paid(order, known) if _is_same(known, order, tender) else IdReused()
    expired = order.status == OrderStatus.EXPIRED
    owed = await (late_price(session, order) if expired else _owed(session, order))
    if owed <= 0 or order.status == OrderStatus.CANCELLED:
        return NothingOwed(OrderStatus(order.status))
    amount = owed if tender.amount_minor is None else tender.amount_minor
    if amount > owed:
        return MoreThanOwed(owed)
    if expired and amount < owed:
        return LessThanLate(owed)
    taken = await provider.take(Due(tender.id, order.id, amount, order.currency, tender.method))
    payment = await _record(session, author, provider.name, order, tender, amount, taken)
    if isinstance(taken, Taken):
        await _receive(session, author, desk, provider, event, order, payment, taken.till)
    return Paid(order, payment)


async def _owed(session: AsyncSession, order: Order) -> int:
    return (await balance_of(session, order.id)).owed


async def _receive(
    session: AsyncSession,
    author: Author,
    desk: Desk,
    provider: Provider,
    event: Event,
    order: Order,
    payment: Payment,
    till: str,
) -> None:
    if order.status == OrderStatus.EXPIRED and not await revive(session, author, event, order):
        booked = ledger.payment(payment.amount_minor, order.currency, till, payment.id)
        await payments.book(session, order.id, [booked])
        await give_back(session, author, provider, order, payment.amount_minor, TOO_LATE)
        await tell_buyer(session, desk, event, order, "order-refunded", payment.amount_minor)
        return
    await payments.book(session, order.id, [ledger.payment(payment.amount_minor, order.currency, till, payment.id)])
    await settle(session, author, event, order)
    if order.holds_until is not None:
        # Money has come for these seats: the clock does not take them away any more.
        await move(session, author, order, "order.paid_in_part", holds_until=None)
    if order.status == OrderStatus.PAID:
        await tell_buyer(session, desk, event, order, "order-paid", order.total_minor)


async def _record(
    session: AsyncSession,
    author: Author,
    provider: str,
    order: Order,
    tender: Tender,
    amount_minor: int,
    taken: Taken | Declined | Pending,
) -> Payment:
    reference = None if isinstance(taken, Declined) else taken.reference
    payment = Payment(
        id=tender.id,
        order_id=order.id,
        kind="payment",
        provider=provider,
        method=tender.method,
        status=_status(taken),
        amount_minor=amount_minor,
        currency=order.currency,
        reference_sealed=None if reference is None else sealing.seal(author.data_keys, reference.encode(), REFERENCE),
        reason=taken.reason if isinstance(taken, Declined) else None,
        created_by=author.id if author.kind == "user" else None,
    )
    session.add(payment)
    await session.flush()
    await session.refresh(payment)
    after = snapshot(payment)
    await audit.write(session, author, "payment.made", "payment", payment.id, None, after, event_id=order.event_id)
    return payment


def _status(taken: Taken | Declined | Pending) -> Literal["succeeded", "failed", "pending"]:
    match taken:
        case Taken():
            return "succeeded"
        case Declined():
            return "failed"
        case Pending():
            return "pending"


def _is_same(known: Payment, order: Order, tender: Tender) -> bool:
    told = known.order_id, known.kind, known.method
    same = told == (order.id, "payment", tender.method)
    return same and tender.amount_minor in (None, known.amount_minor)
