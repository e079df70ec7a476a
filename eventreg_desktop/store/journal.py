"""The journal: facts of this laptop as the exact bytes that were hashed, in chains, and what the server said of them.

A laptop works on its newest journal; the older ones are kept and still sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import msgspec

from eventreg_core.facts import FIRST_PREV, Annulment, Fact, Recorded, digest, record, reread
from eventreg_core.wire import Head, Receipt
from eventreg_desktop.store.anchor import unix_ms
from eventreg_desktop.store.db import Connection


@dataclass(frozen=True, slots=True)
class Journal:
    """One chain of facts for one server: its id, the key (32 bytes) that hashes foreign codes, the chain before it."""

    id: UUID
    server: UUID
    foreign_key: bytes
    continues: UUID | None
    confirmed: Head


@dataclass(frozen=True, slots=True)
class Unsent:
    """A fact that the server has not answered for: its number in the chain, and its bytes as they are on the disk now.

    It is not read, so that one which the disk has spoilt is sent like the others; the server sets it aside.
    """

    seq: int
    text: str

    @property
    def hash(self) -> str:
        """By which the receipt names it."""
        return digest(self.text.encode())


@dataclass(frozen=True, slots=True)
class Counts:
    """How many facts this laptop holds, how many of them the server has not answered for, how many it set aside."""

    facts: int
    unsent: int
    quarantined: int


def find_current(journal: Connection) -> Journal | None:
    """The journal that new facts go to; None in a file that was just made."""
    row = journal.execute(_JOURNALS + " ORDER BY number DESC LIMIT 1").fetchone()
    return None if row is None else _journal(row)


def get_current(journal: Connection) -> Journal:
    """The journal that new facts go to; every opened file has one."""
    current = find_current(journal)
    if current is None:
        raise LookupError("The file was opened without `prepare`: it holds no journal.")
    return current


def list_journals(journal: Connection, server: UUID) -> list[Journal]:
    """Every journal that this laptop keeps for one server, oldest first."""
    rows = journal.execute(_JOURNALS + " WHERE server = ? ORDER BY number", (str(server),))
    return [_journal(row) for row in rows]


def begin(journal: Connection, new: UUID, server: UUID, foreign_key: bytes) -> None:
    """Let new facts go to journal `new`, for `server`; it names the present one there as the one it goes on from.

    Within the caller's transaction.
    """
    current = find_current(journal)
    same = current is not None and current.server == server
    journal.execute(
        "INSERT INTO journals (id, server, foreign_key, continues, confirmed_hash) VALUES (?, ?, ?, ?, ?)",
        (str(new), str(server), foreign_key, str(current.id) if current is not None and same else None, FIRST_PREV),
    )


def head(journal: Connection, chain: UUID) -> Head:
    """Number and hash of the chain's last fact."""
    row = journal.execute(
        "SELECT seq, hash FROM facts WHERE journal = ? ORDER BY seq DESC LIMIT 1", (str(chain),)
    ).fetchone()
    return Head(0, FIRST_PREV) if row is None else Head(*row)


def append(journal: Connection, fact: Fact) -> Recorded:
    """Put `fact` at the end of the present journal, within the caller's transaction that holds the write lock."""
    chain = get_current(journal).id
    last = head(journal, chain)
    chained = msgspec.structs.replace(fact, journal=chain, seq=last.seq + 1, prev=last.hash)
    recorded = record(chained)
    journal.execute(
        "INSERT INTO facts"
        " (hash, id, journal, seq, raw, kind, event, list, gate, serial, target, at, boot, mono_ns, rehearsal)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            recorded.hash,
            str(chained.id),
            str(chain),
            last.seq + 1,
            recorded.raw,
            chained.__struct_config__.tag,
            str(chained.event),
            str(chained.list),
            None if chained.gate is None else str(chained.gate),
            None if chained.serial is None else bytes.fromhex(chained.serial),
            str(chained.target) if isinstance(chained, Annulment) else None,
            unix_ms(chained.at),
            chained.boot,
            chained.mono_ns,
            chained.rehearsal,
        ),
    )
    return recorded


def last_number(journal: Connection) -> int:
    """The number of the newest fact in the file, over all journals; 0 before the first."""
    row = journal.execute("SELECT coalesce(max(rowid), 0) FROM facts").fetchone()
    return int(row[0])


def find_fact(journal: Connection, fact: UUID) -> Recorded | None:
    """A fact of this laptop by its id."""
    row = journal.execute("SELECT raw FROM facts WHERE id = ?", (str(fact),)).fetchone()
    return None if row is None else reread(row[0])


def is_annulled(journal: Connection, fact: UUID) -> bool:
    """Whether this laptop has undone the fact."""
    row = journal.execute("SELECT 1 FROM facts WHERE target = ?", (str(fact),)).fetchone()
    return row is not None


def list_sales(journal: Connection, serial: bytes, group: UUID) -> list[Recorded]:
    """What this laptop told of a ticket's sale, and of the entry that went with it, in order."""
    rows = journal.execute("SELECT raw FROM facts WHERE serial = ? ORDER BY rowid", (serial,))
    return [told for row in rows if (told := reread(row[0])).fact.group == group]


def chain(journal: Connection, of: UUID) -> list[Recorded]:
    """Every fact of one journal, in order."""
    rows = journal.execute("SELECT raw FROM facts WHERE journal = ? ORDER BY seq", (str(of),))
    return [reread(row[0]) for row in rows]


def outbox(journal: Connection, chain: UUID, most: int) -> list[Unsent]:
    """The first facts of one journal that the server has not answered for, in order, at most `most`."""
    # Cast, since a disk may spoil even what kind of thing was stored.
    unsent = "SELECT seq, CAST(raw AS BLOB) FROM facts WHERE journal = ? AND receipt IS NULL"
    rows = journal.execute(f"{unsent} ORDER BY seq LIMIT ?", (str(chain), most))
    return [Unsent(seq, raw.decode("utf-8", "replace")) for seq, raw in rows]


def apply_receipts(journal: Connection, chain: UUID, receipts: Iterable[tuple[int, Receipt]]) -> None:
    """Keep what became of facts (by number) at the server, within the caller's transaction."""
    journal.executemany(
        "UPDATE facts SET receipt = ?, revision = ?, why = ? WHERE journal = ? AND seq = ?",
        ((receipt.state, receipt.revision, receipt.why, str(chain), seq) for seq, receipt in receipts),
    )


def holds(journal: Connection, chain: UUID, head: Head) -> bool:
    """Whether the chain has passed through `head`: not so on a laptop that was restored or cloned."""
    if head.seq == 0:
        return True
    row = journal.execute(
        "SELECT 1 FROM facts WHERE journal = ? AND seq = ? AND hash = ?", (str(chain), head.seq, head.hash)
    ).fetchone()
    return row is not None


def apply_head(journal: Connection, chain: UUID, head: Head) -> None:
    """Keep how much of the chain the server holds, within the caller's transaction."""
    journal.execute(
        "UPDATE journals SET confirmed_seq = ?, confirmed_hash = ? WHERE id = ?", (head.seq, head.hash, str(chain))
    )


def clear_receipts(journal: Connection, chain: UUID, after: int) -> int:
    """Let every fact after number `after` be sent again, within the caller's transaction; returns how many."""
    return journal.execute(
        "UPDATE facts SET receipt = NULL, revision = NULL, why = NULL"
        " WHERE journal = ? AND seq > ? AND receipt IS NOT NULL",
        (str(chain), after),
    ).rowcount


def counts(journal: Connection) -> Counts:
    """Count the facts of this laptop."""
    row = journal.execute(
        "SELECT (SELECT count(*) FROM facts), (SELECT count(*) FROM facts WHERE receipt IS NULL),"
        " (SELECT count(*) FROM facts WHERE receipt = 'quarantined')"
    ).fetchone()
    return Counts(*row)


_JOURNALS = "SELECT id, server, foreign_key, continues, confirmed_seq, confirmed_hash FROM journals"


def _journal(row: tuple[str, str, bytes, str | None, int, str]) -> Journal:
    chain, server, key, continues, seq, last = row
    return Journal(UUID(chain), UUID(server), key, None if continues is None else UUID(continues), Head(seq, last))
