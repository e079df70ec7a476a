"""Make, change and list an event's ticket types."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.errors import ApiProblem, invalid, not_found
from server.events import service as events
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
    valid_from: datetime | None = None
    valid_until: datetime | None = None


async def list_types(session: AsyncSession, event_id: UUID) -> list[TicketType]:
    """The event's ticket types by number."""
    return await queries.list_types(session, event_id)


async def create_type(session: AsyncSession, author: Author, event_id: UUID, new: NewTicketType) -> TicketType:
    """Make a ticket type with the next number, and publish it. Raises ApiProblem `invalid`, 404 or 409."""
    await events.lock_open_event(session, event_id)
    number = await queries.last_number(session, event_id) + 1
    if number > LAST_NUMBER:
        raise ApiProblem(409, "no_type_number_left", "This event has used up its ticket types. Change an old one.")
    made = TicketType(
        event_id=event_id,
        number=number,
        name=new.name,
        price_minor=new.price_minor,
        currency=new.currency,
        quota=new.quota,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
    )
    _check(made)
    session.add(made)
    await _publish(session, made)
    after = snapshot(made)
    await audit.write(session, author, "ticket_type.created", "ticket_type", made.id, None, after, event_id=event_id)
    return made


async def update_type(
    session: AsyncSession, author: Author, event_id: UUID, type_id: UUID, changes: dict[str, Any]
) -> TicketType:
    """Change the columns named in `changes`, and publish. A price counts for those who register from now on."""
    await events.lock_open_event(session, event_id)
    changed = await queries.find(session, event_id, type_id)
    if changed is None:
        raise not_found("ticket_type_not_found", "The event has no such ticket type.")
    before = snapshot(changed)
    for column, value in changes.items():
        setattr(changed, column, value)
    _check(changed)
    await _publish(session, changed)
    told = before, snapshot(changed)
    await audit.write(session, author, "ticket_type.changed", "ticket_type", type_id, *told, event_id=event_id)
    await places_came_free(session, event_id)
    return changed


def _check(ticket_type: TicketType) -> None:
    opens, closes = ticket_type.valid_from, ticket_type.valid_until
    if opens is not None and closes is not None and closes <= opens:
        raise invalid("valid_until", "The ticket type ends before it begins. Check both times.")


async def _publish(session: AsyncSession, ticket_type: TicketType) -> None:
    await session.flush()
    await session.refresh(ticket_type)
    await feed.publish(session, ticket_type.event_id, feed.Entity.TICKET_TYPE, [ticket_type.id])
