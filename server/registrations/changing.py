"""Change a registration: who it is of, what it is for, and who comes along."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import Author
from server.errors import ApiProblem
from server.events.models import Event
from server.mail.jobs import ERASED
from server.orders import consequences
from server.questions import service as questions
from server.questions.answers import BadAnswer, read_answers
from server.registrations import capacity, confirmation, record, shop
from server.registrations.models import PaymentStatus, Registration
from server.registrations.notes import answers_of, seal_answers
from server.registrations.places import NoPlace, OnSale, SoldOut, TooManyCompanions, UnknownTicketType
from server.registrations.service import IsCancelled
from server.sync import feed
from server.tickets import seating
from server.tickets import service as tickets
from server.tickets.queries import LiveTicket
from server.tickets.seating import Plan, Seat


@dataclass(frozen=True, slots=True)
class Wished:
    """What shall change. `columns` are as the table has them, secrets sealed; None elsewhere: it stays as it is.

    `companions` are all who shall come along: those of present places, maybe under other names, and (place None) more.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, object] | None = None
    ticket_type_id: UUID | None = None
    companions: tuple[Seat, ...] | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed the registration since it was read; `version` is the present one."""

    version: int


@dataclass(frozen=True, slots=True)
class EmailTaken:
    """Another registration of the event has this e-mail."""


@dataclass(frozen=True, slots=True)
class NoSuchCompanion:
    """The registration has no companion at this place, or it was named twice."""

    place: int


Unchanged = Clash | EmailTaken | IsCancelled | NoSuchCompanion | BadAnswer | NoPlace
"""Why nothing was changed."""


_PERSONAL = {
    "user_email": "user_email",
    "full_name": "full_name",
    "phone": "phone_sealed",
    "notes": "notes_sealed",
    "answers": "answers",
    "companions": "companions",
}
"""What tells who somebody is: fields as they are sent, and what they are called here."""


@dataclass(frozen=True, slots=True)
class _Seated:
    """What becomes of the tickets, where anything does."""

    plan: Plan
    before: int
    type_before: UUID


async def change(
    session: AsyncSession, author: Author, registration_id: UUID, wished: Wished, if_version: int | None
) -> Unchanged | None:
    """Change what is wished, all of it or nothing, and publish what doors can see.

    Paying signs the ticket; its serial stays, so a ticket shown before the payment goes on working. Another ticket
    type is another ticket. More companions need places; those of the box office count, as the staff asks. Raises
    ApiProblem 409 `paid_by_order`, `held_by_order` or `person_erased`, 404. What is refused is to be rolled back.
    """
    event, registration = await record.locked(session, registration_id)
    if if_version is not None and if_version != registration.version:
        return Clash(registration.version)
    _check_not_erased(registration, wished)
    consequences.check_paid_by_order(registration, wished.columns)
    live = await seating.list_live(session, event.id, registration_id)
    before, settled = _told(registration, author, live), registration.payment_status in tickets.SETTLED
    seated = await _seat(session, registration, wished, live)
    if isinstance(seated, Unchanged):
        return seated
    answers = await _read_answers(session, author, registration, wished)
    if isinstance(answers, BadAnswer):
        return answers
    if not await _write(session, registration, {**wished.columns, **answers}):
        return EmailTaken()
    reissued = await _reseat(session, event, seated) if seated is not None else False
    paid = not settled and registration.payment_status in tickets.SETTLED
    if (registration.payment_status in tickets.SETTLED) != settled:
        serials = await tickets.sign_again(session, event, [registration_id])
        await feed.publish(session, event.id, feed.Entity.TICKET, serials)
    if reissued or (registration.payment_status in tickets.SETTLED) != settled:
        await confirmation.ticket_changed(session, registration, tell=reissued or paid)
    await feed.publish(session, event.id, feed.Entity.GUEST, [registration_id])
    after = _told(registration, author, await seating.list_live(session, event.id, registration_id))
    await record.note(session, author, "registration.changed", registration, before, after)
    return None


def _check_not_erased(registration: Registration, wished: Wished) -> None:
    """Nobody takes the place of somebody who was erased: after the next restore they would be erased as well."""
    told = {"answers": wished.answers, "companions": wished.companions, **wished.columns}
    personal = [name for name, column in _PERSONAL.items() if told.get(column)]
    if personal and registration.user_email.startswith(ERASED):
        sentence = "This guest was erased, and nobody else can be put in their place. Register the new guest instead."
        raise ApiProblem(409, "person_erased", sentence, field=personal[0])


async def _seat(
    session: AsyncSession, registration: Registration, wished: Wished, live: Sequence[LiveTicket]
) -> _Seated | Unchanged | None:
    """The tickets that are wished, if there is room for them; sets the registration's type and what it owes."""
    type_before = registration.ticket_type_id
    type_id = wished.ticket_type_id or type_before
    if type_id == type_before and wished.companions is None:
        return None
    if registration.status == "cancelled":
        return IsCancelled()
    seats = _seats(wished, live)
    if isinstance(seats, NoSuchCompanion):
        return seats
    same_places = {seat.place for seat in seats} == {ticket.place for ticket in live}
    if registration.order_id is not None and (type_id != type_before or not same_places):
        sentence = "This registration belongs to an order, which says what is paid for. Cancel it and order again."
        raise ApiProblem(409, "held_by_order", sentence, order_id=str(registration.order_id))
    on_sale = {each.id: each for each in await shop.list_on_sale(session, registration.event_id)}
    if type_id not in on_sale:
        return UnknownTicketType()
    ticket_type = on_sale[type_id]
    more = len(seats) - len(live)
    if len(seats) - 1 > ticket_type.companions_allowed and (more > 0 or type_id != type_before):
        return TooManyCompanions(ticket_type.companions_allowed)
    of_type = len(seats) if type_id != type_before else more
    if not await _has_room(session, registration.event_id, ticket_type, more, of_type):
        return SoldOut(waiting_list=False)
    if type_id != type_before:
        registration.ticket_type_id = type_id
        registration.payment_status = _owed(registration.payment_status, ticket_type)
    status = wished.columns.get("payment_status", registration.payment_status)
    return _Seated(Plan(registration.id, seats, type_id, ticket_type.number, status), len(live), type_before)


def _seats(wished: Wished, live: Sequence[LiveTicket]) -> list[Seat] | NoSuchCompanion:
    own = [Seat(ticket.place, ticket.holder_name) for ticket in live if ticket.place == 0]
    present = {ticket.place: Seat(ticket.place, ticket.holder_name) for ticket in live if ticket.place}
    companions = list(present.values()) if wished.companions is None else list(wished.companions)
    named = Counter(seat.place for seat in companions if seat.place is not None)
    for place, times in named.items():
        if place not in present or times > 1:
            return NoSuchCompanion(place)
    return [*own, *companions]


async def _has_room(session: AsyncSession, event_id: UUID, ticket_type: OnSale, more: int, of_type: int) -> bool:
    event = await shop.find_open(session, event_id)
    assert event is not None, "its head is held"
    fits = event.capacity is None or event.sold + event.offered + more <= event.capacity
    taken = ticket_type.sold + ticket_type.offered
    return (more <= 0 or fits) and (of_type <= 0 or ticket_type.quota is None or taken + of_type <= ticket_type.quota)


def _owed(status: PaymentStatus, ticket_type: OnSale) -> PaymentStatus:
    if status is PaymentStatus.FREE and ticket_type.price_minor:
        return PaymentStatus.PENDING
    if status is PaymentStatus.PENDING and not ticket_type.price_minor:
        return PaymentStatus.FREE
    return status


async def _reseat(session: AsyncSession, event: Event, seated: _Seated) -> bool:
    plan = seated.plan
    # Given back first: within a full event it is the same places that are taken again.
    moved = Counter({plan.ticket_type_id: len(plan.seats)})
    moved.subtract({seated.type_before: seated.before})
    await capacity.give_back(session, event.id, {each: -count for each, count in moved.items() if count < 0})
    await capacity.take(session, event.id, {each: count for each, count in moved.items() if count > 0})
    return await seating.reseat(session, event, plan)


async def _read_answers(
    session: AsyncSession, author: Author, registration: Registration, wished: Wished
) -> Mapping[str, Any] | BadAnswer:
    """The column of answers where those are wished; what was answered to questions asked no more stays."""
    if wished.answers is None:
        return {}
    asked = await questions.list_asked(session, registration.event_id)
    read = read_answers(asked, wished.answers, registration.ticket_type_id, complete=False)
    if isinstance(read, BadAnswer):
        return read
    present = {str(question.id) for question in asked}
    old = {name: told for name, told in answers_of(registration, author.data_keys).items() if name not in present}
    return {"answers_sealed": seal_answers(author.data_keys, {**old, **read})}


async def _write(session: AsyncSession, registration: Registration, columns: Mapping[str, Any]) -> bool:
    for column, value in columns.items():
        setattr(registration, column, value)
    registration.version += 1
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError:
        return False
    return True


def _told(registration: Registration, author: Author, live: Sequence[LiveTicket]) -> dict[str, Any]:
    companions = [ticket.holder_name for ticket in live if ticket.place]
    return record.told(registration, author, companions=companions)
