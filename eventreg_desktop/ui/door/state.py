"""What the door screen shows, as frozen values: the model makes them, the view displays them. Knows no Qt."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from eventreg_core.admission import Kind


class Look(StrEnum):
    """How a verdict looks. `look` passes with a note, `ask` may pass once something is settled, `stop` may not."""

    READY = "ready"
    ADMITTED = "admitted"
    LOOK = "look"
    ASK = "ask"
    STOP = "stop"


class Level(StrEnum):
    """How much a line of the status strip matters."""

    WELL = "well"
    LOOK = "look"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Place:
    """Where this door stands, by names."""

    event: str = ""
    check_in_list: str = ""
    gate: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """One verdict in the words of the screen; `word` is read from three metres. Empty texts take no room."""

    look: Look
    icon: str
    word: str
    headline: str = ""
    name: str = ""
    ticket_type: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One of the last scans: local time `HH:MM:SS`, who, what ticket, what was said; `fact` may be undone."""

    time: str
    look: Look
    icon: str
    name: str
    ticket_type: str
    said: str
    fact: UUID | None = None
    undone: bool = False
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One part of the status strip: how much it matters, its icon, its words."""

    level: Level
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A lasting trouble that does not stop the door, by its code."""

    code: str
    text: str


class CameraStatus(StrEnum):
    """What the camera does."""

    STARTING = "starting"
    RUNNING = "running"
    LOST = "lost"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CameraState:
    """The camera in use: `spec` is a number, file or address; `sentence` says what to do when it is lost."""

    status: CameraStatus = CameraStatus.STARTING
    spec: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class CameraSet:
    """How the camera is set: pixels across and down that it is asked for, and whether its picture is shown mirrored."""

    size: tuple[int, int] = (1280, 720)
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """A camera that may be picked: its `spec`, and the name that people know it by."""

    spec: str
    label: str


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """A ticket that the typed text may mean."""

    serial: bytes
    name: str
    ticket_type: str
    short_code: str
    state: str
    enterable: bool
    alike: bool = False
    """The name is only like what was typed."""


@dataclass(frozen=True, slots=True)
class Search:
    """The typed text, and what was `found` for the text `answered`: None and empty until an answer came.

    `said` tells of the answer as a whole what the lines do not; `discreet`: names are shown only when few are meant.
    """

    typed: str = ""
    found: tuple[CandidateLine, ...] | None = None
    answered: str = ""
    said: str = ""
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How full it is, in numbers as they are written; `arrivals` a minute, the last is now; `pace` tells of the last
    full minutes; `spoken` all of it in a sentence.
    """

    inside: str
    expected: str
    here: str
    pace: str
    arrivals: tuple[int, ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What the operator may do about the last verdict, in words of its button; empty where it is not to be done."""

    override: str = ""
    payment: str = ""
    party: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class DoorState:
    """Everything on the door screen but the live picture. `shown` grows with each verdict, also when two look alike."""

    banner: Banner
    connection: StatusLine
    unsent: StatusLine
    camera_line: StatusLine
    camera_words: str = ""
    place: Place = Place()
    kind: Kind = Kind.ENTRY
    shown: int = 0
    scans: tuple[ScanLine, ...] = ()
    camera: CameraState = CameraState()
    cameras: tuple[CameraChoice, ...] = ()
    camera_set: CameraSet = CameraSet()
    hint: str = ""
    """What would help to read the code that is held before the camera; empty where nothing would."""
    notices: tuple[NoticeLine, ...] = ()
    search: Search = Search()
    muted: bool = False
    guest_list: StatusLine = StatusLine(Level.WELL, "users", "")
    clock: StatusLine = StatusLine(Level.WELL, "clock", "")
    overall: StatusLine = StatusLine(Level.WELL, "cloud-check", "")
    """The worst of all parts, or that all is well."""
    well: bool = True
    stock: StatusLine | None = None
    """What is left to sell; None where nothing is sold."""
    tally: Tally | None = None
    offers: Offers = Offers()
    operator: str = ""
    rehearsal: bool = False
