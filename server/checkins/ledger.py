"""Where facts are kept: written once, with a revision for those that stand, and never changed.

The caller holds the head of the event. No foreign keys, no checks: a fact is never refused by the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from eventreg_core.facts import Annulment, CheckIn, Exit, Recorded, RefusedScan
from server.sync import feed
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact to be written, and what the server knows beside it.

    `device` keeps its journal, `brought_by` carried it here if that was another. `author`, `request` (hash) and
    `answer` belong to the server's own facts.
    """

    recorded: Recorded
    device: UUID | None = None
    brought_by: UUID | None = None
    held: bool = False
    author: str | None = None
    request: bytes | None = None
    answer: bytes | None = None

    @property
    def stands(self) -> bool:
        """Whether it is news to doors: somebody passed, or a passage is undone; told for good, not in a rehearsal."""
        fact = self.recorded.fact
        return not self.held and not fact.rehearsal and isinstance(fact, CheckIn | Exit | Annulment)


async def write(connection: Executor, event: UUID, entries: Sequence[Entry], now: datetime) -> list[int | None]:
    """Write new facts of one event in order; the revision of each that stands, None for the others."""
    standing = [entry.recorded.fact.id for entry in entries if entry.stands]
    revisions = iter(await feed.publish(connection, event, feed.Entity.FACT, standing))
    given = [next(revisions) if entry.stands else None for entry in entries]
    if entries:
        await connection.execute(_INSERT, _columns(event, entries, given, now))
    return given


def _columns(
    event: UUID, entries: Sequence[Entry], revisions: Sequence[int | None], now: datetime
) -> dict[str, object]:
    told = [entry.recorded.fact for entry in entries]
    return {
        "event": event,
        "now": now,
        "ids": [fact.id for fact in told],
        "hashes": [bytes.fromhex(entry.recorded.hash) for entry in entries],
        "raws": [entry.recorded.raw for entry in entries],
        "devices": [entry.device for entry in entries],
        "couriers": [entry.brought_by for entry in entries],
        "journals": [fact.journal for fact in told],
        "seqs": [fact.seq for fact in told],
        "kinds": [kind_of(entry.recorded) for entry in entries],
        "lists": [fact.list for fact in told],
        "gates": [fact.gate for fact in told],
        "serials": [serial_of(entry.recorded) for entry in entries],
        "annuls": [fact.target if isinstance(fact, Annulment) else None for fact in told],
        "tolds": [_told(entry.recorded) for entry in entries],
        "reasons": [_reason(entry.recorded) for entry in entries],
        "ats": [fact.at for fact in told],
        "attested": ["device" if fact.journal is not None else "server" for fact in told],
        "authors": [entry.author for entry in entries],
        "requests": [entry.request for entry in entries],
        "answers": [entry.answer for entry in entries],
        "revisions": list(revisions),
        "helds": [entry.held for entry in entries],
    }


def kind_of(recorded: Recorded) -> str:
    """The fact's kind as it is written in it."""
    fact = recorded.fact
    tag = fact.__struct_config__.tag
    return str(tag if tag is not None else getattr(fact, "kind", ""))


def serial_of(recorded: Recorded) -> bytes | None:
    """The serial that the fact names, if it names one."""
    serial: str | None = getattr(recorded.fact, "serial", None)
    return bytes.fromhex(serial) if serial is not None else None


def _told(recorded: Recorded) -> str:
    match recorded.fact:
        case CheckIn() | Exit():
            return "admitted"
        case RefusedScan():
            return "refused"
        case _:
            return "noted"


def _reason(recorded: Recorded) -> str | None:
    fact = recorded.fact
    if isinstance(fact, RefusedScan):
        return fact.reason.value
    return fact.despite.value if isinstance(fact, CheckIn | Exit) and fact.despite is not None else None


_INSERT = text(
    """
    INSERT INTO facts (event_id, received_at, id, hash, raw, device_id, brought_by, journal, seq, kind, list_id,
        gate_id, serial, annuls, told, reason, at, attested, author, request_hash, answer, revision, held)
    SELECT :event, :now, fact.*
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:hashes AS bytea[]), CAST(:raws AS bytea[]), CAST(:devices AS uuid[]),
        CAST(:couriers AS uuid[]), CAST(:journals AS uuid[]), CAST(:seqs AS bigint[]), CAST(:kinds AS text[]),
        CAST(:lists AS uuid[]), CAST(:gates AS uuid[]), CAST(:serials AS bytea[]), CAST(:annuls AS uuid[]),
        CAST(:tolds AS text[]), CAST(:reasons AS text[]), CAST(:ats AS timestamptz[]), CAST(:attested AS text[]),
        CAST(:authors AS text[]), CAST(:requests AS bytea[]), CAST(:answers AS bytea[]), CAST(:revisions AS bigint[]),
        CAST(:helds AS boolean[])
    ) AS fact
    """
)
