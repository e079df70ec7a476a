"""A door at work, and what is entered at it."""

from dataclasses import dataclass
from uuid import UUID

from eventreg_core.admission import Kind


@dataclass(frozen=True, slots=True)
class Door:
    """Where this laptop works: event, check-in list, gate, which way, and the operator's id (never a name)."""

    event: UUID
    list: UUID
    gate: UUID | None = None
    kind: Kind = Kind.ENTRY
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """The exact text that a camera or a scanner read; `decode_ms` is what reading the picture took."""

    text: str
    decode_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """A ticket that an operator picked from a list, by a key press."""

    serial: bytes
