"""The statements of events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    bindparam,
    case,
    delete,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.tokens import Caller
from server.checkins.models import CheckInList, Fact, Gate
from server.devices.models import Device
from server.events.models import Event, EventStatus, Grant
from server.orders.models import Order
from server.registrations.models import Registration
from server.sync.models import EventHead
from server.ticket_types.models import TicketType
from server.tickets.models import EventKey, Ticket
from server.users.models import UserRole
from server.waiting.models import Waiting

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
UNTOLD: Mapping[str, Any] = {
    "starts_from": LONG_AGO,
    "starts_to": LONG_AGO,
    "status": "",
    "category": [""],
    "venue": "",
    "mine": False,
}
"""What is sent for what is not asked for: a connection keeps statements by the types of their parameters too."""


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
    found = {event.id: Listed(event, sold) for event, sold in await session.execute(statement)}
    return [found[event_id] for event_id in ids if event_id in found]


async def find_listed(session: AsyncSession, event_id: UUID, caller: Caller | None) -> Listed | None:
    """One event as it is now, if the caller may see it."""
    values = {"event": event_id, "caller": caller and caller.user_id}
    row = (await session.execute(_one_of(role_of(caller)), values)).one_or_none()
    return None if row is None else Listed(row[0], row[1])


async def get_sold(session: AsyncSession, event_id: UUID) -> int:
    """Tickets sold for the event."""
    return (await session.scalars(select(EventHead.sold).where(EventHead.event_id == event_id))).one()


async def is_shared(session: AsyncSession, event_id: UUID, caller: Caller) -> bool:
    """Whether the caller works on the event, whatever they may do there."""
    if caller.role is UserRole.ADMIN:
        return True
    made = Event.created_by == bindparam("caller") if caller.role is UserRole.ORGANIZER else false()
    statement = select(exists().where(Event.id == event_id, or_(made, _GRANTED)))
    return bool(await session.scalar(statement, {"caller": caller.user_id}))


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
    kept = (Registration.event_id, Ticket.event_id, Fact.event_id, Device.event_id, Order.event_id, Waiting.event_id)
    found = or_(*(exists().where(column == event_id) for column in kept))
    return bool(await session.scalar(select(found)))


async def delete_event(session: AsyncSession, event_id: UUID) -> None:
    """Delete an unused event with its gates, lists, ticket types and keys; its head and feed go with it."""
    owned: Sequence[type[Gate | CheckInList | TicketType | EventKey]] = (Gate, CheckInList, TicketType, EventKey)
    for model in owned:
        await session.execute(delete(model).where(model.event_id == event_id))
    await session.execute(delete(Event).where(Event.id == event_id))


def told_of(asked: Asked) -> frozenset[str]:
    """Which of the conditions of a list are asked for."""
    return frozenset(each.name for each in fields(asked) if getattr(asked, each.name) not in (None, False)) - {"limit"}


def values_of(caller: Caller | None, asked: Asked) -> dict[str, Any]:
    """The parameters of `conditions_of`, of the same types whatever is asked for."""
    told = {name: getattr(asked, name) for name in told_of(asked)}
    if asked.status is not None:
        told["status"] = asked.status.value
    if asked.category is not None:
        told["category"] = [asked.category]
    untold = {f"any_{name}": name not in told for name in UNTOLD}
    return {**UNTOLD, **told, **untold, "caller": caller and caller.user_id}


@cache
def _one_of(role: UserRole | None) -> Select[Event, int]:
    statement = _LISTED.where(Event.id == bindparam("event"), visible(role))
    return statement.execution_options(populate_existing=True)


def role_of(caller: Caller | None) -> UserRole | None:
    """What a statement is built for."""
    return None if caller is None else caller.role


def conditions_of(role: UserRole | None, *, narrowed: bool) -> list[ColumnElement[bool]]:
    """What an event has to be to stand in a list that somebody of this role asks for; see `values_of`.

    `narrowed`, in whatever way: there would be a statement for each combination, and connections keep them all.
    """
    ways = {
        "starts_from": Event.date >= bindparam("starts_from"),
        "starts_to": Event.date < bindparam("starts_to"),
        "status": bindparam("status") == STATUS,
        "category": Event.categories.contains(bindparam("category")),
        "venue": Event.venue == bindparam("venue"),
        "mine": false() if role is None else _GRANTED,
    }
    narrower = [or_(bindparam(f"any_{name}", type_=Boolean), way) for name, way in ways.items()]
    return [visible(role), *narrower] if narrowed else [visible(role)]


def visible(role: UserRole | None) -> ColumnElement[bool]:
    """What an event has to be for somebody of this role to see it; the parameter `caller` names them."""
    # Whoever has a ticket looks here whether the event takes place.
    public = or_(Event.is_active.is_(True), Event.inactive_as == EventStatus.CANCELLED.value)
    if role is None:
        return public
    if role is UserRole.ADMIN:
        return true()
    if role is UserRole.ORGANIZER:
        return or_(public, _GRANTED, Event.created_by == bindparam("caller"))
    return or_(public, _GRANTED)


_GRANTED = exists().where(Grant.event_id == Event.id, Grant.user_id == bindparam("caller"))
STATUS = case((Event.is_active, EventStatus.PUBLISHED.value), else_=Event.inactive_as)
"""How far an event is."""
_LISTED = select(Event, EventHead.sold).join(EventHead, EventHead.event_id == Event.id)
