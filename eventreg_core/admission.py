"""The rule: who may pass a door. The only place where a verdict is computed, at the door and on the server alike.

Order: unreadable → wrong event → unknown, badly signed or withdrawn → revoked → cancelled → blocked → unpaid → not on
this list → outside its window → entry policy → admitted. No verdict depends on another registration's facts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

import msgspec

from eventreg_core.clock import event_day
from eventreg_core.ticket import Code, Forged, KeyState, OtherEvent, Picked, Signed, Unreadable

RULE = 1
"""Version of this rule; each fact names the one that it was judged by."""


class Kind(StrEnum):
    """Which way a scan goes."""

    ENTRY = "entry"
    EXIT = "exit"


class Status(StrEnum):
    """A ticket's standing with the organizer: revoked is for ever, blocked for now."""

    VALID = "valid"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"


class EntryPolicy(StrEnum):
    """How often one ticket enters: once; again after an exit; once a day; without limit."""

    ONCE = "once"
    REENTRY = "reentry"
    DAILY = "daily"
    UNLIMITED = "unlimited"


class Reason(StrEnum):
    """Why a scan is refused, in the order in which the rule looks."""

    UNREADABLE = "unreadable"
    WRONG_EVENT = "wrong_event"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_TICKET = "unknown_ticket"
    KEY_WITHDRAWN = "key_withdrawn"
    PAYMENT_UNKNOWN = "payment_unknown"
    NOT_IN_LIST = "not_in_list"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    UNPAID = "unpaid"
    WRONG_LIST = "wrong_list"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    ALREADY_USED = "already_used"
    ALREADY_INSIDE = "already_inside"
    ALREADY_TODAY = "already_today"


class Note(StrEnum):
    """What an operator should know of an admitted scan."""

    UNSYNCED = "unsynced"
    """Well signed, but this mirror does not hold it yet."""
    NOT_INSIDE = "not_inside"
    """An exit without an entry before it."""


NEVER_OVERRIDDEN = frozenset(
    {
        Reason.UNREADABLE,
        Reason.WRONG_EVENT,
        Reason.BAD_SIGNATURE,
        Reason.UNKNOWN_TICKET,
        Reason.KEY_WITHDRAWN,
        Reason.REVOKED,
    }
)
"""An override needs a known ticket, and a revoked one is void for ever."""


@dataclass(frozen=True, slots=True)
class Window:
    """From `opens` (included) until `closes` (excluded), aware datetimes; None is no bound."""

    opens: datetime | None = None
    closes: datetime | None = None


ALWAYS = Window()


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as the judge knows it. `place` tells it from its registration's other tickets: 0 the guest's own."""

    serial: bytes
    registration: UUID | None
    place: int
    ticket_type: int
    status: Status = Status.VALID
    settled: bool = True


class Passage(msgspec.Struct, frozen=True):
    """A told check-in or exit that stands (not annulled), at corrected time `at`."""

    kind: Kind
    at: datetime
    fact: UUID | None = None
    gate: UUID | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What a check-in list asks for: ticket-type numbers with their windows, its own window, and how often one enters.

    `strict_when_fresh`: while the mirror is complete, a serial that it does not hold is refused.
    """

    entry: EntryPolicy
    ticket_types: Mapping[int, Window]
    zone: str
    window: Window = ALWAYS
    day_starts_at: time = time(0)
    strict_when_fresh: bool = True


class Scan(msgspec.Struct, frozen=True):
    """What was entered at a door: the code read or ticket picked, and which way.

    `override`: a supervisor admits all the same; `fresh`: the mirror was complete less than 60 s ago.
    """

    code: Code
    kind: Kind = Kind.ENTRY
    override: bool = False
    fresh: bool = False


class Admitted(msgspec.Struct, frozen=True):
    """Let them pass. `despite` names what stood against it: set aside by an override, or because exits always pass."""

    ticket: bytes
    notes: tuple[Note, ...] = ()
    despite: Reason | None = None


class Refused(msgspec.Struct, frozen=True):
    """Do not let them pass; `overridable` tells whether a supervisor may decide otherwise."""

    reason: Reason
    ticket: bytes | None = None
    overridable: bool = False


Verdict = Admitted | Refused


def decide(scan: Scan, ticket: Ticket | None, standing: Sequence[Passage], policy: Policy, at: datetime) -> Verdict:
    """Judge one scan at corrected time `at`. Pure and total: the same arguments give the same verdict everywhere.

    `ticket` is what the judge knows of the code's serial (None: nothing); `standing` holds the passages of this
    registration's place on this list, in any order. Exits of a readable serial of this event always pass.
    """
    if isinstance(scan.code, Unreadable):
        return Refused(Reason.UNREADABLE)
    if isinstance(scan.code, OtherEvent):
        return Refused(Reason.WRONG_EVENT)
    reason = _against_ticket(scan.code, scan.fresh, ticket, policy, at)
    if scan.kind is Kind.EXIT:
        return Admitted(scan.code.serial, _exit_notes(scan, ticket, standing), reason)
    reason = reason or _against_entry(standing, policy, at)
    overridable = reason not in NEVER_OVERRIDDEN
    if reason is None or (scan.override and overridable):
        return Admitted(scan.code.serial, _entry_notes(scan, ticket), reason)
    return Refused(reason, scan.code.serial, overridable)


def _against_ticket(
    code: Signed | Forged | Picked, fresh: bool, ticket: Ticket | None, policy: Policy, at: datetime
) -> Reason | None:
    if isinstance(code, Forged):
        return Reason.BAD_SIGNATURE
    if ticket is not None:
        return _against_known(ticket) or _against_type(ticket.ticket_type, policy, at)
    if isinstance(code, Picked):
        return Reason.UNKNOWN_TICKET
    return _against_unknown(code, fresh, policy) or _against_type(code.token.ticket_type, policy, at)


def _against_known(ticket: Ticket) -> Reason | None:
    return _AGAINST_STATUS.get(ticket.status) or (None if ticket.settled else Reason.UNPAID)


_AGAINST_STATUS = {
    Status.REVOKED: Reason.REVOKED,
    Status.CANCELLED: Reason.CANCELLED,
    Status.BLOCKED: Reason.BLOCKED,
}


def _against_unknown(code: Signed, fresh: bool, policy: Policy) -> Reason | None:
    if code.key is KeyState.WITHDRAWN:
        return Reason.KEY_WITHDRAWN
    if not code.token.settled:
        return Reason.PAYMENT_UNKNOWN
    if fresh and policy.strict_when_fresh:
        return Reason.NOT_IN_LIST
    return None


def _against_type(number: int, policy: Policy, at: datetime) -> Reason | None:
    window = policy.ticket_types.get(number)
    if window is None:
        return Reason.WRONG_LIST
    for bound in (policy.window, window):
        if bound.opens is not None and at < bound.opens:
            return Reason.TOO_EARLY
        if bound.closes is not None and at >= bound.closes:
            return Reason.TOO_LATE
    return None


def _against_entry(standing: Sequence[Passage], policy: Policy, at: datetime) -> Reason | None:
    entries = [passage.at for passage in standing if passage.kind is Kind.ENTRY]
    match policy.entry:
        case EntryPolicy.ONCE:
            return Reason.ALREADY_USED if entries else None
        case EntryPolicy.REENTRY:
            return Reason.ALREADY_INSIDE if inside(standing) else None
        case EntryPolicy.DAILY:
            today = event_day(at, policy.zone, policy.day_starts_at)
            days = (event_day(entry, policy.zone, policy.day_starts_at) for entry in entries)
            return Reason.ALREADY_TODAY if today in days else None
        case _:
            return None


def inside(standing: Sequence[Passage]) -> bool:
    """Whether the last passage is an entry; of two at one instant the later in the sequence counts."""
    last: Passage | None = None
    for passage in standing:
        if last is None or passage.at >= last.at:
            last = passage
    return last is not None and last.kind is Kind.ENTRY


def _entry_notes(scan: Scan, ticket: Ticket | None) -> tuple[Note, ...]:
    return (Note.UNSYNCED,) if ticket is None and isinstance(scan.code, Signed) else ()


def _exit_notes(scan: Scan, ticket: Ticket | None, standing: Sequence[Passage]) -> tuple[Note, ...]:
    return _entry_notes(scan, ticket) + (() if inside(standing) else (Note.NOT_INSIDE,))
