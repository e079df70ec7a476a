"""What the server answers an organizer; fields that are not shown are left out."""

from datetime import datetime
from uuid import UUID

import msgspec

from eventreg_core.conflict import Class, Outcome


class Event(msgspec.Struct, frozen=True):
    """An event that one may choose."""

    id: UUID
    name: str
    zone: str
    date: datetime


class CheckInList(msgspec.Struct, frozen=True):
    """A list of an event."""

    id: UUID
    name: str


class Told(msgspec.Struct, frozen=True):
    """One scan of a conflict, as the list shows it."""

    at: datetime
    gate: str | None = None
    device: str | None = None


class Decision(msgspec.Struct, frozen=True):
    """How a conflict was settled once."""

    outcome: Outcome
    at: datetime
    by: str | None = None
    undone_at: datetime | None = None


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """A difference between told and due; `proposed` says what to do and why."""

    id: UUID
    kind: Class = msgspec.field(name="class")
    name: str | None = None
    serial: str | None = None
    device: str | None = None
    list_name: str | None = None
    place: int = 0
    fact_ids: tuple[UUID, ...]
    facts: tuple[Told, ...] = ()
    undue: tuple[UUID, ...] = ()
    outcome: Outcome
    proposed: str
    updated_at: datetime
    settled_at: datetime | None = None
    gone: bool = False
    decisions: tuple[Decision, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody must decide."""
        return self.settled_at is None and not self.gone


class Page(msgspec.Struct, frozen=True):
    """Conflicts, newest first; `open` counts those that are open by class."""

    items: tuple[Conflict, ...]
    total: int
    open: dict[str, int]
    next_cursor: str | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened at the place of a conflict."""

    kind: str
    at: datetime
    id: UUID | None = None
    gate: str | None = None
    device: str | None = None
    whose: str | None = None
    told: str | None = None
    told_reason: str | None = None
    due: str | None = None
    due_reason: str | None = None
    could_know: bool = True
    undone: bool = False
    own_clock: bool = False
    undue: bool = False
    text: str | None = None


class Detail(msgspec.Struct, frozen=True):
    """A conflict with its timeline."""

    conflict: Conflict
    steps: tuple[Step, ...]


class SettledMany(msgspec.Struct, frozen=True):
    """What one step of a bulk settled, and how many such are left."""

    settled: tuple[UUID, ...]
    left: int


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """What is here of one journal of a laptop."""

    name: str
    revoked: bool
    state: str
    facts: int
    last_seq: int
    head_seq: int
    head_hash: str | None = None
    gaps: tuple[tuple[int, int], ...] = ()
    held: int = 0
    set_aside: int = 0
    own_clock: int = 0
    heard_at: datetime | None = None


class Completeness(msgspec.Struct, frozen=True):
    """Whether everything is in."""

    complete: bool
    facts: int
    missing: int
    fingerprint: str
    journals: tuple[Journal, ...]
    at: datetime


class Events(msgspec.Struct, frozen=True):
    """A page of events."""

    items: tuple[Event, ...]
    next_cursor: str | None = None


class Lists(msgspec.Struct, frozen=True):
    """Lists of an event."""

    items: tuple[CheckInList, ...]


class Tokens(msgspec.Struct, frozen=True):
    """A session."""

    access_token: str
    refresh_token: str
