"""Share an event with other users."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.errors import not_found
from server.events.models import EventRole
from server.members import queries
from server.sync import feed
from server.users import service as users


@dataclass(frozen=True, slots=True)
class Member:
    """A user and what an event's grant allows them."""

    user_id: UUID
    email: str
    first_name: str | None
    last_name: str | None
    role: EventRole


@dataclass(frozen=True, slots=True)
class UnknownUser:
    """Nobody signs in with this e-mail."""


@dataclass(frozen=True, slots=True)
class LastOrganizer:
    """Nobody else is an organizer of the event, and it must have one."""


async def list_members(session: AsyncSession, event_id: UUID) -> list[Member]:
    """Everybody with a grant on the event, by e-mail."""
    return [
        Member(user.id, user.email, user.first_name, user.last_name, EventRole(grant.role))
        for user, grant in await queries.list_grants(session, event_id)
    ]


async def grant(session: AsyncSession, author: Author, event_id: UUID, user_id: UUID, role: EventRole) -> None:
    """Let a user do this on the event from now on, instead of what was granted before."""
    former = await queries.find_role(session, event_id, user_id)
    await queries.upsert_grant(session, event_id, user_id, role)
    before, after = None if former is None else {"role": former}, {"role": role}
    await audit.write(session, author, "grant.given", "user", user_id, before, after, event_id=event_id)


async def invite(
    session: AsyncSession, author: Author, event_id: UUID, email: str, role: EventRole
) -> Member | UnknownUser | LastOrganizer:
    """Grant by e-mail, instead of what was granted before; the user must have an account already."""
    # Two organizers who take each other's grant at once must not both succeed.
    await feed.lock_heads(session, [event_id])
    user = await users.find_user_by_email(session, email)
    # Nor as a program: its token says what it may do, and at which event alone.
    if user is None or not user.is_active:
        return UnknownUser()
    if role is not EventRole.ORGANIZER and await _is_last_organizer(session, event_id, user.id):
        return LastOrganizer()
    await grant(session, author, event_id, user.id, role)
    return Member(user.id, user.email, user.first_name, user.last_name, role)


async def remove(session: AsyncSession, author: Author, event_id: UUID, user_id: UUID) -> LastOrganizer | None:
    """Take a user's grant away, in effect at once. Raises ApiProblem 404 `member_not_found`."""
    await feed.lock_heads(session, [event_id])
    former = await queries.find_role(session, event_id, user_id)
    if former is None:
        raise not_found("member_not_found", "The event is not shared with this user.")
    if await _is_last_organizer(session, event_id, user_id):
        return LastOrganizer()
    await queries.delete_grant(session, event_id, user_id)
    await audit.write(session, author, "grant.taken", "user", user_id, {"role": former}, None, event_id=event_id)
    return None


async def _is_last_organizer(session: AsyncSession, event_id: UUID, user_id: UUID) -> bool:
    former = await queries.find_role(session, event_id, user_id)
    return former == EventRole.ORGANIZER and not await queries.has_other_organizer(session, event_id, user_id)
