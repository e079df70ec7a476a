"""Facts: what happened at a door, one frozen value each, chained by hash and never changed.

A fact's bytes are compact UTF-8 JSON with sorted keys, made once by the device (or the server, for a single scan) and
from then on stored, sent and hashed as exactly those bytes; fields that a reader does not know stay in them. Its hash
is their SHA-256; `prev` names the fact before it in the same journal. The device signs the chain's head, not each fact.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from eventreg_core.admission import Kind, Note, Passage, Reason
from eventreg_core.clock import corrected
from eventreg_core.problems import MalformedFact

VERSION = 1
LARGEST = 4096
"""Bytes that one fact may have."""

FIRST_PREV = "0" * 64
"""`prev` of a journal's first fact."""

HexSerial = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
HexHash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Word = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f\ud800-\udfff]*$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
Milliseconds = Annotated[int, msgspec.Meta(ge=-(2**52), le=2**52)]


class Seen(msgspec.Struct, frozen=True):
    """The mirror that a scan was judged with: nothing newer could be known."""

    epoch: Word
    revision: Count


class Foreign(msgspec.Struct, frozen=True):
    """A code that is no ticket of this event, told apart without keeping its text: keyed hash, length, what it is."""

    hash: HexHash
    length: Count
    what: Word


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What every fact carries: who, where, when by which clocks, and its place in the chain.

    `wall` is the device's own UTC, right or wrong; `mono_ns` nanoseconds since its boot `boot`, sleep included;
    `offset_ms` is server − device where it has been measured. `operator` is an id, never a name. `aside` is the salted
    hash of free text that is kept beside the fact, so that it can be erased. Server facts have no journal.
    """

    id: UUID
    event: UUID
    list: UUID
    wall: Annotated[datetime, msgspec.Meta(tz=True)]
    boot: Word
    mono_ns: Count
    rule: Count
    v: Annotated[int, msgspec.Meta(ge=1, le=VERSION)] = VERSION
    journal: UUID | None = None
    seq: Annotated[int, msgspec.Meta(ge=1, le=2**62)] | None = None
    prev: HexHash | None = None
    gate: UUID | None = None
    offset_ms: Milliseconds | None = None
    seen: Seen | None = None
    operator: Word | None = None
    group: UUID | None = None
    rehearsal: bool = False
    aside: HexHash | None = None
    attested: Word = "device"
    request: HexHash | None = None
    """Server facts: hash of the request that caused it, so that the same id with another content is recognised."""

    @property
    def at(self) -> datetime:
        """When it happened, by the server's clock as far as that is known."""
        return corrected(self.wall, self.offset_ms)


class CheckIn(Stamp, frozen=True, kw_only=True, tag="check_in", tag_field="kind"):
    """Somebody was told *admitted* on the way in.

    An override names what stood against it (`despite`), and the `supervisor` (an id) on whose word it was set aside.
    """

    serial: HexSerial
    notes: tuple[Note, ...] = ()
    despite: Reason | None = None
    chosen: bool = False
    supervisor: Word | None = None


class Exit(Stamp, frozen=True, kw_only=True, tag="exit", tag_field="kind"):
    """Somebody went out."""

    serial: HexSerial
    notes: tuple[Note, ...] = ()
    despite: Reason | None = None
    chosen: bool = False


class RefusedScan(Stamp, frozen=True, kw_only=True, tag="refused_scan", tag_field="kind"):
    """Somebody was told *refused*; `repeated` counts the same refusal within 60 s since the last fact about it."""

    reason: Reason
    direction: Kind = Kind.ENTRY
    serial: HexSerial | None = None
    foreign: Foreign | None = None
    chosen: bool = False
    repeated: Count = 0


class Annulment(Stamp, frozen=True, kw_only=True, tag="annulment", tag_field="kind"):
    """One earlier check-in or exit is undone; it may arrive before its target.

    `supervisor` is the id of who allowed it, where it was too late for the door alone.
    """

    target: UUID
    serial: HexSerial | None = None
    supervisor: Word | None = None


class PayMethod(StrEnum):
    """How money was taken at a door."""

    CASH = "cash"
    CARD = "card_terminal"


class Payment(Stamp, frozen=True, kw_only=True, tag="payment", tag_field="kind"):
    """Money for a ticket was taken at the door: `amount_minor` in minor units of `currency` (ISO 4217)."""

    serial: HexSerial
    amount_minor: Annotated[int, msgspec.Meta(ge=0, le=2**52)]
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
    method: PayMethod


class WalkIn(Stamp, frozen=True, kw_only=True, tag="walk_in", tag_field="kind"):
    """A blank was sold at the door: `serial` is the blank's. Who bought it is told beside the fact, sealed.

    Money as in a payment; without a `method` it was given away.
    """

    serial: HexSerial
    amount_minor: Annotated[int, msgspec.Meta(ge=0, le=2**52)] = 0
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] | None = None
    method: PayMethod | None = None


Fact = CheckIn | Exit | RefusedScan | Annulment | Payment | WalkIn


class Unrecognised(Stamp, frozen=True, kw_only=True):
    """A fact of a kind that this program is too old to know: kept, sent on and shown, never judged."""

    kind: Word


class Recorded(msgspec.Struct, frozen=True):
    """A fact with the bytes that were hashed: what journals hold and the wire carries."""

    raw: bytes
    hash: str
    fact: Fact | Unrecognised


_READ_FACT = msgspec.json.Decoder(Fact)
_READ_STAMP = msgspec.json.Decoder(Unrecognised)
_WRITE = msgspec.json.Encoder(order="sorted")


def record(fact: Fact) -> Recorded:
    """Write a fact's bytes, once."""
    raw = _WRITE.encode(fact)
    return Recorded(raw, digest(raw), fact)


def reread(raw: bytes) -> Recorded:
    """Read a fact's bytes; raises MalformedFact for bytes that no device of ours writes."""
    if len(raw) > LARGEST:
        raise MalformedFact(f"A fact has at most {LARGEST} bytes, this one {len(raw)}.")
    try:
        return Recorded(raw, digest(raw), _read(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedFact(f"These bytes are not a fact: {error}.") from error


def digest(raw: bytes) -> str:
    """A fact's hash: SHA-256 of its bytes, 64 hex digits."""
    return hashlib.sha256(raw).hexdigest()


def foreign(text: str, key: bytes, what: str) -> Foreign:
    """Tell a foreign code apart by a hash under the journal's own key (32 bytes), so that its text is not kept."""
    data = text.encode("utf-8", "surrogatepass")
    return Foreign(hmac.new(key, data, hashlib.sha256).hexdigest(), len(text), what)


def head_message(journal: UUID, seq: int, head: str) -> bytes:
    """What a device signs (Ed25519) to vouch for its journal up to and including fact `seq`, whose hash is `head`."""
    return b"eventreg-head-v1" + journal.bytes + seq.to_bytes(8) + bytes.fromhex(head)


def broken_at(chain: Sequence[Recorded], seq: int, prev: str) -> int | None:
    """Index of the first fact that does not follow (`seq`, hash `prev`) or its forerunner; None for a whole chain."""
    for index, recorded in enumerate(chain):
        if (recorded.fact.seq, recorded.fact.prev) != (seq + 1, prev):
            return index
        seq, prev = seq + 1, recorded.hash
    return None


def passages(facts: Iterable[Fact | Unrecognised]) -> tuple[Passage, ...]:
    """The check-ins and exits that stand: told, not annulled, not rehearsed, each id once, in corrected order."""
    known = {fact.id: fact for fact in facts if not fact.rehearsal}
    annulled = {fact.target for fact in known.values() if isinstance(fact, Annulment)}
    standing = (
        Passage(Kind.EXIT if isinstance(fact, Exit) else Kind.ENTRY, fact.at, fact.id, fact.gate)
        for fact in known.values()
        if isinstance(fact, CheckIn | Exit) and fact.id not in annulled
    )
    return tuple(sorted(standing, key=lambda passage: (passage.at, passage.fact)))


def _read(raw: bytes) -> Fact | Unrecognised:
    stamp = _READ_STAMP.decode(raw)
    return _READ_FACT.decode(raw) if stamp.kind in _KINDS else stamp


_KINDS = frozenset({"check_in", "exit", "refused_scan", "annulment", "payment", "walk_in"})
