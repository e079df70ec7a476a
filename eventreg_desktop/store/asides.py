"""Free text beside facts of this laptop, sealed to the server; sent with the fact that names it, as often."""

from base64 import b64encode
from uuid import UUID

from eventreg_core.facts import Recorded
from eventreg_core.wire import Aside
from eventreg_desktop.store.db import Connection


def keep(journal: Connection, beside: Recorded, sealed: bytes) -> None:
    """Keep the text that a fact names, within the caller's transaction."""
    fact = beside.fact
    journal.execute(
        "INSERT INTO asides (journal, seq, hash, sealed) VALUES (?, ?, ?, ?)",
        (str(fact.journal), fact.seq, fact.aside, sealed),
    )


def list_between(journal: Connection, chain: UUID, first: int, last: int) -> list[Aside]:
    """The texts beside the facts with these numbers, as they are sent."""
    rows = journal.execute(
        "SELECT hash, sealed FROM asides WHERE journal = ? AND seq BETWEEN ? AND ? ORDER BY seq",
        (str(chain), first, last),
    )
    return [Aside(hash=hashed, sealed=b64encode(sealed).decode("ascii")) for hashed, sealed in rows]
