"""What the door tells its screen: the outcome of one scan, and the tickets that typed words may mean."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventreg_core.admission import Admitted, Kind, Refused
from eventreg_desktop.door.door import Entered


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scan, judged and on disk.

    `first_at` (UTC, corrected) and `first_gate` tell of the first admission; `at` is UTC; `zone` the event's IANA zone;
    `repeated` counts how often the same text was refused again; `decode_ms` and `commit_ms` are milliseconds.
    """

    verdict: Admitted | Refused
    kind: Kind
    name: str | None
    ticket_type: str | None
    first_at: datetime | None
    first_gate: str | None
    at: datetime
    zone: str
    repeated: int
    decode_ms: float
    commit_ms: float
    fact: UUID | None = None
    """The check-in or exit that may be undone; None for a refusal."""
    entered: Entered | None = None
    """What was judged, so that a supervisor or a payment can have it judged again."""
    serial: bytes | None = None
    """The ticket, where this laptop's list holds it."""
    party: int = 0
    """How many other tickets the same registration has."""
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that typed words may mean; `status` is valid, cancelled, blocked, revoked or unpaid."""

    serial: bytes
    name: str
    ticket_type: str
    short_code: str
    status: str
    admitted_at: datetime | None
