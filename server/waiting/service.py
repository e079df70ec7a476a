"""Wait for a place, leave the line, and see who stands in it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.clock import new_id
from server.desk import Desk
from server.errors import ApiProblem, not_found
from server.events import service as events
from server.events.models import Event
from server.registrations import capacity, shop
from server.registrations.places import (
    DuplicateRegistration,
    NoPlace,
    OnSale,
    SaleClosed,
    TooManyCompanions,
    UnknownTicketType,
)
from server.waiting import queries
from server.waiting.ahead import places_of_line
from server.waiting.freed import places_came_free
from server.waiting.letters import letter
from server.waiting.line import Room
from server.waiting.models import Waiting
from server.waiting.queries import Asked


@dataclass(frozen=True, slots=True)
class Joining:
    """Who wants to wait, for how many places of which type; e-mail in its normal form, phone number sealed."""

    event_id: UUID
    user_email: str
    full_name: str
    phone_sealed: bytes | None
    ticket_type_id: UUID
    places: int
    language: str


@dataclass(frozen=True, slots=True)
class PlacesLeft:
    """There is no need to wait."""


@dataclass(frozen=True, slots=True)
class NoWaitingList:
    """The event has none, or has begun."""


@dataclass(frozen=True, slots=True)
class InLineAlready:
    """This e-mail waits, or has an offer."""


NotJoined = PlacesLeft | NoWaitingList | InLineAlready | NoPlace


async def join(session: AsyncSession, author: Author, desk: Desk, joining: Joining) -> Waiting | NotJoined:
    """Stand at the end of the line, if nothing is left of what is wanted. Raises ApiProblem 404 `event_not_found`."""
    event = await events.lock_event(session, joining.event_id)
    if not event.has_waiting_list or desk.now >= event.date:
        return NoWaitingList()
    refused = await _refused(session, joining, desk.now)
    if refused is not None:
        return refused
    waiting = Waiting(
        id=new_id(),
        event_id=event.id,
        ticket_type_id=joining.ticket_type_id,
        user_email=joining.user_email,
        full_name=joining.full_name,
        phone_sealed=joining.phone_sealed,
        places=joining.places,
        language=joining.language,
    )
    session.add(waiting)
    await session.flush()
    await session.refresh(waiting)
    await note(session, author, "waiting.joined", waiting, None)
    await jobs.defer_many(session, [letter(desk, event, waiting, "waiting")])
    return waiting


async def leave(session: AsyncSession, author: Author, waiting_id: UUID) -> None:
    """Stand in line no longer; a place that was offered goes to the next one. Harmless when that is over already.

    Raises ApiProblem 404 `waiting_not_found`.
    """
    _, waiting = await locked(session, waiting_id)
    if waiting.status not in ("waiting", "offered"):
        return
    before, offered = snapshot(waiting), waiting.status == "offered"
    waiting.status = "left"
    await session.flush()
    await note(session, author, "waiting.left", waiting, before)
    if offered:
        await capacity.end_offers(session, waiting.event_id, {waiting.ticket_type_id: waiting.places})
        await places_came_free(session, waiting.event_id)


async def list_waiting(session: AsyncSession, asked: Asked) -> list[Waiting]:
    """The event's list in the order of coming."""
    return await queries.list_waiting(session, asked)


async def count_ahead(session: AsyncSession, waiting: Waiting) -> int:
    """How many wait who came before."""
    return await queries.count_ahead(session, waiting)


async def get(session: AsyncSession, waiting_id: UUID) -> Waiting:
    """Somebody on a waiting list; raises ApiProblem 404 `waiting_not_found`."""
    waiting = await queries.find(session, waiting_id)
    if waiting is None:
        raise waiting_not_found()
    return waiting


async def locked(session: AsyncSession, waiting_id: UUID) -> tuple[Event, Waiting]:
    """Somebody on a waiting list as they stand now, and the event, whose head is held. Raises as `get`."""
    event = await events.lock_event(session, (await get(session, waiting_id)).event_id)
    return event, await get(session, waiting_id)


async def note(
    session: AsyncSession, author: Author, action: str, waiting: Waiting, before: dict[str, object] | None
) -> None:
    """Write down what happened to somebody's place in line."""
    told = before, snapshot(waiting)
    event_id = waiting.event_id
    await audit.write(session, author, action, "waiting", waiting.id, *told, event_id=event_id, person=waiting.id)


def waiting_not_found() -> ApiProblem:
    """404, also for a place in line that is none of the caller's business."""
    return not_found("waiting_not_found", "There is no such place on the waiting list, or it is not yours.")


async def _refused(session: AsyncSession, joining: Joining, now: datetime) -> NotJoined | None:
    types = {each.id: each for each in await shop.list_on_sale(session, joining.event_id)}
    wanted = types.get(joining.ticket_type_id)
    if wanted is None:
        return UnknownTicketType()
    if joining.places > 1 + wanted.companions_allowed:
        return TooManyCompanions(wanted.companions_allowed)
    if _is_closed(wanted, now):
        return SaleClosed(wanted.sale_from, wanted.sale_until)
    if await queries.is_registered(session, joining.event_id, joining.user_email):
        return DuplicateRegistration()
    if await queries.find_by_email(session, joining.event_id, joining.user_email) is not None:
        return InLineAlready()
    open_ = await shop.find_open(session, joining.event_id)
    assert open_ is not None, "the event is locked"
    promised = await places_of_line(session, open_, list(types.values()))
    left = Room(open_, types.values()).less(promised).holds(wanted.id, joining.places)
    return PlacesLeft() if left else None


def _is_closed(wanted: OnSale, now: datetime) -> bool:
    begins, ends = wanted.sale_from, wanted.sale_until
    return (begins is not None and now < begins) or (ends is not None and now >= ends)
