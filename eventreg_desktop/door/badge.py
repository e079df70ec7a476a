"""What is printed of one ticket, and what is asked of the printer."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from eventreg_desktop.store import people, tickets
from eventreg_desktop.store.db import Connection


class Paper(StrEnum):
    """The sizes that a badge may have; what is printed on each is laid out for it."""

    CARD = "card"
    A6 = "a6"
    ROLL = "roll"

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in millimetres, as it is read."""
        return {Paper.CARD: (86.0, 54.0), Paper.A6: (105.0, 148.0), Paper.ROLL: (100.0, 62.0)}[self]

    @property
    def coloured(self) -> bool:
        """Whether it may be printed in colours; rolls of labels are black."""
        return self is not Paper.ROLL


class Again(StrEnum):
    """Why a badge is printed once more. Fixed words: the print log holds nothing that was written about people."""

    LOST = "lost"
    DAMAGED = "damaged"
    NOT_OUT = "not_out"
    WRONG_NAME = "wrong_name"
    TRIAL = "trial"
    """Of a rehearsal; it is nobody's badge."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A badge of one ticket is wanted.

    `token` is the exact text of its QR code, where this laptop has it: of a ticket that was scanned, or a blank; a
    badge without it bears the short code alone. `cause` is the fact that it is printed for: one fact never prints
    twice. `name` and `ticket_type` say what the guest list does not (yet). Without `again` a ticket that has a badge
    gets no second one.
    """

    serial: bytes
    token: str = ""
    cause: UUID | None = None
    name: str = ""
    ticket_type: str = ""
    again: Again | None = None
    automatic: bool = False
    operator: str | None = None


FILES = "files"
"""In the place of a printer's name: each badge becomes a PDF file."""


@dataclass(frozen=True, slots=True)
class PrintSetup:
    """How this laptop prints: a printer's name, `FILES` or empty (none chosen), the `folder` of the files, the paper,
    and whether a guest's first admission prints by itself.
    """

    printer: str = ""
    folder: str = ""
    paper: Paper = Paper.CARD
    automatic: bool = False


ACCENTS = ("#1d4fd7", "#0a7a3d", "#b9131b", "#7a2fb5", "#8a4b00", "#00727d", "#b0176b", "#3c4657")
"""Colours of ticket types; white letters on each keep a contrast of at least 4.5 : 1."""


@dataclass(frozen=True, slots=True)
class Template:
    """How badges of one ticket type look: the band's colour (`#rrggbb`), and whether code and logo are on them."""

    accent: str = ACCENTS[0]
    code: bool = True
    logo: bool = True


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands on one badge; empty texts where nothing is known."""

    name: str
    ticket_type: str
    event: str
    short_code: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class TypeHere:
    """A ticket type of the event, by number and name."""

    number: int
    name: str


def usual(number: int) -> Template:
    """The look of a ticket type that nobody chose one for: the same on every laptop."""
    return Template(ACCENTS[(number - 1) % len(ACCENTS)])


def list_types(mirror: Connection) -> list[TypeHere]:
    """Every ticket type, in the order of their numbers."""
    return [TypeHere(*row) for row in mirror.execute("SELECT number, name FROM ticket_types ORDER BY number")]


def badge_of(mirror: Connection, event: str, wanted: Wanted) -> tuple[Badge, int]:
    """What is printed for `wanted`, and the number of its ticket type (0: unknown), within the caller's snapshot."""
    shown = people.list_shown(mirror, [wanted.serial]).get(wanted.serial)
    code = tickets.find_short_code(mirror, wanted.serial) or ""
    name = ("" if shown is None else shown.name) or wanted.name
    kind = ("" if shown is None else shown.ticket_type) or wanted.ticket_type
    numbers = [each.number for each in list_types(mirror) if each.name == kind]
    return Badge(name, kind, event, code, wanted.token), (numbers[0] if numbers else 0)
