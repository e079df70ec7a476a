"""The guests of one event: registrations, the real tickets that they hold, and orders of some of them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from eventreg_core.ids import uuid7
from eventreg_core.ticket import Token
from server.seeding.copying import NULL, Batch
from server.seeding.festivals import TYPES, Festival
from server.seeding.orders import Ordered, add_money, add_order
from server.seeding.people import People
from server.tickets.codes import ALPHABET, SERIAL_BYTES, SHORT_CODE_LENGTH

AT_ONCE = 5_000
"""Registrations that are made and sent together."""
ORDERED_EACH = 5
"""One paid registration in so many was ordered; the others were registered by the organizer."""
ON_SALE_FOR = timedelta(days=90)
_CODE_OF_BYTE = bytes(ord(ALPHABET[number % len(ALPHABET)]) for number in range(256))
_SETTLED = frozenset({"PAID", "FREE"})
_FAR = 7919
"""Companions are people from elsewhere in the list."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What chance says of each registration of an event, in order."""

    types: list[int]
    companions: list[int]
    cancelled: list[bool]
    money: list[str]

    @property
    def sold(self) -> tuple[int, ...]:
        """Tickets of each type that count."""
        counts = [0] * len(TYPES)
        for kind, companions, cancelled in zip(self.types, self.companions, self.cancelled, strict=True):
            if not cancelled:
                counts[kind] += 1 + companions
        return tuple(counts)


@dataclass(frozen=True, slots=True)
class Issued:
    """A ticket that may be shown at the door; `settled` as its sixteen bytes say."""

    serial: bytes
    content: bytes
    settled: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What a part of an event's guests comes to: their ids, every serial, and the tickets that are valid."""

    registrations: list[str] = field(default_factory=list)
    serials: list[bytes] = field(default_factory=list)
    valid: list[Issued] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Guests:
    """All guests of one event: what chance says of them, and who is the first of them."""

    event: Festival
    drawn: Drawn
    people: People
    first_person: int
    opened: datetime
    step: timedelta
    codes: Iterator[str]

    def __len__(self) -> int:
        return len(self.drawn.types)


def draw(size: int, rng: Random) -> Drawn:
    """Types, companions, cancellations and payments of so many registrations."""
    types = rng.choices(range(len(TYPES)), (60, 34, 6), k=size)
    companions = rng.choices((0, 1, 2), (95, 4, 1), k=size)
    money = rng.choices(("PAID", "PENDING", "FAILED"), (88, 10, 2), k=size)
    return Drawn(
        types=types,
        companions=[min(more, TYPES[kind][2]) for more, kind in zip(companions, types, strict=True)],
        cancelled=[chance < 0.03 for chance in (rng.random() for _ in range(size))],
        money=["FREE" if TYPES[kind][1] == 0 else paid for paid, kind in zip(money, types, strict=True)],
    )


def guests_of(event: Festival, drawn: Drawn, people: People, first_person: int, now: datetime) -> Guests:
    """The guests of an event, who registered one after the other before it began."""
    opened = min(event.date - ON_SALE_FOR, now - timedelta(days=1))
    step = (min(now, event.date) - opened) / len(drawn.types)
    codes = _short_codes(len(drawn.types) + sum(drawn.companions))
    return Guests(event, drawn, people, first_person, opened, step, codes)


def add_guests(batch: Batch, guests: Guests) -> Iterator[Written]:
    """Put the guests of an event into the batch, part by part; it may be sent after each."""
    for first in range(0, len(guests), AT_ONCE):
        written = Written()
        for index in range(first, min(first + AT_ONCE, len(guests))):
            _add_guest(batch, guests, index, written)
        yield written


def _add_guest(batch: Batch, guests: Guests, index: int, written: Written) -> None:
    event, drawn, people, person = guests.event, guests.drawn, guests.people, guests.first_person + index
    kind, cancelled, at = drawn.types[index], drawn.cancelled[index], guests.opened + guests.step * index
    paid = "REFUNDED" if cancelled and drawn.money[index] == "PAID" else drawn.money[index]
    guest_id, type_id, when = str(uuid7(int(at.timestamp() * 1000), os.urandom(10))), event.types[kind], _time(at)
    tickets = [_issued(event, kind + 1, paid) for _ in range(1 + drawn.companions[index])]
    own, name, email = tickets[0].content, people.full_name(person), people.email(person)
    order = NULL
    if paid == "PAID" and index % ORDERED_EACH == 0:
        ordered = Ordered(event.id, guest_id, TYPES[kind][1] * len(tickets), when)
        order = add_order(batch, ordered, email, name)
        add_money(batch, ordered, order)
    status = "cancelled" if cancelled else "active"
    batch.add_line(
        "registrations",
        f"{guest_id}\t{event.id}\t{type_id}\t{email}\t{name}\t{own.hex() if own else NULL}\t{paid}\t{status}\ten\t"
        f"{order}\t{when}\t{when}",
    )
    for place, ticket in enumerate(tickets):
        holder = people.full_name(person + place * _FAR) if place else NULL
        batch.add_line(
            "tickets",
            f"\\\\x{ticket.serial.hex()}\t{event.id}\t{guest_id}\t{place}\t{type_id}\t"
            f"{'cancelled' if cancelled else 'valid'}\t{_bytea(ticket.content)}\t{next(guests.codes)}\t{holder}\t"
            f"{when}\t{when}",
        )
        written.serials.append(ticket.serial)
        if ticket.content and not cancelled:
            written.valid.append(ticket)
    written.registrations.append(guest_id)


def _issued(event: Festival, type_number: int, paid: str) -> Issued:
    serial, settled = os.urandom(SERIAL_BYTES), paid in _SETTLED
    if not settled and not event.takes_money_at_door:
        return Issued(serial, b"", settled)
    content = Token(event.key.number, event.number, serial, type_number, settled).content()
    return Issued(serial, content, settled)


def _bytea(content: bytes) -> str:
    return f"\\\\x{content.hex()}" if content else NULL


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _short_codes(count: int) -> Iterator[str]:
    """So many different short codes, of one event."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        letters = os.urandom(SHORT_CODE_LENGTH * (count - len(codes))).translate(_CODE_OF_BYTE).decode()
        for at in range(0, len(letters), SHORT_CODE_LENGTH):
            codes[letters[at : at + SHORT_CODE_LENGTH]] = None
    return iter(codes)
