"""Find and cancel registrations, and void or stop their tickets; changing.py changes them."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.orders import consequences
from server.registrations import capacity, confirmation, listing, queries, record
from server.registrations.listing import Listed
from server.registrations.models import Registration
from server.sync import feed
from server.tickets import service as tickets


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
        raise record.registration_not_found()
    return listed


async def find_own(session: AsyncSession, registration_id: UUID, user_id: UUID) -> Registration | None:
    """The registration, if it is this user's own: made with the e-mail that they confirmed."""
    return await queries.find_own(session, registration_id, user_id)


async def cancel(session: AsyncSession, author: Author, registration_id: UUID) -> None:
    """Cancel a registration and its tickets, and give their places back; harmless when repeated."""
    event, registration = await record.locked(session, registration_id)
    if registration.status == "cancelled":
        return
    before = record.told(registration, author)
    registration.status = "cancelled"
    registration.version += 1
    await session.flush()
    cancelled = await tickets.change_status(session, event.id, [registration_id], "cancelled", ("valid", "blocked"))
    await feed.publish(session, event.id, feed.Entity.GUEST, [registration_id])
    await capacity.give_back(session, event.id, Counter(ticket.ticket_type_id for ticket in cancelled))
    await record.note(session, author, "registration.cancelled", registration, before)
    await confirmation.ticket_changed(session, registration, tell=False)
    await consequences.registration_cancelled(session, author, event, registration)


async def reissue(session: AsyncSession, author: Author, registration_id: UUID) -> IsCancelled | None:
    """Void the ticket for ever and issue a new one; who entered with the old one does not enter again."""
    event, registration = await record.locked(session, registration_id)
    if registration.status == "cancelled":
        return IsCancelled()
    before = record.told(registration, author)
    await tickets.reissue(session, event, [registration_id])
    registration.version += 1
    await record.note(session, author, "registration.reissued", registration, before)
    await confirmation.ticket_changed(session, registration, tell=True)
    return None


async def resend(session: AsyncSession, author: Author, registration_id: UUID) -> IsCancelled | None:
    """Mail the guest what they were told when they registered, as it is now."""
    registration = await record.get(session, registration_id)
    if registration.status == "cancelled":
        return IsCancelled()
    await confirmation.announce_each(session, [confirmation.recipient_of(registration)])
    whose = {"event_id": registration.event_id, "person": registration_id}
    after = {"user_email": registration.user_email}
    await audit.write(session, author, "registration.resent", "registration", registration_id, None, after, **whose)
    return None


async def block(session: AsyncSession, author: Author, registration_id: UUID) -> IsCancelled | None:
    """Stop the registration's tickets for now; harmless when repeated."""
    return await _move(session, author, registration_id, "blocked", "valid")


async def unblock(session: AsyncSession, author: Author, registration_id: UUID) -> IsCancelled | None:
    """Let blocked tickets enter again; harmless when repeated."""
    return await _move(session, author, registration_id, "valid", "blocked")


async def _move(
    session: AsyncSession, author: Author, registration_id: UUID, status: str, before: str
) -> IsCancelled | None:
    event, registration = await record.locked(session, registration_id)
    if registration.status == "cancelled":
        return IsCancelled()
    if await tickets.change_status(session, event.id, [registration_id], status, (before,)):
        registration.version += 1
        action = "registration.blocked" if status == "blocked" else "registration.unblocked"
        told = {"ticket_status": before}, {"ticket_status": status}
        await audit.write(session, author, action, "registration", registration_id, *told, event_id=event.id)
    return None
