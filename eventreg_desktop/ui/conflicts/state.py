"""What the office's screen shows: one frozen state."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from eventreg_core.conflict import Class
from eventreg_desktop.admin.answers import CheckInList, Completeness, Conflict, Detail, Event
from eventreg_desktop.admin.remote import Asked, State, Wish


class Screen(StrEnum):
    """Which page is shown."""

    SIGN_IN = "sign_in"
    CONFLICTS = "conflicts"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is listed."""

    kind: Class | None = None
    state: State = "open"
    list: UUID | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Bulk:
    """A class that is being settled step by step: as far as it was seen (`until`)."""

    kind: Class
    wish: Wish
    until: datetime
    settled: tuple[UUID, ...] = ()
    left: int = 0

    @property
    def total(self) -> int:
        """How many there are to settle."""
        return len(self.settled) + self.left


@dataclass(frozen=True, slots=True)
class Undo:
    """What was settled last, and can be opened again; `sentence` says what it was."""

    ids: tuple[UUID, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class OfficeState:
    """Everything on the screen. `busy`: something is being asked; `problem`: a sentence about what went wrong."""

    screen: Screen = Screen.SIGN_IN
    address: str = ""
    email: str = ""
    events: tuple[Event, ...] = ()
    event: Event | None = None
    lists: tuple[CheckInList, ...] = ()
    filter: Filter = Filter()
    items: tuple[Conflict, ...] = ()
    total: int = 0
    open: tuple[tuple[str, int], ...] = ()
    cursor: str | None = None
    chosen: UUID | None = None
    detail: Detail | None = None
    everything: Completeness | None = None
    bulk: Bulk | None = None
    undo: Undo | None = None
    busy: bool = False
    problem: str = ""
    said: str = ""

    @property
    def asked(self) -> Asked | None:
        """The page that the filter asks for."""
        if self.event is None:
            return None
        wished = self.filter
        return Asked(self.event.id, wished.kind, wished.state, wished.list, wished.text)

    @property
    def conflict(self) -> Conflict | None:
        """The chosen one."""
        return next((each for each in self.items if each.id == self.chosen), None)

    def open_of(self, kind: Class) -> int:
        """How many of a class are open."""
        return dict(self.open).get(kind.value, 0)
