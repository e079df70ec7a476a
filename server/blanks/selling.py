"""What a walk-in becomes: a registration on the blank's ticket, with its money; or none any more, if it was taken back.

A job for each such fact, after what came beside it. However often and in whatever order facts come, the outcome is the
same: the registration has the fact's id, and so has the payment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core import facts
from eventreg_core.facts import Annulment, Recorded, WalkIn
from server import jobs, sealing
from server.audit import service as audit
from server.audit.author import Author, system
from server.audit.service import snapshot
from server.blanks import queries
from server.checkins.asides import PURPOSE, SALT_BYTES
from server.clock import utc_now
from server.conflicts import service as conflicts
from server.conflicts.duplicates import NAMELESS
from server.desk import Desk
from server.events import service as events
from server.events.models import Event, EventStatus
from server.jobs import NewJob
from server.jobs.tasks import Work, task
from server.mail.jobs import WALK_IN
from server.orders.models import Order, OrderStatus
from server.orders.paying import Tender, pay
from server.orders.placing import free_code
from server.orders.refunding import Refund, refund
from server.payments import ledger
from server.payments import service as payments
from server.payments.on_site import OnSite
from server.registrations import confirmation
from server.registrations import service as registrations
from server.registrations.models import PaymentStatus, Registration
from server.sync import feed
from server.sync.feed import Executor
from server.tickets.models import VOID, Ticket

SETTLE = "settle-walk-in"
LONGEST_NAME = 255
TAKEN_BACK = "The sale was taken back at the door."


@dataclass(frozen=True, slots=True)
class _Sold:
    """A walk-in that counts, and the ticket that it names."""

    event: Event
    fact: WalkIn
    ticket: Ticket

    @property
    def amount_minor(self) -> int:
        return self.fact.amount_minor if self.fact.method is not None else 0


async def have_settled(connection: Executor, recorded: Sequence[Recorded], *, again: bool = False) -> None:
    """Have it done, once this is committed, what these facts mean for sales: walk-ins, and those taken back.

    `again`: also where it was done before.
    """
    standing = [one.fact for one in recorded if not one.fact.rehearsal]
    undone = {one.target: one.id for one in standing if isinstance(one, Annulment)}
    sold = [(one.id, one.id) for one in standing if isinstance(one, WalkIn)]
    if undone:
        sold += [(target, undone[target]) for target in await queries.list_walk_ins(connection, list(undone))]
    keys = [None if again else f"{SETTLE}-{because}" for _, because in sold]
    wanted = [NewJob(SETTLE, {"fact": str(fact)}, key=key) for (fact, _), key in zip(sold, keys, strict=True)]
    await jobs.defer_many(connection, wanted)


@task(SETTLE)
async def settle_walk_in(work: Work, data: dict[str, Any]) -> None:
    """Bring a walk-in's registration, ticket and money to what was told of it; harmless when repeated.

    Of a blank that was never this device's nothing becomes: the fact alone tells of it.
    """
    session, fact_id = work.session, UUID(data["fact"])
    known = await queries.find_sale(session, fact_id)
    if known is None:
        return  # held, or an annulment that came before its target: the target's own job sees it
    event = await events.lock_event(session, known.event_id)
    sale = await queries.find_sale(session, fact_id)  # read again: it may have been undone while we waited
    fact = None if sale is None else facts.reread(sale.raw).fact
    if sale is None or not isinstance(fact, WalkIn) or fact.rehearsal:
        return
    serial = bytes.fromhex(fact.serial)
    if not await queries.is_stock_of(session, serial, sale.device_id):
        return
    ticket = await session.get_one(Ticket, serial, populate_existing=True)
    author, desk = system(work.settings.data_keys), Desk(work.settings, utc_now())
    sold = _Sold(event, fact, ticket)
    registration = await session.get(Registration, fact.id, populate_existing=True)
    if registration is None:
        registration = await _sell(session, author, desk, sold)
    if sale.annulled:
        await _take_back(session, author, desk, event, registration)
    await conflicts.judge_serials(await session.connection(), event.id, [serial])


async def _sell(session: AsyncSession, author: Author, desk: Desk, sold: _Sold) -> Registration:
    """The registration of a walk-in, paid. Without a good blank it is cancelled, and its money a credit to give back.

    That is so where the blank was taken back meanwhile, or sold twice by a laptop that was restored from a copy.
    """
    free = sold.ticket.registration_id is None
    name = await _name(session, author, sold.fact)
    order = await _order(session, author, sold, name)
    registration = await _registration(session, author, sold, order, name)
    if free:
        sold.ticket.registration_id = registration.id
    good = free and sold.ticket.status not in VOID
    if good and sold.ticket.signed is not None:
        registration.qr_code = sold.ticket.signed.hex()
    await session.flush()
    await feed.publish(session, sold.event.id, feed.Entity.TICKET, [sold.ticket.serial])
    await feed.publish(session, sold.event.id, feed.Entity.GUEST, [registration.id])
    if sold.amount_minor:
        row = ledger.charge(sold.amount_minor, order.currency, registration.id)
        await payments.book(session, order.id, [row])
        assert sold.fact.method is not None, "money is taken somehow"
        await pay(session, author, desk, OnSite(), order.id, Tender(sold.fact.id, sold.fact.method.value))
    if good:
        await confirmation.redraw(session, [registration.id])
    else:
        await registrations.cancel(session, author, registration.id)
    return registration


async def _take_back(
    session: AsyncSession, author: Author, desk: Desk, event: Event, registration: Registration
) -> None:
    """The sale was undone where it was made: the money was given back there, and the ticket is void."""
    assert registration.order_id is not None, "every walk-in has its order"
    rows = await payments.list_booked(session, registration.order_id)
    kept = ledger.balance_of(rows).kept
    if kept:
        gone = () if event.status is EventStatus.ARCHIVED else (registration.id,)
        asked = Refund(kept, TAKEN_BACK, gone)
        await refund(session, author, desk, OnSite(), registration.order_id, asked)
    else:
        await registrations.cancel(session, author, registration.id)


async def _order(session: AsyncSession, author: Author, sold: _Sold, name: str) -> Order:
    order = Order(
        id=sold.fact.id,
        event_id=sold.event.id,
        code=await free_code(session),
        buyer_email=_address(sold.fact),
        buyer_name=name,
        status=(OrderStatus.AT_DOOR if sold.amount_minor else OrderStatus.PAID).value,
        total_minor=sold.amount_minor,
        currency=sold.fact.currency or "EUR",
    )
    session.add(order)
    await session.flush()
    await session.refresh(order)
    whose = {"event_id": order.event_id, "person": order.id}
    await audit.write(session, author, "order.placed", "order", order.id, None, snapshot(order), **whose)
    return order


async def _registration(session: AsyncSession, author: Author, sold: _Sold, order: Order, name: str) -> Registration:
    registration = Registration(
        id=sold.fact.id,
        event_id=sold.event.id,
        ticket_type_id=sold.ticket.ticket_type_id,
        user_email=order.buyer_email,
        full_name=name,
        payment_status=PaymentStatus.PAID if sold.amount_minor else PaymentStatus.FREE,
        order_id=order.id,
    )
    session.add(registration)
    await session.flush()
    await session.refresh(registration)
    whose = {"event_id": sold.event.id, "person": registration.id}
    after = snapshot(registration)
    await audit.write(session, author, "registration.created", "registration", registration.id, None, after, **whose)
    return registration


async def _name(session: AsyncSession, author: Author, fact: WalkIn) -> str:
    """Who it is, as the door wrote it down beside the fact."""
    sealed = None if fact.aside is None else await queries.find_aside(session, bytes.fromhex(fact.aside))
    if sealed is None:
        return NAMELESS
    words = sealing.unseal(author.data_keys, sealed, PURPOSE)[SALT_BYTES:].decode("utf-8", "replace")
    return " ".join(words.replace("\0", "").split())[:LONGEST_NAME] or NAMELESS


def _address(fact: WalkIn) -> str:
    """What stands for an e-mail, which nobody asked them for; no mail goes there."""
    return f"{fact.id}{WALK_IN}"
