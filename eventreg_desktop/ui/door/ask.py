"""What the desk asks the operator, as frozen values: beside the scanning, never in its way. Knows no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Matter(StrEnum):
    """What it is about."""

    SIGN_IN = "sign_in"
    NEW_OPERATOR = "new_operator"
    OVERRIDE = "override"
    PAYMENT = "payment"
    UNDO = "undo"
    LATE_UNDO = "late_undo"
    PARTY = "party"
    REHEARSAL = "rehearsal"
    HEALTH = "health"
    WALK_IN = "walk_in"
    SOLD = "sold"
    PRINT_AGAIN = "print_again"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: its id, its words, and how it stands; `tint` names a field of `Colours`."""

    id: str
    label: str
    second: str = ""
    state: str = ""
    icon: str = "circle-user"
    tint: str = "text"
    picked: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Blank:
    """A line to be filled in; a `secret` one is not shown."""

    id: str
    label: str
    value: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """Something that may be done beside the main thing."""

    id: str
    label: str


YES = "yes"
"""The id of the main button."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question with what is to be chosen and filled in; `number` tells one from the next of the same matter.

    `many`: any number of choices may be picked; without it one. `tick`: the words of a box, `ticked` at first or not.
    `code`: what a QR code to be shown says. `busy`: the answer is being looked at.
    """

    matter: Matter
    icon: str
    title: str
    yes: str = ""
    sentence: str = ""
    choices: tuple[Choice, ...] = ()
    many: bool = False
    blanks: tuple[Blank, ...] = ()
    tick: str = ""
    ticked: bool = True
    code: str = ""
    others: tuple[Button, ...] = ()
    error: str = ""
    busy: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the operator did: which button, what is picked, and what was filled in."""

    button: str = YES
    picked: tuple[str, ...] = ()
    blanks: Mapping[str, str] = field(default_factory=dict)
    ticked: bool = True
