"""The statements of events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.tokens import Caller
from server.checkins.models import CheckInList, Fact, Gate
from server.devices.models import Device
from server.events.models import Event, Grant
from server.paging import like_pattern
from server.registrations.models import Registration
from server.sync.models import EventHead
from server.ticket_types.models import TicketType
from server.tickets.models import EventKey
from server.users.models import UserRole


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of events is asked for; `after` is the (date, id) of the last one seen."""

    limit: int
    q: str | None = None
    starts_from: datetime | None = None
    starts_to: datetime | None = None
    is_active: bool | None = None
    after: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An event with the tickets sold so far."""

    event: Event
    sold: int


async def list_events(session: AsyncSession, caller: Caller | None, asked: Asked) -> list[Listed]:
    """Events by date that the caller may see: all active ones, and those shared with the caller."""
    statement = select(Event, EventHead.sold).join(EventHead, EventHead.event_id == Event.id).where(_visible(caller))
    if asked.q:
        pattern = like_pattern(asked.q)
        statement = statement.where(or_(Event.name.ilike(pattern), Event.venue.ilike(pattern)))
    if asked.starts_from is not None:
        statement = statement.where(Event.date >= asked.starts_from)
    if asked.starts_to is not None:
        statement = statement.where(Event.date < asked.starts_to)
    if asked.is_active is not None:
        statement = statement.where(Event.is_active == asked.is_active)
    if asked.after is not None:
        statement = statement.where(tuple_(Event.date, Event.id) > tuple_(*asked.after))
    statement = statement.order_by(Event.date, Event.id).limit(asked.limit)
    return [Listed(*row) for row in await session.execute(statement)]


async def find_listed(session: AsyncSession, event_id: UUID, caller: Caller | None) -> Listed | None:
    """One event as it is now, if the caller may see it."""
    statement = (
        select(Event, EventHead.sold)
        .join(EventHead, EventHead.event_id == Event.id)
        .where(Event.id == event_id, _visible(caller))
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Listed(*row)


async def list_slugs(session: AsyncSession, base: str) -> set[str]:
    """The slugs that begin with this one."""
    return set(await session.scalars(select(Event.slug).where(Event.slug.startswith(base, autoescape=True))))


async def is_used(session: AsyncSession, event_id: UUID) -> bool:
    """Whether anything hangs on the event that must not be lost: registrations, facts, enrolled laptops."""
    kept = (Registration.event_id, Fact.event_id, Device.event_id)
    found = or_(*(exists().where(column == event_id) for column in kept))
    return bool(await session.scalar(select(found)))


async def delete_event(session: AsyncSession, event_id: UUID) -> None:
    """Delete an unused event with its gates, lists, ticket types and keys; its head and feed go with it."""
    owned: Sequence[type[Gate | CheckInList | TicketType | EventKey]] = (Gate, CheckInList, TicketType, EventKey)
    for model in owned:
        await session.execute(delete(model).where(model.event_id == event_id))
    await session.execute(delete(Event).where(Event.id == event_id))


def _visible(caller: Caller | None) -> ColumnElement[bool]:
    if caller is None:
        return Event.is_active.is_(True)
    if caller.role is UserRole.ADMIN:
        return true()
    granted = exists().where(Grant.event_id == Event.id, Grant.user_id == caller.user_id)
    if caller.role is UserRole.ORGANIZER:
        return or_(Event.is_active.is_(True), granted, Event.created_by == caller.user_id)
    return or_(Event.is_active.is_(True), granted)
