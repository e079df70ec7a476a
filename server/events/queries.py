"""The statements of events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, false, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.tokens import Caller
from server.checkins.models import CheckInList, Fact, Gate
from server.devices.models import Device
from server.events.models import Event, EventStatus, Grant
from server.events.searching import Found, Place, search
from server.orders.models import Order
from server.registrations.models import Registration
from server.sync.models import EventHead
from server.ticket_types.models import TicketType
from server.tickets.models import EventKey
from server.users.models import UserRole
from server.waiting.models import Waiting


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of events is asked for; `mine`: only what the caller has a grant on."""

    limit: int
    starts_from: datetime | None = None
    starts_to: datetime | None = None
    status: EventStatus | None = None
    category: str | None = None
    venue: str | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """An event with the tickets sold so far."""

    event: Event
    sold: int


@dataclass(frozen=True, slots=True)
class Free:
    """Free places of an event, and those of them that are not reserved; None where there is no bound."""

    all: int | None
    for_sale: int | None


async def list_events(
    session: AsyncSession, caller: Caller | None, asked: Asked, after: tuple[datetime, UUID] | None
) -> list[Listed]:
    """Events by date, after this date and id, that the caller may see and asks for."""
    statement = (
        select(Event, EventHead.sold)
        .join(EventHead, EventHead.event_id == Event.id)
        .where(*among(caller, asked))
        .order_by(Event.date, Event.id)
        .limit(asked.limit)
    )
    if after is not None:
        statement = statement.where(tuple_(Event.date, Event.id) > tuple_(*after))
    return [Listed(*row) for row in await session.execute(statement)]


async def search_events(
    session: AsyncSession, caller: Caller | None, asked: Asked, q: str, after: Place | None
) -> list[Found]:
    """The same, of those that have the words of `q`; the best first."""
    return await search(session, q, among(caller, asked), after, asked.limit)


async def list_popular(session: AsyncSession, count: int) -> list[UUID]:
    """The ids of the published events with most tickets sold."""
    statement = (
        select(Event.id)
        .join(EventHead, EventHead.event_id == Event.id)
        .where(Event.is_active.is_(True))
        .order_by(EventHead.sold.desc(), Event.date, Event.id)
        .limit(count)
    )
    return list(await session.scalars(statement))


async def list_published(session: AsyncSession, ids: Sequence[UUID]) -> list[Listed]:
    """These events as they are now, in the order of their ids given, less those that are not published any more."""
    statement = (
        select(Event, EventHead.sold)
        .join(EventHead, EventHead.event_id == Event.id)
        .where(Event.id.in_(ids), Event.is_active.is_(True))
    )
    found = {row[0].id: Listed(*row) for row in await session.execute(statement)}
    return [found[event_id] for event_id in ids if event_id in found]


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


async def get_sold(session: AsyncSession, event_id: UUID) -> int:
    """Tickets sold for the event."""
    return (await session.scalars(select(EventHead.sold).where(EventHead.event_id == event_id))).one()


async def is_shared(session: AsyncSession, event_id: UUID, caller: Caller) -> bool:
    """Whether the caller works on the event, whatever they may do there."""
    if caller.role is UserRole.ADMIN:
        return True
    made = Event.created_by == caller.user_id if caller.role is UserRole.ORGANIZER else false()
    return bool(await session.scalar(select(exists().where(Event.id == event_id, or_(made, _granted(caller))))))


async def find_free(session: AsyncSession, event_id: UUID) -> Free:
    """The places of the event that are neither sold nor offered."""
    free = EventHead.capacity - EventHead.sold - EventHead.offered
    statement = (
        select(free, free - Event.reserved_places)
        .join(Event, Event.id == EventHead.event_id)
        .where(EventHead.event_id == event_id)
    )
    return Free(*(await session.execute(statement)).one())


async def list_slugs(session: AsyncSession, base: str) -> set[str]:
    """The slugs that begin with this one."""
    return set(await session.scalars(select(Event.slug).where(Event.slug.startswith(base, autoescape=True))))


async def is_used(session: AsyncSession, event_id: UUID) -> bool:
    """Whether anything hangs on the event that must not be lost: registrations, orders, facts, laptops, who waits."""
    kept = (Registration.event_id, Fact.event_id, Device.event_id, Order.event_id, Waiting.event_id)
    found = or_(*(exists().where(column == event_id) for column in kept))
    return bool(await session.scalar(select(found)))


async def delete_event(session: AsyncSession, event_id: UUID) -> None:
    """Delete an unused event with its gates, lists, ticket types and keys; its head and feed go with it."""
    owned: Sequence[type[Gate | CheckInList | TicketType | EventKey]] = (Gate, CheckInList, TicketType, EventKey)
    for model in owned:
        await session.execute(delete(model).where(model.event_id == event_id))
    await session.execute(delete(Event).where(Event.id == event_id))


def among(caller: Caller | None, asked: Asked) -> list[ColumnElement[bool]]:
    """What an event has to be to stand in this list."""
    conditions = [_visible(caller)]
    if asked.starts_from is not None:
        conditions.append(Event.date >= asked.starts_from)
    if asked.starts_to is not None:
        conditions.append(Event.date < asked.starts_to)
    if asked.status is not None:
        conditions.append(_has_status(asked.status))
    if asked.category is not None:
        conditions.append(Event.categories.contains([asked.category]))
    if asked.venue is not None:
        conditions.append(Event.venue == asked.venue)
    if asked.mine:
        conditions.append(false() if caller is None else _granted(caller))
    return conditions


def _has_status(status: EventStatus) -> ColumnElement[bool]:
    if status is EventStatus.PUBLISHED:
        return Event.is_active.is_(True)
    return and_(Event.is_active.is_(False), Event.inactive_as == status.value)


def _visible(caller: Caller | None) -> ColumnElement[bool]:
    # Whoever has a ticket looks here whether the event takes place.
    public = or_(Event.is_active.is_(True), Event.inactive_as == EventStatus.CANCELLED.value)
    if caller is None:
        return public
    if caller.role is UserRole.ADMIN:
        return true()
    if caller.role is UserRole.ORGANIZER:
        return or_(public, _granted(caller), Event.created_by == caller.user_id)
    return or_(public, _granted(caller))


def _granted(caller: Caller) -> ColumnElement[bool]:
    return exists().where(Grant.event_id == Event.id, Grant.user_id == caller.user_id)
