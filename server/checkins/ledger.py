"""Where facts are kept: written once, with a revision for those that stand, and never changed.

The caller holds the head of the event. No foreign keys, no checks: a fact is never refused by the database.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import text

from eventreg_core.facts import Annulment, CheckIn, Exit, Recorded, RefusedScan
from server.piped import Pipe
from server.sync import feed
from server.sync.feed import Executor


class Entry(msgspec.Struct, frozen=True):
    """A fact to be written, and what the server knows beside it.

    `device` keeps its journal, `brought_by` carried it here if that was another; `at` is when it happened, where that
    is known already or the fact does not say so itself. `author`, `request` (hash) and `answer` belong to the server's
    own facts.
    """

    recorded: Recorded
    device: UUID | None = None
    brought_by: UUID | None = None
    held: bool = False
    author: str | None = None
    request: bytes | None = None
    answer: bytes | None = None
    at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it is news to doors: somebody passed, or a passage is undone; told for good, not in a rehearsal."""
        fact = self.recorded.fact
        return not self.held and not fact.rehearsal and isinstance(fact, CheckIn | Exit | Annulment)


async def write(connection: Executor, event: UUID, entries: Sequence[Entry], now: datetime) -> list[int | None]:
    """Write new facts of one event in order; the revision of each that stands, None for the others."""
    revisions = await feed.publish(connection, event, feed.Entity.FACT, _standing(entries))
    given = _given(entries, revisions)
    if entries:
        await connection.execute(_INSERT, _parameters(event, entries, given, now))
    return given


def send(pipe: Pipe, event: UUID, entries: Sequence[Entry], now: datetime, head: int) -> None:
    """`write` through a pipe, for who knows from its lock that the event's revision is `head`."""
    revisions = feed.send_publish(pipe, event, feed.Entity.FACT, _standing(entries), head)
    if entries:
        pipe.send(_INSERT, _parameters(event, entries, _given(entries, revisions), now), tuple)


def _standing(entries: Sequence[Entry]) -> list[UUID]:
    return [entry.recorded.fact.id for entry in entries if entry.stands]


def _given(entries: Sequence[Entry], revisions: Iterable[int]) -> list[int | None]:
    left = iter(revisions)
    return [next(left) if entry.stands else None for entry in entries]


class _Row(msgspec.Struct, omit_defaults=True):
    """A fact's row as JSON, bytes in Base64: one parameter for a batch, written much faster than an array a column."""

    id: UUID
    hash: bytes
    raw: bytes
    kind: str
    list_id: UUID
    told: str
    at: datetime
    attested: str
    held: bool
    device_id: UUID | None = None
    brought_by: UUID | None = None
    journal: UUID | None = None
    seq: int | None = None
    gate_id: UUID | None = None
    serial: bytes | None = None
    annuls: UUID | None = None
    reason: str | None = None
    author: str | None = None
    request_hash: bytes | None = None
    answer: bytes | None = None
    revision: int | None = None


def _parameters(
    event: UUID, entries: Sequence[Entry], revisions: Sequence[int | None], now: datetime
) -> dict[str, object]:
    rows = [_row(entry, revision) for entry, revision in zip(entries, revisions, strict=True)]
    return {"event": event, "now": now, "facts": msgspec.json.encode(rows).decode()}


def _row(entry: Entry, revision: int | None) -> _Row:
    recorded, fact = entry.recorded, entry.recorded.fact
    return _Row(
        id=fact.id,
        hash=bytes.fromhex(recorded.hash),
        raw=recorded.raw,
        kind=kind_of(recorded),
        list_id=fact.list,
        told=_told(recorded),
        at=entry.at or fact.at,
        attested="device" if fact.journal is not None else "server",
        held=entry.held,
        device_id=entry.device,
        brought_by=entry.brought_by,
        journal=fact.journal,
        seq=fact.seq,
        gate_id=fact.gate,
        serial=serial_of(recorded),
        annuls=fact.target if isinstance(fact, Annulment) else None,
        reason=_reason(recorded),
        author=entry.author,
        request_hash=entry.request,
        answer=entry.answer,
        revision=revision,
    )


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
    SELECT :event, :now, id, decode(hash, 'base64'), decode(raw, 'base64'), device_id, brought_by, journal, seq, kind,
        list_id, gate_id, decode(serial, 'base64'), annuls, told, reason, at, attested, author,
        decode(request_hash, 'base64'), decode(answer, 'base64'), revision, held
    FROM json_to_recordset(CAST(:facts AS json)) AS fact (
        id uuid, hash text, raw text, device_id uuid, brought_by uuid, journal uuid, seq bigint, kind text,
        list_id uuid, gate_id uuid, serial text, annuls uuid, told text, reason text, at timestamptz, attested text,
        author text, request_hash text, answer text, revision bigint, held boolean
    )
    """
)
