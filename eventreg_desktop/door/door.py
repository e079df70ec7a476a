"""A door at work, and what is entered at it."""

from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from eventreg_core.admission import Kind
from eventreg_core.facts import PayMethod


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A trial: its facts are kept and never count; only they stand in it, those after fact number `after`."""

    after: int


@dataclass(frozen=True, slots=True)
class Door:
    """Where this laptop works: event, check-in list, gate, which way, and the operator's id (never a name).

    `server_key` is the server's public Ed25519 key, to which reasons are sealed; empty where none may be kept.
    """

    event: UUID
    list: UUID
    gate: UUID | None = None
    kind: Kind = Kind.ENTRY
    operator: str | None = None
    rehearsal: Rehearsal | None = None
    server_key: bytes = b""

    def entrance(self) -> Self:
        """The same door, letting people in: whoever pays or buys comes in, though exits are counted."""
        return replace(self, kind=Kind.ENTRY)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A supervisor (an id) lets it pass all the same; the reason, in `words`, is kept sealed beside the fact."""

    supervisor: str
    words: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """The exact text that a camera or a scanner read; `decode_ms` is what reading the picture took."""

    text: str
    decode_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """A ticket that an operator picked from a list, by a key press."""

    serial: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """Money that was taken for a ticket: minor units of a currency (ISO 4217), and how."""

    amount_minor: int
    currency: str
    method: PayMethod


Entered = Scanned | Chosen
