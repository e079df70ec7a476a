"""Everything that happened at the place of a conflict, for whoever must decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.admission import Admitted, Status, Verdict
from eventreg_core.conflict import Class
from eventreg_core.facts import Annulment, CheckIn, Exit, Payment, RefusedScan
from eventreg_core.history import TicketHistory, Timeline
from eventreg_core.truth import Judged, Told, Truth, replay
from server.checkins.standing import Place
from server.conflicts import looking
from server.conflicts.models import Conflict
from server.conflicts.queries import Seat
from server.conflicts.reading import Places, read_places
from server.conflicts.views import Names, StepView
from server.mail.jobs import WALK_IN

Value = TypeVar("Value")
_STATUS = {
    Status.VALID: "made valid",
    Status.REVOKED: "replaced or revoked",
    Status.CANCELLED: "cancelled",
    Status.BLOCKED: "blocked",
}


@dataclass(frozen=True, slots=True)
class _Names:
    gates: Names
    devices: Names


async def read_steps(session: AsyncSession, conflict: Conflict) -> list[StepView]:
    """What happened there, in order; of a conflict about a journal its facts are all that there is to see."""
    serials = await looking.list_place_serials(session, conflict)
    if conflict.list_id is None or not serials:
        return []
    places = await read_places(session, conflict.event_id, serials)
    devices = {one.device for told in places.told.values() for one in told if one.device is not None}
    names = _Names(*await looking.list_names(session, conflict.event_id, devices))
    rules = places.rules.get(conflict.list_id)
    if rules is None:
        return []
    there = _places(conflict, places)
    emails = await _emails(session, conflict, there) if len(there) > 1 else {}
    steps = [StepView(kind="list_changed", at=one.until, text="The list's settings changed") for one in rules.former]
    for place in there:
        tickets, told = places.tickets[Seat(place.registration, place.place, place.serial)], places.told.get(place, [])
        whose = emails.get(place.registration) if place.registration is not None else None
        happened = _happened(replay(told, tickets, rules), told, conflict, names) + _ticket_changes(tickets.values())
        steps += [step.model_copy(update={"whose": whose}) for step in happened]
    return sorted(steps, key=lambda step: step.at)


def _places(conflict: Conflict, places: Places) -> list[Place]:
    """The place of a conflict; of a duplicate that of every registration."""
    assert conflict.list_id is not None
    if conflict.class_ != Class.DUPLICATE_REGISTRATION:
        return [Place(conflict.list_id, conflict.registration_id, conflict.place, conflict.serial)]
    return [Place(conflict.list_id, seat.registration, seat.place, seat.serial) for seat in places.tickets]


async def _emails(session: AsyncSession, conflict: Conflict, places: Sequence[Place]) -> dict[UUID, str]:
    registrations = [place.registration for place in places if place.registration is not None]
    found = await looking.list_emails(session, conflict.event_id, registrations)
    return {one: "bought at the door" if email.endswith(WALK_IN) else email for one, email in found.items()}


def _happened(truth: Truth, told: Sequence[Told], conflict: Conflict, names: _Names) -> list[StepView]:
    steps = [_judged(one, conflict, names) for one in truth.judged]
    steps += [_undone(one, names) for one in truth.annulments]
    return steps + [_paid(one, names) for one in told if isinstance(one.fact, Payment)]


def _judged(judged: Judged, conflict: Conflict, names: _Names) -> StepView:
    told, fact = judged.told, judged.told.fact
    assert isinstance(fact, CheckIn | Exit | RefusedScan)
    despite = None if isinstance(fact, RefusedScan) else fact.despite
    return StepView(
        kind="refused_scan" if isinstance(fact, RefusedScan) else "check_in" if told.is_entry else "exit",
        at=told.at,
        id=fact.id,
        gate=names.gates.get(fact.gate) if fact.gate is not None else None,
        device=_device(told, names),
        told="refused" if isinstance(fact, RefusedScan) else "admitted",
        told_reason=fact.reason if isinstance(fact, RefusedScan) else despite,
        due=_word(judged.due),
        due_reason=None if isinstance(judged.due, Admitted) else judged.due.reason,
        could_know=judged.could_know,
        undone=judged.undone,
        own_clock=not told.anchored,
        undue=fact.id in conflict.undue,
    )


def _word(verdict: Verdict) -> Literal["admitted", "refused"]:
    return "admitted" if isinstance(verdict, Admitted) else "refused"


def _undone(told: Told, names: _Names) -> StepView:
    assert isinstance(told.fact, Annulment)
    device = _device(told, names)
    return StepView(kind="annulment", at=told.at, id=told.fact.id, target=told.fact.target, device=device)


def _paid(told: Told, names: _Names) -> StepView:
    return StepView(kind="payment", at=told.at, id=told.fact.id, device=_device(told, names), text="Paid at the door")


def _device(told: Told, names: _Names) -> str | None:
    return names.devices.get(told.device, "Laptop") if told.device is not None else None


def _ticket_changes(tickets: Iterable[TicketHistory]) -> list[StepView]:
    told: list[tuple[datetime, str]] = []
    for ticket in tickets:
        told += [(at, f"The ticket was {_STATUS[status]}") for at, status in _changes(ticket.status)]
        told += [(at, "The ticket was paid" if paid else "It is owed again") for at, paid in _changes(ticket.settled)]
        told += [(at, "The ticket got another type") for at, _ in _changes(ticket.ticket_type)]
    return [StepView(kind="ticket_changed", at=at, text=text) for at, text in told]


def _changes(line: Timeline[Value]) -> list[tuple[datetime, Value]]:
    """When something became what."""
    values = [*(one.value for one in line.former[1:]), line.now]
    return [(one.until, value) for one, value in zip(line.former, values, strict=False)]
