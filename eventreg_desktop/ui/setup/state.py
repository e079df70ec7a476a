"""What the set-up screen shows, as frozen values. Knows no Qt."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Step(StrEnum):
    """How far the set-up is."""

    ENROL = "enrol"
    WORKING = "working"
    PLACE = "place"


class Eye(StrEnum):
    """What the camera does for the set-up; it is off until somebody asks for it."""

    OFF = "off"
    STARTING = "starting"
    OPEN = "open"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class GateChoice:
    """A gate that works on a list."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ListChoice:
    """A check-in list, with the gates that work on it."""

    id: UUID
    name: str
    gates: tuple[GateChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacePicked:
    """Where this laptop will stand; a list without gates has none."""

    check_in_list: UUID
    gate: UUID | None


@dataclass(frozen=True, slots=True)
class SetupState:
    """Step, what is going on (while working), what went wrong, the event's name, and what may be chosen.

    `place` is where the laptop stood before, `text` the enrolment text that the camera read; `eye_words` stand where
    the camera's picture would be.
    """

    step: Step = Step.ENROL
    progress: str = ""
    error: str = ""
    event: str = ""
    lists: tuple[ListChoice, ...] = ()
    place: PlacePicked | None = None
    text: str = ""
    eye: Eye = Eye.OFF
    eye_words: str = ""
