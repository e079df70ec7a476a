"""Money that was taken at a door is booked like any other: a payment on site, whose id is the fact's."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core import facts
from eventreg_core.facts import Payment
from server.audit.author import Author, system
from server.clock import utc_now
from server.desk import Desk
from server.events import service as events
from server.jobs.tasks import Work, task
from server.orders.marking import mark
from server.orders.paying import MoreThanOwed, Tender, pay
from server.payments.on_site import OnSite
from server.registrations.models import PaymentStatus, Registration
from server.tickets.service import SETTLED

BOOK = "book-payment-at-door"


@task(BOOK)
async def book_payment_at_door(work: Work, data: dict[str, Any]) -> None:
    """Pay the order of the ticket, as far as it is owed; a registration without an order is paid by its word."""
    row = (await work.session.execute(_FOUND, {"fact": UUID(data["fact"])})).one_or_none()
    if row is None:
        return  # a ticket of nobody
    payment = facts.reread(row.raw).fact
    assert isinstance(payment, Payment), "only payments are booked"
    author = system(work.settings.data_keys)
    if row.order_id is None:
        await _mark_paid(work.session, author, row.event_id, row.registration_id)
        return
    desk = Desk(work.settings, utc_now())
    tender = Tender(payment.id, payment.method.value, payment.amount_minor)
    paid = await pay(work.session, author, desk, OnSite(), row.order_id, tender)
    if isinstance(paid, MoreThanOwed):  # two doors took money for one order: the facts show both
        await pay(work.session, author, desk, OnSite(), row.order_id, Tender(payment.id, payment.method.value))


async def _mark_paid(session: AsyncSession, author: Author, event_id: UUID, registration_id: UUID) -> None:
    event = await events.lock_event(session, event_id)
    registration = await session.get_one(Registration, registration_id)
    if registration.payment_status not in SETTLED:
        await mark(session, author, event, [registration], PaymentStatus.PAID)


_FOUND = text(
    """
    SELECT fact.raw, fact.event_id, registration.id AS registration_id, registration.order_id
    FROM facts fact
    JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
    JOIN registrations registration ON registration.id = ticket.registration_id
    WHERE fact.id = :fact AND fact.kind = 'payment' AND NOT fact.held
    ORDER BY fact.hash DESC LIMIT 1
    """
)
