"""Find, change and cancel registrations, and void or stop their tickets."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.errors import ApiProblem, not_found
from server.events import service as events
from server.events.models import Event
from server.orders import consequences
from server.registrations import capacity, confirmation, listing, queries
from server.registrations.listing import Listed
from server.registrations.models import Registration
from server.registrations.phones import phone_of
from server.sync import feed
from server.tickets import service as tickets


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed the registration since it was read; `version` is the present one."""

    version: int


@dataclass(frozen=True, slots=True)
class EmailTaken:
    """Another registration of the event has this e-mail."""


@dataclass(frozen=True, slots=True)
class IsCancelled:
    """A cancelled registration has no ticket to work on; registering again brings it back."""


async def list_own(session: AsyncSession, user_id: UUID, limit: int, after: UUID | None) -> list[Listed]:
    """Registrations of a user, known by their confirmed e-mail."""
    return await listing.list_own(session, user_id, limit, after)


async def get_listed(session: AsyncSession, registration_id: UUID) -> Listed:
    """One registration with its ticket; raises ApiProblem 404 `registration_not_found`."""
    listed = await listing.find_listed(session, registration_id)
    if listed is None:
        raise registration_not_found()
    return listed


async def get(session: AsyncSession, registration_id: UUID) -> Registration:
    """One registration; raises ApiProblem 404 `registration_not_found`."""
    registration = await queries.find(session, registration_id)
    if registration is None:
        raise registration_not_found()
    return registration


async def find_own(session: AsyncSession, registration_id: UUID, user_id: UUID) -> Registration | None:
    """The registration, if it is this user's own: made with the e-mail that they confirmed."""
    return await queries.find_own(session, registration_id, user_id)


async def update(
    session: AsyncSession, author: Author, registration_id: UUID, changes: dict[str, Any], if_version: int | None
) -> Clash | EmailTaken | None:
    """Change the columns named in `changes` (name, phone, e-mail, payment status) and publish what doors can see.

    Paying signs the ticket; its serial stays, so a ticket shown before the payment goes on working.
    """
    event, registration = await _locked(session, registration_id)
    if if_version is not None and if_version != registration.version:
        return Clash(registration.version)
    consequences.check_paid_by_order(registration, changes)
    before, settled = _told(registration, author), registration.payment_status in tickets.SETTLED
    for column, value in changes.items():
        setattr(registration, column, value)
    registration.version += 1
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError:
        return EmailTaken()
    if (registration.payment_status in tickets.SETTLED) != settled:
        serials = await tickets.sign_again(session, event, registration_id)
        await feed.publish(session, event.id, feed.Entity.TICKET, serials)
        await confirmation.ticket_changed(session, registration, tell=not settled)
    await feed.publish(session, event.id, feed.Entity.GUEST, [registration_id])
    await _audit(session, author, "registration.changed", registration, before)
    return None


async def cancel(session: AsyncSession, author: Author, registration_id: UUID) -> None:
    """Cancel a registration and its tickets, and give their places back; harmless when repeated."""
    event, registration = await _locked(session, registration_id)
    if registration.status == "cancelled":
        return
    before = _told(registration, author)
    registration.status = "cancelled"
    registration.version += 1
    await session.flush()
    cancelled = await tickets.change_status(session, event.id, registration_id, "cancelled", ("valid", "blocked"))
    await feed.publish(session, event.id, feed.Entity.GUEST, [registration_id])
    await capacity.give_back(session, event.id, Counter(ticket.ticket_type_id for ticket in cancelled))
    await _audit(session, author, "registration.cancelled", registration, before)
    await confirmation.ticket_changed(session, registration, tell=False)
    await consequences.registration_cancelled(session, author, event, registration)


async def reissue(session: AsyncSession, author: Author, registration_id: UUID) -> IsCancelled | None:
    """Void the ticket for ever and issue a new one; who entered with the old one does not enter again."""
    event, registration = await _locked(session, registration_id)
    if registration.status == "cancelled":
        return IsCancelled()
    before = _told(registration, author)
    await tickets.reissue(session, event, registration_id)
    registration.version += 1
    await _audit(session, author, "registration.reissued", registration, before)
    await confirmation.ticket_changed(session, registration, tell=True)
    return None


async def block(session: AsyncSession, author: Author, registration_id: UUID) -> IsCancelled | None:
    """Stop the registration's tickets for now; harmless when repeated."""
    return await _move(session, author, registration_id, "blocked", "valid")


async def unblock(session: AsyncSession, author: Author, registration_id: UUID) -> IsCancelled | None:
    """Let blocked tickets enter again; harmless when repeated."""
    return await _move(session, author, registration_id, "valid", "blocked")


def registration_not_found() -> ApiProblem:
    """404, also for a registration that is none of the caller's business."""
    return not_found("registration_not_found", "There is no such registration, or it is not shared with you.")


async def _move(
    session: AsyncSession, author: Author, registration_id: UUID, status: str, before: str
) -> IsCancelled | None:
    event, registration = await _locked(session, registration_id)
    if registration.status == "cancelled":
        return IsCancelled()
    if await tickets.change_status(session, event.id, registration_id, status, (before,)):
        registration.version += 1
        action = "registration.blocked" if status == "blocked" else "registration.unblocked"
        told = {"ticket_status": before}, {"ticket_status": status}
        await audit.write(session, author, action, "registration", registration_id, *told, event_id=event.id)
    return None


async def _audit(
    session: AsyncSession, author: Author, action: str, registration: Registration, before: dict[str, Any]
) -> None:
    whose = {"event_id": registration.event_id, "person": registration.id}
    after = _told(registration, author)
    await audit.write(session, author, action, "registration", registration.id, before, after, **whose)


def _told(registration: Registration, author: Author) -> dict[str, Any]:
    return snapshot(registration, phone=phone_of(registration, author.data_keys))


async def _locked(session: AsyncSession, registration_id: UUID) -> tuple[Event, Registration]:
    event_id = (await get(session, registration_id)).event_id
    event = await events.lock_event(session, event_id)
    # Read again: it may have changed while we waited for the head.
    return event, await get(session, registration_id)
