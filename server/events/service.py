"""Make, change, find and delete events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core import clock
from eventreg_core.problems import MalformedText
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.auth.tokens import Caller
from server.errors import ApiProblem, invalid, not_found
from server.events import queries
from server.events.models import Event, EventRole
from server.events.queries import Asked, Listed
from server.events.slug import free_slug, slug_of
from server.members import service as members
from server.sync import feed
from server.tickets import service as tickets

SLUG_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to make; without a slug one is made from the name. Times are aware, `zone` is an IANA name."""

    name: str
    date: datetime
    venue: str
    slug: str | None = None
    description: str | None = None
    end_date: datetime | None = None
    zone: str = "UTC"
    max_capacity: int | None = None
    categories: tuple[str, ...] = ()
    is_active: bool = True
    takes_money_at_door: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed the event since it was read; `present` is what it is now."""

    present: Event


@dataclass(frozen=True, slots=True)
class StillUsed:
    """Registrations, facts or devices hang on the event: it may be closed, not deleted."""


async def list_events(session: AsyncSession, caller: Caller | None, asked: Asked) -> list[Listed]:
    """Events by date that the caller may see: the active ones, and drafts shared with the caller."""
    return await queries.list_events(session, caller, asked)


async def get_event(session: AsyncSession, event_id: UUID, caller: Caller | None) -> Listed:
    """One event that the caller may see; raises ApiProblem 404 `event_not_found`."""
    listed = await queries.find_listed(session, event_id, caller)
    if listed is None:
        raise event_not_found()
    return listed


async def create_event(session: AsyncSession, author: Author, new: NewEvent) -> Event:
    """Make an event with its head, its first signing key, and its author, a user, as organizer.

    Raises ApiProblem `invalid` for times or a zone that cannot be, 409 `slug_taken` for a slug that was asked for.
    """
    _check(new.zone, new.date, new.end_date)
    event = await _insert(session, new, author.user_id)
    await feed.open_feed(session, event.id)
    await feed.lock_heads(session, [event.id])
    await feed.publish(session, event.id, feed.Entity.EVENT, [event.id])
    await tickets.add_key(session, event.id, author.data_keys)
    await audit.write(session, author, "event.created", "event", event.id, None, snapshot(event), event_id=event.id)
    await members.grant(session, author, event.id, author.user_id, EventRole.ORGANIZER)
    return event


async def update_event(
    session: AsyncSession, author: Author, event_id: UUID, changes: dict[str, Any], if_version: int | None
) -> Event | Clash:
    """Change the columns named in `changes`, if the event still has the version that the author saw.

    Raises ApiProblem `invalid` or 409 `slug_taken`. Tickets are written anew when the event begins or stops to take
    money at the door.
    """
    event = await lock_event(session, event_id)
    if if_version is not None and if_version != event.version:
        return Clash(event)
    if not changes:
        return event
    before, took_money = snapshot(event), event.takes_money_at_door
    for column, value in changes.items():
        setattr(event, column, value)
    event.version += 1
    _check(event.zone, event.date, event.end_date)
    await _flush_slug(session)
    await session.refresh(event)
    if event.takes_money_at_door != took_money:
        await tickets.sign_again(session, event)
    await feed.publish(session, event_id, feed.Entity.EVENT, [event_id])
    await audit.write(session, author, "event.changed", "event", event_id, before, snapshot(event), event_id=event_id)
    return event


async def delete_event(session: AsyncSession, author: Author, event_id: UUID) -> StillUsed | None:
    """Delete an event on which nothing hangs; what was registered or scanned is never deleted with it."""
    event = await lock_event(session, event_id)
    if await queries.is_used(session, event_id):
        return StillUsed()
    await audit.write(session, author, "event.deleted", "event", event_id, snapshot(event), None, event_id=event_id)
    await queries.delete_event(session, event_id)
    return None


async def lock_event(session: AsyncSession, event_id: UUID) -> Event:
    """The event, its head locked until the transaction ends, as it is now.

    The first lock of whatever changes something below an event. Raises ApiProblem 404 `event_not_found`.
    """
    if not await feed.lock_heads(session, [event_id]):
        raise event_not_found()
    return await session.get_one(Event, event_id, populate_existing=True)


def event_not_found() -> ApiProblem:
    """404, also for an event that is none of the caller's business."""
    return not_found("event_not_found", "There is no such event, or it is not shared with you.")


def _check(zone: str, date: datetime, end_date: datetime | None) -> None:
    try:
        clock.zone(zone)
    except MalformedText as error:
        raise invalid("zone", error.sentence) from error
    if end_date is not None and end_date < date:
        raise invalid("end_date", "The event ends before it begins. Check both dates.")


async def _insert(session: AsyncSession, new: NewEvent, made_by: UUID) -> Event:
    for _ in range(SLUG_TRIES if new.slug is None else 1):
        base = slug_of(new.name)
        slug = new.slug or free_slug(base, await queries.list_slugs(session, base))
        event = Event(
            name=new.name,
            slug=slug,
            description=new.description,
            date=new.date,
            end_date=new.end_date,
            zone=new.zone,
            venue=new.venue,
            max_capacity=new.max_capacity,
            categories=list(new.categories),
            is_active=new.is_active,
            takes_money_at_door=new.takes_money_at_door,
            created_by=made_by,
        )
        try:
            async with session.begin_nested():
                session.add(event)
        except IntegrityError:
            # Somebody else took the slug between our look and our insert.
            continue
        await session.refresh(event)
        return event
    raise slug_taken()


async def _flush_slug(session: AsyncSession) -> None:
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        raise slug_taken() from error


def slug_taken() -> ApiProblem:
    """409: another event has this slug."""
    return ApiProblem(409, "slug_taken", "Another event has this address already. Choose another slug.", field="slug")
