"""What somebody who registered is told, and who has it told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.events.models import Event
from server.jobs import NewJob, Priority
from server.piped import Pipe
from server.registrations import listing
from server.registrations.models import Registration
from server.sync.feed import Executor
from server.tickets import qr
from server.tickets import service as tickets
from server.tickets.service import Shown


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A registration in the words of its mail, and the pictures of its tickets, by name, once those may be shown."""

    to: str
    context: Mapping[str, Any]
    pictures: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose registration is confirmed, where to and in which language."""

    registration_id: UUID
    email: str
    language: str


def recipient_of(registration: Registration) -> Recipient:
    """Whom a registration's mails go to."""
    return Recipient(registration.id, registration.user_email, registration.language)


async def announce(session: AsyncSession, registrations: Mapping[UUID, str], language: str) -> None:
    """Have these registrations (id and e-mail) confirmed by mail, and their QR codes drawn, once this is committed."""
    await announce_each(session, [Recipient(each, email, language) for each, email in registrations.items()])


async def announce_each(
    session: Executor, recipients: Sequence[Recipient], priority: Priority = Priority.NORMAL
) -> None:
    """As `announce`, each in their own language."""
    await jobs.defer_many(session, [replace(job, priority=priority) for job in _told(recipients)])


async def send_each(pipe: Pipe, recipients: Sequence[Recipient]) -> None:
    """As `announce_each` through a pipe."""
    await jobs.send_many(pipe, _told(recipients))


async def redraw(session: Executor, registration_ids: Sequence[UUID], priority: Priority = Priority.NORMAL) -> None:
    """Have the QR codes of these registrations drawn anew once this is committed, and those of void tickets gone."""
    await jobs.defer_many(session, [replace(job, priority=priority) for job in _pictures(registration_ids)])


async def ticket_changed(session: AsyncSession, registration: Registration, *, tell: bool) -> None:
    """Have the QR code drawn anew once this is committed, and the guest told if there is a new ticket to show."""
    if tell:
        await announce(session, {registration.id: registration.user_email}, registration.language)
    else:
        await redraw(session, [registration.id])


async def compose(
    session: AsyncSession, registration_id: UUID | str, data_keys: tuple[bytes, ...]
) -> Confirmation | None:
    """The confirmation as of now; None for a registration that is gone or cancelled: nothing is to be confirmed."""
    listed = await listing.find_listed(session, UUID(str(registration_id)))
    if listed is None or listed.registration.status != "active":
        return None
    registration = listed.registration
    event = await session.get_one(Event, registration.event_id)
    pictures: dict[str, bytes] = {}
    for place in (0, *(companion.place for companion in listed.companions)):
        shown = await tickets.show(session, registration.id, data_keys, place)
        if isinstance(shown, Shown):
            pictures[picture_of(place)] = await to_thread.run_sync(qr.png, shown.token)
    context = {
        "name": registration.full_name,
        "event": event.name,
        "venue": event.venue,
        "date": event.date,
        "zone": event.zone,
        "short_code": listed.own.short_code if listed.own is not None else None,
        "has_ticket": picture_of(0) in pictures,
        "companions": [
            {"name": each.holder_name, "short_code": each.short_code, "picture": picture_of(each.place)}
            for each in listed.companions
        ],
    }
    return Confirmation(registration.user_email, context, pictures)


def picture_of(place: int) -> str:
    """What the picture of a place's ticket is called within the mail."""
    return f"ticket-{place}" if place else "ticket"


def _told(recipients: Sequence[Recipient]) -> list[NewJob]:
    return [*map(_mail, recipients), *_pictures([recipient.registration_id for recipient in recipients])]


def _mail(recipient: Recipient) -> NewJob:
    return NewJob(
        "send-email",
        {
            "to": recipient.email,
            "template": "registration-confirmation",
            "language": recipient.language,
            "context": {"registration_id": str(recipient.registration_id)},
        },
    )


def _pictures(registration_ids: Sequence[UUID]) -> Sequence[NewJob]:
    return [NewJob("generate-qr-code", {"registration_id": str(each)}) for each in registration_ids]
