"""What the end of an evening is compared by, whichever server it ended at."""

from dataclasses import dataclass
from uuid import UUID

Listed = tuple[str, tuple[UUID, ...], tuple[UUID, ...], str]
"""A conflict: its class and whose place it is, its facts, those that were not due, and what is proposed."""


@dataclass(frozen=True)
class Seat:
    """A place on a list; `serial` only where no registration has it."""

    list: UUID
    registration: UUID | None
    place: int
    serial: str = ""


@dataclass(frozen=True)
class Figures:
    """How many people are inside, were admitted, are expected."""

    inside: int
    admitted: int
    expected: int


@dataclass(frozen=True)
class Outcome:
    """The state of an event as one hash, and its conflicts in order."""

    state_hash: str
    conflicts: tuple[Listed, ...]
