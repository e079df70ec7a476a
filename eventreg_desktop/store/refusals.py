"""The same code refused again and again: counted beside the journal, so that a nervous hand writes no hundred facts."""

from dataclasses import dataclass
from uuid import UUID

from eventreg_core.clock import Reading
from eventreg_desktop.store.db import Connection

SAME_NS = 60_000_000_000
"""So long after its fact, the same refusal makes no new one."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The last fact about one refusal, and how often it happened again since."""

    fact: UUID
    repeated: int
    recent: bool


def find(journal: Connection, scan: str, now: Reading) -> Refusal | None:
    """What is known of this refusal; `scan` names code, list, direction and reason."""
    row = journal.execute("SELECT fact, boot, mono_ns, repeated FROM refusals WHERE scan = ?", (scan,)).fetchone()
    if row is None:
        return None
    fact, boot, mono_ns, repeated = row
    return Refusal(UUID(fact), repeated, boot == now.boot and 0 <= now.mono_ns - mono_ns < SAME_NS)


def count(journal: Connection, scan: str) -> None:
    """It happened once more, within the caller's transaction."""
    journal.execute("UPDATE refusals SET repeated = repeated + 1 WHERE scan = ?", (scan,))


def begin(journal: Connection, scan: str, fact: UUID, now: Reading) -> None:
    """A fact about it was written: count from nought, within the caller's transaction."""
    journal.execute(
        "INSERT OR REPLACE INTO refusals (scan, fact, boot, mono_ns, repeated) VALUES (?, ?, ?, ?, 0)",
        (scan, str(fact), now.boot, now.mono_ns),
    )
