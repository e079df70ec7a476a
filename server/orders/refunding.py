"""Give money of an order back: never more than came, and out of the tills that it went into."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.clock import new_id
from server.desk import Desk
from server.events.models import Event, EventStatus
from server.events.statuses import check_open
from server.orders import queries
from server.orders.closing import end
from server.orders.letters import tell_buyer
from server.orders.locking import locked
from server.orders.marking import mark
from server.orders.models import Order, OrderStatus
from server.orders.placing import HOLD
from server.orders.standing import balance_of, move
from server.payments import ledger
from server.payments import service as payments
from server.payments.allotting import Part, allot
from server.payments.models import Payment
from server.payments.provider import Declined, Provider
from server.registrations import service as registrations
from server.registrations.models import PaymentStatus


@dataclass(frozen=True, slots=True)
class Refund:
    """Money to give back in minor units, and the registrations that are cancelled with it."""

    amount_minor: int
    reason: str
    registration_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class MoreThanPaid:
    """Only this much can be given back, in minor units."""

    refundable_minor: int


@dataclass(frozen=True, slots=True)
class NotInOrder:
    """One of the registrations does not belong to the order."""


@dataclass(frozen=True, slots=True)
class NotGivenBack:
    """The provider does not give the money back. The transaction must not be committed."""

    reason: str


async def refund(
    session: AsyncSession, author: Author, desk: Desk, provider: Provider, order_id: UUID, asked: Refund
) -> Order | MoreThanPaid | NotInOrder | NotGivenBack:
    """Cancel the registrations named, and give money back; the buyer is told.

    What is given back of a paid order beyond what was paid too much, it is let off. An order whose money is all given
    back is cancelled, and its registrations are REFUNDED; not so at an archived event, of which only money is given
    back: who was there has been there. Raises ApiProblem 404 `order_not_found`, or 409 `event_archived` where
    registrations are named.
    """
    event, order = await locked(session, order_id)
    if asked.registration_ids:
        check_open(event)
    kept = (await balance_of(session, order.id)).kept
    if asked.amount_minor > kept:
        return MoreThanPaid(kept)
    known = {each.id for each in await queries.list_registrations(session, order.id)}
    if not known.issuperset(asked.registration_ids):
        return NotInOrder()
    for registration_id in asked.registration_ids:
        await registrations.cancel(session, author, registration_id)
    let_off = asked.amount_minor - (await balance_of(session, order.id)).credit
    # It may have become paid just now: by what is cancelled with the refund.
    if order.status == OrderStatus.PAID and let_off > 0:
        await payments.book(session, order.id, [ledger.discharge(let_off, order.currency, None)])
    declined = await give_back(session, author, provider, order, asked.amount_minor, asked.reason)
    if declined is not None:
        return NotGivenBack(declined.reason)
    await _conclude(session, author, desk, event, order)
    await tell_buyer(session, desk, event, order, "order-refunded", asked.amount_minor)
    return order


async def give_back(
    session: AsyncSession, author: Author, provider: Provider, order: Order, amount_minor: int, reason: str
) -> Declined | None:
    """Give so much of the order's money back, the latest payments first, and book it.

    The caller has made sure that so much came. What was booked must not be committed if a part is declined.
    """
    made = await payments.list_payments(session, order.id)
    by_id = {each.id: each for each in made}
    for part in allot([_part(each, made) for each in made if each.kind == "payment"], amount_minor):
        payment = by_id[part.payment_id]
        given = await provider.give_back(payment, part.amount_minor)
        if isinstance(given, Declined):
            return given
        row = await _record(session, author, provider.name, order, payment, part.amount_minor, reason)
        booked = ledger.refund(part.amount_minor, order.currency, given.till, row.id)
        await payments.book(session, order.id, [booked])
    return None


async def _conclude(session: AsyncSession, author: Author, desk: Desk, event: Event, order: Order) -> None:
    if event.status is EventStatus.ARCHIVED:
        return
    balance = await balance_of(session, order.id)
    if balance.kept == 0 and order.status == OrderStatus.PAID:
        await end(session, author, order, OrderStatus.CANCELLED)
    elif balance.kept == 0 and order.status == OrderStatus.HELD:
        # Nothing is left that keeps the seats: their clock begins anew.
        await move(session, author, order, "order.held", holds_until=desk.now + HOLD)
    if balance.credit == 0:
        seated = await queries.list_registrations(session, order.id)
        gone = [each for each in seated if each.status == "cancelled" and each.payment_status is PaymentStatus.PAID]
        await mark(session, author, event, gone, PaymentStatus.REFUNDED)


def _part(payment: Payment, made: Sequence[Payment]) -> Part:
    came = payment.amount_minor if payment.status == "succeeded" else 0
    gone = sum(each.amount_minor for each in made if each.refunds == payment.id and each.status == "succeeded")
    return Part(payment.id, came - gone)


async def _record(
    session: AsyncSession,
    author: Author,
    provider: str,
    order: Order,
    payment: Payment,
    amount_minor: int,
    reason: str,
) -> Payment:
    row = Payment(
        id=new_id(),
        order_id=order.id,
        kind="refund",
        provider=provider,
        method=payment.method,
        status="succeeded",
        amount_minor=amount_minor,
        currency=order.currency,
        refunds=payment.id,
        reason=reason,
        created_by=author.id if author.kind == "user" else None,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    after = snapshot(row)
    await audit.write(session, author, "payment.given_back", "payment", row.id, None, after, event_id=order.event_id)
    return row
