"""An event was called off: everybody who has a place hears of it, in their own language."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.events.models import Event, EventStatus
from server.jobs import NewJob, Priority
from server.mail.moments import in_words
from server.mail.rendering import language_of
from server.mail.sealed import seal_context
from server.registrations.models import PaymentStatus, Registration
from server.settings import Settings

TELL = "tell-of-calling-off"
AT_ONCE = 500
"""Registrations whose mails one transaction puts in the queue."""


@dataclass(frozen=True, slots=True)
class CallingOff:
    """One cancellation of an event, by the version that the event got with it; called off again, it is another one."""

    event_id: UUID
    version: int


async def tell_next(session: AsyncSession, settings: Settings, told: CallingOff, after: UUID | None) -> UUID | None:
    """Have the next registrations told; the last one's id, None when there are no more.

    Each is told once of one cancellation, however often this is done. Nobody is told any more of an event that takes
    place after all.
    """
    event = await session.get(Event, told.event_id, populate_existing=True)
    if event is None or event.status is not EventStatus.CANCELLED:
        return None
    statement = select(Registration).where(Registration.event_id == event.id, Registration.status == "active")
    if after is not None:
        statement = statement.where(Registration.id > after)
    found: Sequence[Registration] = (await session.scalars(statement.order_by(Registration.id).limit(AT_ONCE))).all()
    await jobs.defer_many(session, [_mail(settings, event, told, each) for each in found])
    return found[-1].id if len(found) == AT_ONCE else None


def _mail(settings: Settings, event: Event, told: CallingOff, registration: Registration) -> NewJob:
    language = language_of(registration.language)
    context = {
        "name": registration.full_name,
        "event": event.name,
        "venue": event.venue,
        "when": in_words(event.date, event.zone, language),
        "zone": event.zone,
        "paid": "yes" if registration.payment_status is PaymentStatus.PAID else "",
    }
    mail = {
        "to": registration.user_email,
        "template": "event-cancelled",
        "language": language,
        "sealed": seal_context(settings.data_keys, context),
    }
    return NewJob("send-email", mail, key=f"{TELL}:{told.version}:{registration.id}", priority=Priority.BULK)
