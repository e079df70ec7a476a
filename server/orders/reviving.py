"""Bring an expired order back whose money came too late, if its seats are still free."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import Author
from server.events.models import Event, EventStatus
from server.orders import queries
from server.orders.models import Order, OrderStatus
from server.orders.standing import move
from server.payments import ledger
from server.payments import service as payments
from server.registrations.models import PaymentStatus, Registration
from server.registrations.places import Registering
from server.registrations.registering import Registered, register


async def late_price(session: AsyncSession, order: Order) -> int:
    """For what an expired order comes back, in minor units: what its seats cost that it had when it expired."""
    return sum(each.amount_minor for each in await payments.list_last_discharged(session, order.id))


async def revive(session: AsyncSession, author: Author, event: Event, order: Order) -> bool:
    """Register everybody again who was in the order when it expired; False (and nothing changed) if that cannot be.

    It cannot where a seat is gone, where one of them registered in another way since, or where the event was cancelled
    or archived. The caller holds the event's head, and books the money that makes the order paid.
    """
    if event.status in (EventStatus.CANCELLED, EventStatus.ARCHIVED):
        return False
    discharged = await payments.list_last_discharged(session, order.id)
    prices = {each.registration_id: each.amount_minor for each in discharged}
    known = await queries.list_registrations(session, order.id)
    if not prices.keys() <= {each.id for each in known}:
        return False
    expired_at = discharged[0].at
    # Of seats that cost nothing the ledger does not know: they were cancelled when the order expired, or before.
    seated = [each for each in known if each.id in prices or each.updated_at >= expired_at]
    askers = [await _asker(session, order, each) for each in seated]
    async with session.begin_nested() as attempt:
        outcomes = await register(session, author, order.event_id, askers, notify=False, language=order.language)
        if not all(isinstance(outcome, Registered) for outcome in outcomes):
            await attempt.rollback()
            return False
    rows = [ledger.charge(price, order.currency, each) for each, price in prices.items()]
    await payments.book(session, order.id, rows)
    await move(session, author, order, "order.revived", status=OrderStatus.HELD.value)
    return True


async def _asker(session: AsyncSession, order: Order, registration: Registration) -> Registering:
    return Registering(
        user_email=registration.user_email,
        full_name=registration.full_name,
        phone_sealed=registration.phone_sealed,
        ticket_type_id=registration.ticket_type_id,
        payment_status=PaymentStatus.PENDING,
        companions=tuple(await queries.list_companions(session, registration.id, order.created_at)),
        language=registration.language,
        order_id=order.id,
        notes_sealed=registration.notes_sealed,
        answers_sealed=registration.answers_sealed,
    )
