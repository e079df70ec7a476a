"""Say of an order's registrations where their money stands, and let their tickets say the same."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Change
from server.events.models import Event
from server.orders import queries
from server.registrations import confirmation
from server.registrations.models import PaymentStatus, Registration
from server.sync import feed
from server.tickets import service as tickets


async def mark(
    session: AsyncSession, author: Author, event: Event, registrations: Sequence[Registration], status: PaymentStatus
) -> None:
    """Give these registrations this payment status; tickets are signed anew, and mailed to whoever may show one now.

    The caller holds the event's head. `registrations` are as they were before.
    """
    changed = [each for each in registrations if each.payment_status is not status]
    if not changed:
        return
    await queries.set_payment_status(session, [each.id for each in changed], status)
    for each in changed:
        serials = await tickets.sign_again(session, event, [each.id])
        await feed.publish(session, event.id, feed.Entity.TICKET, serials)
    await feed.publish(session, event.id, feed.Entity.GUEST, [each.id for each in changed])
    await audit.write_all(session, author, [_change(each, status) for each in changed])
    if status in tickets.SETTLED:
        for language in sorted({each.language for each in changed}):
            told = {each.id: each.user_email for each in changed if each.language == language}
            await confirmation.announce(session, told, language)


def _change(registration: Registration, status: PaymentStatus) -> Change:
    before, after = {"payment_status": registration.payment_status}, {"payment_status": status}
    action = "registration.changed"
    return Change(action, "registration", registration.id, before, after, registration.event_id, registration.id)
