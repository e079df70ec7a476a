"""Offer free places to those who wait, and let them be taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.audit.author import Author
from server.audit.service import snapshot
from server.desk import Desk
from server.events import service as events
from server.events.models import Event
from server.questions.answers import BadAnswer
from server.registrations import capacity, shop
from server.registrations.places import NoPlace, Registering, TooManyCompanions
from server.registrations.registering import Entry, NotOpen, Registered, register_each
from server.waiting import queries
from server.waiting.ahead import AT_ONCE
from server.waiting.freed import places_came_free
from server.waiting.letters import letter
from server.waiting.line import InLine, Room, counted, deadline, next_in
from server.waiting.models import Waiting
from server.waiting.service import locked, note


@dataclass(frozen=True, slots=True)
class Offered:
    """What one look at an event led to."""

    expired: int
    made: int


@dataclass(frozen=True, slots=True)
class Taking:
    """What becomes of an offer: who comes along, and answers to the event's questions."""

    companions: tuple[str, ...]
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class OfferOver:
    """There is no offer, its time is over, or the event is no longer open."""


async def offer_places(session: AsyncSession, author: Author, desk: Desk, event_id: UUID) -> Offered:
    """End the event's offers whose time is over, and offer what is free to those who are next in line.

    Places that are offered are counted as taken, so nobody else gets them, and never more than there are. An event
    that is not active, has begun or has no waiting list any more offers nothing.
    """
    event = await events.lock_event(session, event_id)
    over = await queries.expire_offers(session, event_id, desk.now)
    await capacity.end_offers(session, event_id, counted(_in_line(each) for each in over))
    for each in over:
        await note(session, author, "waiting.expired", each, snapshot(each) | {"status": "offered"})
    if not (event.is_active and event.has_waiting_list and desk.now < event.date):
        return Offered(len(over), 0)
    return Offered(len(over), await _offer(session, author, desk, event))


async def take(
    session: AsyncSession, author: Author, desk: Desk, waiting_id: UUID, taking: Taking
) -> UUID | OfferOver | NoPlace | BadAnswer:
    """Make a registration of an offer, and give back what it does not need; the registration's id, the same again.

    Raises ApiProblem 404 `waiting_not_found`.
    """
    event, waiting = await locked(session, waiting_id)
    if waiting.registration_id is not None:
        return waiting.registration_id
    if waiting.status != "offered" or waiting.offered_until is None or desk.now >= waiting.offered_until:
        return OfferOver()
    if len(taking.companions) >= waiting.places:
        return TooManyCompanions(waiting.places - 1)
    asker = _asker(waiting, taking.companions)
    entry = Entry(asker, author, waiting.language, may_draft=False, answers=taking.answers)
    [outcome] = await register_each(session, event.id, [entry])
    if isinstance(outcome, NotOpen):
        return OfferOver()
    if not isinstance(outcome, Registered):
        return outcome
    before = snapshot(waiting)
    waiting.status, waiting.registration_id = "taken", outcome.registration_id
    await session.flush()
    await note(session, author, "waiting.taken", waiting, before)
    if unneeded := waiting.places - asker.tickets:
        await capacity.end_offers(session, event.id, {waiting.ticket_type_id: unneeded})
        await places_came_free(session, event.id)
    return outcome.registration_id


async def _offer(session: AsyncSession, author: Author, desk: Desk, event: Event) -> int:
    open_ = await shop.find_open(session, event.id)
    assert open_ is not None, "the event is locked"
    room = Room(open_, await shop.list_on_sale(session, event.id))
    line = await queries.list_line(session, event.id, room.open_types(), AT_ONCE)
    chosen = next_in(line, room)
    await capacity.offer(session, event.id, counted(chosen))
    until = deadline(desk.now, event.date)
    offered = await queries.set_offered(session, [each.id for each in chosen], until)
    for each in offered:
        await note(session, author, "waiting.offered", each, snapshot(each) | _WAITED)
    await jobs.defer_many(session, [letter(desk, event, each, "place-offered") for each in offered])
    return len(offered)


def _asker(waiting: Waiting, companions: tuple[str, ...]) -> Registering:
    return Registering(
        user_email=waiting.user_email,
        full_name=waiting.full_name,
        phone_sealed=waiting.phone_sealed,
        ticket_type_id=waiting.ticket_type_id,
        companions=companions,
        language=waiting.language,
        offered=True,
    )


def _in_line(waiting: Waiting) -> InLine:
    return InLine(waiting.id, waiting.ticket_type_id, waiting.places)


_WAITED = {"status": "waiting", "offered_until": None}
