"""Place an order: seats for several registrations at once, or for none of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.clock import new_id
from server.desk import Desk
from server.events import service as events
from server.events.statuses import check_sells
from server.orders import queries
from server.orders.codes import new_order_code
from server.orders.letters import tell_buyer
from server.orders.models import Order, OrderStatus
from server.payments import ledger
from server.payments import service as payments
from server.questions.answers import BadAnswer
from server.registrations.models import PaymentStatus
from server.registrations.places import NoPlace, Registering, UnknownTicketType
from server.registrations.registering import Entry, NotOpen, Registered, register_each
from server.ticket_types import service as ticket_types
from server.ticket_types.models import TicketType

HOLD = timedelta(minutes=15)
"""How long seats wait for their money."""


@dataclass(frozen=True, slots=True)
class Item:
    """One registration that is bought, of the ticket type that it names, with answers to the event's questions."""

    asker: Registering
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Buying:
    """Who buys what. `at_door`: to be paid on arrival, where that is taken."""

    event_id: UUID
    buyer_email: str
    buyer_name: str
    items: tuple[Item, ...]
    at_door: bool
    language: str


@dataclass(frozen=True, slots=True)
class NoPlaceFor:
    """The item of this number (from 0) gets no place, so none does. The transaction must not be committed."""

    item: int
    why: NoPlace | BadAnswer


@dataclass(frozen=True, slots=True)
class SeveralCurrencies:
    """One order is paid in one currency."""


@dataclass(frozen=True, slots=True)
class NoMoneyAtDoor:
    """The event takes no money at the door."""


@dataclass(frozen=True, slots=True)
class _Priced:
    amounts: Sequence[int]
    currency: str

    @property
    def total(self) -> int:
        return sum(self.amounts)


async def place(
    session: AsyncSession, author: Author, desk: Desk, buying: Buying
) -> Order | NoPlaceFor | SeveralCurrencies | NoMoneyAtDoor:
    """Register everybody in the order and charge it: *paid* if it costs nothing, *at_door*, else *held* for 15 minutes.

    One transaction under the event's head. Raises ApiProblem 404 `event_not_found`, 409 `event_not_on_sale`.
    """
    event = await events.lock_event(session, buying.event_id)
    # Also where it was cancelled while this order waited for the head.
    check_sells(event)
    if buying.at_door and not event.takes_money_at_door:
        return NoMoneyAtDoor()
    types = {each.id: each for each in await ticket_types.list_types(session, event.id)}
    priced = _priced(types, buying.items)
    if not isinstance(priced, _Priced):
        return priced
    order = await _insert(session, author, desk, buying, priced)
    held = order.status == OrderStatus.HELD
    # Sorted, so that they are shown in the order in which they were bought.
    ids = sorted(new_id() for _ in buying.items)
    entries = [_entry(author, order, held, item, id_) for item, id_ in zip(buying.items, ids, strict=True)]
    outcomes = await register_each(session, event.id, entries)
    rows = []
    for number, (outcome, amount) in enumerate(zip(outcomes, priced.amounts, strict=True)):
        assert not isinstance(outcome, NotOpen), "whoever asks has been let in"
        if not isinstance(outcome, Registered):
            return NoPlaceFor(number, outcome)
        if amount:
            rows.append(ledger.charge(amount, priced.currency, outcome.registration_id))
    await payments.book(session, order.id, rows)
    if order.total_minor or all(item.asker.user_email != order.buyer_email for item in buying.items):
        await tell_buyer(session, desk, event, order, "order-placed")
    return order


def _entry(author: Author, order: Order, held: bool, item: Item, registration_id: UUID) -> Entry:
    asker = replace(item.asker, id=registration_id, order_id=order.id, language=order.language)
    if held:
        # A free seat in an order that is not paid is not settled either.
        asker = replace(asker, payment_status=PaymentStatus.PENDING)
    return Entry(asker, author, order.language, notify=not held, answers=item.answers)


def _priced(types: dict[UUID, TicketType], items: Sequence[Item]) -> _Priced | NoPlaceFor | SeveralCurrencies:
    chosen: list[TicketType] = []
    for number, item in enumerate(items):
        named = item.asker.ticket_type_id
        ticket_type = types.get(named) if named is not None else None
        if ticket_type is None:
            return NoPlaceFor(number, UnknownTicketType())
        chosen.append(ticket_type)
    amounts = [each.price_minor * item.asker.tickets for each, item in zip(chosen, items, strict=True)]
    currencies = {each.currency for each, amount in zip(chosen, amounts, strict=True) if amount}
    if len(currencies) > 1:
        return SeveralCurrencies()
    return _Priced(amounts, next(iter(currencies), chosen[0].currency))


async def _insert(session: AsyncSession, author: Author, desk: Desk, buying: Buying, priced: _Priced) -> Order:
    status = OrderStatus.AT_DOOR if buying.at_door else OrderStatus.HELD
    if not priced.total:
        status = OrderStatus.PAID
    order = Order(
        id=new_id(),
        event_id=buying.event_id,
        code=await free_code(session),
        buyer_email=buying.buyer_email,
        buyer_name=buying.buyer_name,
        status=status.value,
        total_minor=priced.total,
        currency=priced.currency,
        holds_until=desk.now + HOLD if status is OrderStatus.HELD else None,
        language=buying.language,
        created_by=author.id if author.kind == "user" else None,
    )
    session.add(order)
    await session.flush()
    await session.refresh(order)
    told = None, snapshot(order)
    await audit.write(
        session, author, "order.placed", "order", order.id, *told, event_id=order.event_id, person=order.id
    )
    return order


async def free_code(session: AsyncSession) -> str:
    """A code that no order has."""
    while await queries.is_taken(session, code := new_order_code()):
        continue
    return code
