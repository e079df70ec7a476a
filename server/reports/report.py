"""What a report says. Times are in the event's zone; money is in minor units (cents)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Totals:
    """The event in a few numbers, by what doors told, less what was annulled.

    `sold` counts tickets that are out, `check_ins` and `exits` everybody who was told *admitted* on the way in or out.
    `admitted` counts tickets that came in at least once, and `no_shows` those that are out and did not: a ticket that
    was issued again is the same one. `inside`: whose last passage at a list was an entry. `unknown`: check-ins of
    tickets that this server never issued.
    """

    sold: int
    admitted: int
    check_ins: int
    exits: int
    inside: int
    no_shows: int
    unknown: int
    first_arrival: datetime | None
    last_arrival: datetime | None


@dataclass(frozen=True, slots=True)
class OfType:
    """The same by ticket type; without an id: tickets that this server never issued."""

    ticket_type_id: UUID | None
    ticket_type: str
    quota: int | None
    sold: int
    admitted: int
    check_ins: int
    inside: int
    no_shows: int


@dataclass(frozen=True, slots=True)
class OfList:
    """The same by check-in list; without a name: one that was deleted."""

    list_id: UUID
    list: str | None
    admitted: int
    check_ins: int
    exits: int
    inside: int


@dataclass(frozen=True, slots=True)
class OfGate:
    """Who passed at a gate; without an id: at none."""

    gate_id: UUID | None
    gate: str | None
    check_ins: int
    exits: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Check-ins at a gate from `at` on until the next step of time."""

    at: datetime
    gate_id: UUID | None
    gate: str | None
    check_ins: int


@dataclass(frozen=True, slots=True)
class Revenue:
    """What a ticket type brought on a day.

    `ordered_minor`: charged by orders that are paid, less what they were let off. `unordered_minor`: registrations that
    an organizer told to be paid, at the present price.
    """

    day: date
    ticket_type_id: UUID | None
    ticket_type: str | None
    currency: str
    ordered_minor: int
    unordered_minor: int


@dataclass(frozen=True, slots=True)
class Money:
    """What came into the tills by orders on a day, and what was given back."""

    day: date
    currency: str
    paid_minor: int
    refunded_minor: int


@dataclass(frozen=True, slots=True)
class OfDevice:
    """A device at work; without an id: the server's own door.

    `last_seen`: when the latest of its facts came. What a laptop did not send yet nobody here can know; `waiting` are
    facts that came while earlier ones of the same journal are still missing.
    """

    device_id: UUID | None
    device: str
    check_ins: int
    exits: int
    refused: int
    first_at: datetime | None
    last_at: datetime | None
    last_seen: datetime | None
    waiting: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Report:
    """All of it; `revenue` and `money` are None for those who may not see them."""

    event_id: UUID
    event: str
    zone: str
    minutes: int
    totals: Totals
    types: tuple[OfType, ...]
    lists: tuple[OfList, ...]
    gates: tuple[OfGate, ...]
    arrivals: tuple[Arrivals, ...]
    devices: tuple[OfDevice, ...]
    revenue: tuple[Revenue, ...] | None
    money: tuple[Money, ...] | None
