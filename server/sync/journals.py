"""What is here of each journal: how far its chain goes without a gap, and what was set aside of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from eventreg_core import facts
from eventreg_core.facts import Recorded
from eventreg_core.wire import Head
from server.sync.chain import START, Link, SetAside
from server.sync.feed import Executor

LINKS_AT_ONCE = 2000
LAST = 2**62
"""No fact has a greater number."""


@dataclass(frozen=True, slots=True)
class KnownJournal:
    """A journal as far as it is here; `device` wrote it, `key` is that device's, `held`: it is not trusted now."""

    device: UUID
    key: bytes | None
    head: Head
    forked: bool
    held: bool


async def get_journal_head(connection: Executor, journal: UUID) -> Head:
    """How far a journal is here without a gap; the start for one that never came."""
    row = (await connection.execute(_HEAD, {"journal": journal})).one_or_none()
    return Head(row.head_seq, row.head_hash.hex()) if row is not None else START


async def find_journal(connection: Executor, journal: UUID) -> KnownJournal | None:
    """A journal with the key of the device that wrote it."""
    row = (await connection.execute(_JOURNAL, {"journal": journal})).one_or_none()
    if row is None:
        return None
    head = Head(row.head_seq, row.head_hash.hex())
    return KnownJournal(row.device_id, row.public_key, head, row.forked, row.held)


async def open_journal(connection: Executor, journal: UUID, device: UUID, continues: UUID | None) -> KnownJournal:
    """The journal, locked; made for `device` if it is new. Which journal it continues is noted once."""
    parameters = {"journal": journal, "device": device, "continues": continues, "hash": bytes.fromhex(START.hash)}
    await connection.execute(_OPEN_JOURNAL, parameters)
    await connection.execute(_LOCK_JOURNAL, {"journal": journal})
    return await get_journal(connection, journal)


async def get_journal(connection: Executor, journal: UUID) -> KnownJournal:
    """A journal that was opened."""
    known = await find_journal(connection, journal)
    assert known is not None, "the journal was opened in this transaction"
    return known


async def keep_journal(connection: Executor, journal: UUID, head: Head, forked: bool) -> None:
    """Write how far a journal is here."""
    parameters = {"journal": journal, "seq": head.seq, "hash": bytes.fromhex(head.hash), "forked": forked}
    await connection.execute(_KEEP_JOURNAL, parameters)


async def list_links(connection: Executor, journal: UUID, after: int, most: int | None = LINKS_AT_ONCE) -> list[Link]:
    """The links of a journal's chain after a number: those of the next `most` numbers, or all (None)."""
    to = after + most if most is not None else LAST
    rows = await connection.execute(_LINKS, {"journal": journal, "after": after, "to": to})
    return [Link(row.seq, row.hash.hex(), None) if row.raw is None else _link(facts.reread(row.raw)) for row in rows]


async def flag_reused(connection: Executor, recorded: Iterable[Recorded]) -> None:
    """Flag the journals in which one of these facts shares its id or its number with other bytes."""
    each = list(recorded)
    parameters = {
        "ids": [one.fact.id for one in each],
        "journals": [one.fact.journal for one in each],
        "seqs": [one.fact.seq for one in each],
    }
    await connection.execute(_FLAG, parameters)


async def set_aside(
    connection: Executor, device: UUID, journal: UUID, items: Sequence[SetAside], now: datetime
) -> None:
    """Keep bytes that are no fact, once each."""
    if items:
        parameters = {
            "device": device,
            "journal": journal,
            "seqs": [item.seq for item in items],
            "now": now,
            "hashes": [bytes.fromhex(item.hash) for item in items],
            "raws": [item.raw for item in items],
            "reasons": [item.why.replace("\0", "") for item in items],
        }
        await connection.execute(_SET_ASIDE, parameters)


def _link(recorded: Recorded) -> Link:
    fact = recorded.fact
    assert fact.seq is not None, "a fact of a journal has its number"
    assert fact.prev is not None, "a fact of a journal names the one before"
    return Link(fact.seq, recorded.hash, fact.prev)


_HEAD = text("SELECT head_seq, head_hash FROM journals WHERE journal = :journal")
_JOURNAL = text(
    """
    SELECT journals.device_id, devices.public_key, head_seq, head_hash, forked,
        coalesce(revoked_at, held_at) IS NOT NULL AS held
    FROM journals LEFT JOIN devices ON devices.id = journals.device_id WHERE journal = :journal
    """
)
_OPEN_JOURNAL = text(
    """
    INSERT INTO journals (journal, device_id, head_seq, head_hash, continues)
    VALUES (:journal, :device, 0, :hash, :continues)
    ON CONFLICT (journal) DO UPDATE SET continues = excluded.continues
    WHERE journals.continues IS NULL AND excluded.continues IS NOT NULL
    """
)
_LOCK_JOURNAL = text("SELECT FROM journals WHERE journal = :journal FOR NO KEY UPDATE")
_KEEP_JOURNAL = text(
    """
    UPDATE journals SET head_seq = :seq, head_hash = :hash, forked = forked OR :forked
    WHERE journal = :journal AND (head_seq, head_hash, forked) IS DISTINCT FROM (:seq, :hash, forked OR :forked)
    """
)
_LINKS = text(
    """
    SELECT raw, seq, hash FROM facts WHERE journal = :journal AND seq > :after AND seq <= :to
    UNION ALL
    SELECT NULL, seq, hash FROM quarantine WHERE journal = :journal AND seq > :after AND seq <= :to
    """
)
_FLAG = text(
    """
    WITH sent AS (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:journals AS uuid[]), CAST(:seqs AS bigint[]))
            AS sent (id, journal, seq)
    ),
    shared AS (
        SELECT fact.journal, fact.id, fact.hash FROM sent JOIN facts fact ON fact.id = sent.id
    ),
    numbered AS (
        SELECT fact.journal, fact.seq, fact.hash FROM sent
        JOIN facts fact ON fact.journal = sent.journal AND fact.seq = sent.seq
    )
    UPDATE journals SET forked = true
    WHERE NOT forked AND journal IN (
        SELECT journal FROM shared WHERE id IN (SELECT id FROM shared GROUP BY id HAVING count(DISTINCT hash) > 1)
        UNION ALL
        SELECT journal FROM numbered GROUP BY journal, seq HAVING count(DISTINCT hash) > 1
    )
    """
)
_SET_ASIDE = text(
    """
    INSERT INTO quarantine (device_id, journal, received_at, seq, hash, raw, reason)
    SELECT :device, :journal, :now, item.*
    FROM unnest(CAST(:seqs AS bigint[]), CAST(:hashes AS bytea[]), CAST(:raws AS bytea[]), CAST(:reasons AS text[]))
        AS item
    ON CONFLICT DO NOTHING
    """
)
