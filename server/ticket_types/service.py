"""Make, change and list an event's ticket types."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.errors import ApiProblem, invalid, not_found
from server.events import service as events
from server.events.queries import Free
from server.sync import feed
from server.ticket_types import queries
from server.ticket_types.models import TicketType
from server.waiting.freed import places_came_free

LAST_NUMBER = 65_535
"""A token has two bytes for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicketType:
    """A ticket type to make: price in minor units of an ISO 4217 currency, quota None for no limit of its own."""

    name: str
    price_minor: int = 0
    currency: str = "EUR"
    quota: int | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    companions_allowed: int = 0


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed the ticket type since it was read; `present` is what it is now."""

    present: TicketType


@dataclass(frozen=True, slots=True)
class StillUsed:
    """Tickets, people who wait or questions name the ticket type."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A ticket type and how many more of it the event has; None: any number. `sold_out` for who has no grant."""

    ticket_type: TicketType
    left: int | None
    sold_out: bool


async def list_types(session: AsyncSession, event_id: UUID) -> list[TicketType]:
    """The event's ticket types by number."""
    return await queries.list_types(session, event_id)


async def list_counted(session: AsyncSession, event_id: UUID) -> list[Counted]:
    """The event's ticket types by number, with what is left of each."""
    free = await events.find_free(session, event_id)
    return [_counted(each, free) for each in await queries.list_types(session, event_id)]


async def count(session: AsyncSession, ticket_type: TicketType) -> Counted:
    """One ticket type with what is left of it."""
    return _counted(ticket_type, await events.find_free(session, ticket_type.event_id))


async def create_type(session: AsyncSession, author: Author, event_id: UUID, new: NewTicketType) -> TicketType:
    """Make a ticket type with the next number, and publish it. Raises ApiProblem `invalid`, 404 or 409."""
    await events.lock_open_event(session, event_id)
    number = await queries.last_number(session, event_id) + 1
    if number > LAST_NUMBER:
        raise ApiProblem(409, "no_type_number_left", "This event has used up its ticket types. Change an old one.")
    made = TicketType(event_id=event_id, number=number, **asdict(new))
    _check(made)
    session.add(made)
    await _publish(session, made)
    after = snapshot(made)
    await audit.write(session, author, "ticket_type.created", "ticket_type", made.id, None, after, event_id=event_id)
    return made


async def update_type(
    session: AsyncSession,
    author: Author,
    event_id: UUID,
    type_id: UUID,
    changes: dict[str, Any],
    if_version: int | None = None,
) -> TicketType | Clash:
    """Change the columns named in `changes`, and publish, if it still has the version that the author saw.

    A price counts for those who register from now on. Raises ApiProblem `invalid`, 404, or 409 `below_sold`.
    """
    await events.lock_open_event(session, event_id)
    changed = await _get(session, event_id, type_id)
    if if_version is not None and if_version != changed.version:
        return Clash(changed)
    if not changes:
        return changed
    before = snapshot(changed)
    for column, value in changes.items():
        setattr(changed, column, value)
    changed.version += 1
    _check(changed)
    await _publish(session, changed)
    told = before, snapshot(changed)
    await audit.write(session, author, "ticket_type.changed", "ticket_type", type_id, *told, event_id=event_id)
    await places_came_free(session, event_id)
    return changed


async def delete_type(
    session: AsyncSession, author: Author, event_id: UUID, type_id: UUID, if_version: int | None = None
) -> Clash | StillUsed | None:
    """Delete a ticket type that nobody has, waits for or is asked about; check-in lists admit it no longer."""
    await events.lock_open_event(session, event_id)
    found = await _get(session, event_id, type_id)
    if if_version is not None and if_version != found.version:
        return Clash(found)
    if await queries.is_used(session, type_id):
        return StillUsed()
    lists = await queries.list_admitting(session, type_id)
    await session.delete(found)
    await session.flush()
    await feed.publish(session, event_id, feed.Entity.TICKET_TYPE, [type_id])
    await feed.publish(session, event_id, feed.Entity.LIST, lists)
    told = snapshot(found), None
    await audit.write(session, author, "ticket_type.deleted", "ticket_type", type_id, *told, event_id=event_id)
    return None


async def _get(session: AsyncSession, event_id: UUID, type_id: UUID) -> TicketType:
    found = await queries.find(session, event_id, type_id)
    if found is None:
        raise not_found("ticket_type_not_found", "The event has no such ticket type.")
    return found


def _counted(ticket_type: TicketType, free: Free) -> Counted:
    taken = (ticket_type.sold or 0) + (ticket_type.offered or 0)
    of_type = None if ticket_type.quota is None else ticket_type.quota - taken
    left = _least(of_type, free.all)
    for_sale = _least(of_type, free.for_sale)
    return Counted(ticket_type, left, for_sale is not None and for_sale <= 0)


def _least(*counts: int | None) -> int | None:
    return min((count for count in counts if count is not None), default=None)


def _check(ticket_type: TicketType) -> None:
    for first, last in (("sale_from", "sale_until"), ("valid_from", "valid_until")):
        opens, closes = getattr(ticket_type, first), getattr(ticket_type, last)
        if opens is not None and closes is not None and closes <= opens:
            raise invalid(last, "The ticket type ends before it begins. Check both times.")
    taken = (ticket_type.sold or 0) + (ticket_type.offered or 0)
    if ticket_type.quota is not None and ticket_type.quota < taken:
        sentence = f"{taken} tickets of this type are taken already. Choose at least as many."
        raise ApiProblem(409, "below_sold", sentence, field="quota")


async def _publish(session: AsyncSession, ticket_type: TicketType) -> None:
    await session.flush()
    await session.refresh(ticket_type)
    await feed.publish(session, ticket_type.event_id, feed.Entity.TICKET_TYPE, [ticket_type.id])
