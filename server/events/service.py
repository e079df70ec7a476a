"""Make, change, find and delete events."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.auth.tokens import Caller
from server.errors import ApiProblem, not_found
from server.events import queries, writing
from server.events.models import Event, EventRole
from server.events.queries import Free, Listed
from server.events.statuses import check_open
from server.events.writing import NewEvent
from server.members import service as members
from server.sync import feed
from server.tickets import service as tickets


@dataclass(frozen=True, slots=True)
class StillUsed:
    """Registrations, facts or devices hang on the event: it may be closed, not deleted."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The event is gone once this is committed; then its picture may go too."""

    image_key: str | None


async def get_event(session: AsyncSession, event_id: UUID, caller: Caller | None) -> Listed:
    """One event that the caller may see; raises ApiProblem 404 `event_not_found`."""
    listed = await queries.find_listed(session, event_id, caller)
    if listed is None:
        raise event_not_found()
    return listed


async def is_shared(session: AsyncSession, event_id: UUID, caller: Caller | None) -> bool:
    """Whether the caller works on the event: an administrator, its maker, or anybody with a grant."""
    return caller is not None and await queries.is_shared(session, event_id, caller)


async def find_free(session: AsyncSession, event_id: UUID) -> Free:
    """The places of the event that are neither sold nor offered."""
    return await queries.find_free(session, event_id)


async def create_event(session: AsyncSession, author: Author, new: NewEvent, **told: object) -> Event:
    """Make an event with its head, its first signing key, and its author, a user, as organizer.

    `told` goes into the audit too. Raises ApiProblem `invalid` for what cannot be, 409 `slug_taken` for a slug that was
    asked for.
    """
    event = await writing.insert(session, new, author.user_id)
    await feed.open_feed(session, event.id)
    await feed.lock_heads(session, [event.id])
    await feed.publish(session, event.id, feed.Entity.EVENT, [event.id])
    await tickets.add_key(session, event.id, author.data_keys)
    after = snapshot(event, **told)
    await audit.write(session, author, "event.created", "event", event.id, None, after, event_id=event.id)
    await members.grant(session, author, event.id, author.user_id, EventRole.ORGANIZER)
    return event


async def publish_change(session: AsyncSession, author: Author, event: Event, before: dict[str, Any]) -> None:
    """Tell doors and audit of a change of the event that is flushed."""
    await feed.publish(session, event.id, feed.Entity.EVENT, [event.id])
    await audit.write(session, author, "event.changed", "event", event.id, before, snapshot(event), event_id=event.id)


async def delete_event(session: AsyncSession, author: Author, event_id: UUID) -> StillUsed | Deleted:
    """Delete an event on which nothing hangs; what was registered or scanned is never deleted with it."""
    event = await lock_event(session, event_id)
    if await queries.is_used(session, event_id):
        return StillUsed()
    await audit.write(session, author, "event.deleted", "event", event_id, snapshot(event), None, event_id=event_id)
    await queries.delete_event(session, event_id)
    return Deleted(event.image_key)


async def lock_event(session: AsyncSession, event_id: UUID) -> Event:
    """The event, its head locked until the transaction ends, as it is now.

    The first lock of whatever changes something below an event. Raises ApiProblem 404 `event_not_found`.
    """
    if not await feed.lock_heads(session, [event_id]):
        raise event_not_found()
    return await session.get_one(Event, event_id, populate_existing=True)


async def lock_open_event(session: AsyncSession, event_id: UUID) -> Event:
    """As `lock_event`, for what people change by hand; raises also 409 `event_archived`."""
    event = await lock_event(session, event_id)
    check_open(event)
    return event


def event_not_found() -> ApiProblem:
    """404, also for an event that is none of the caller's business."""
    return not_found("event_not_found", "There is no such event, or it is not shared with you.")
