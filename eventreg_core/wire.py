"""Bodies of enrol, push and pull, as JSON; the same types on both sides.

Serials are 16 hex digits, hashes 64, keys 64; ids are UUIDs; times RFC 3339. Unknown fields are ignored, so that either
side may be newer; what cannot be understood at all changes PROTOCOL.
"""

from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from eventreg_core.admission import EntryPolicy, Status
from eventreg_core.facts import Count, HexHash, HexSerial, Word
from eventreg_core.problems import MalformedText
from eventreg_core.ticket import KeyState

PROTOCOL = 1

MOST_FACTS = 1000
"""Facts in one push."""

HexKey = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
HexSignature = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{128}$")]
Name = Annotated[str, msgspec.Meta(max_length=255)]


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A laptop asks to become a device: the one-time code, its own Ed25519 public key and what it calls itself."""

    code: Word
    public_key: HexKey
    name: Word
    protocol: int = PROTOCOL


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What the server vouches for: this key is this device's, for these events, until then."""

    device: UUID
    public_key: HexKey
    events: tuple[UUID, ...]
    expires: datetime


class EnrolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The laptop is a device now. `certificate` is Certificate as exact JSON text, signed by the server's key."""

    device: UUID
    name: Name
    event: UUID
    server: UUID
    server_key: HexKey
    certificate: str
    signature: HexSignature
    server_time: datetime
    protocol: int = PROTOCOL


class Head(msgspec.Struct, frozen=True):
    """Where a journal stands: its last fact's number and hash; (0, sixty-four zeros) before the first."""

    seq: Count
    hash: HexHash


class Aside(msgspec.Struct, frozen=True, kw_only=True):
    """Free text beside one of the facts of a push, by its salted hash; sealed to the server's key, in Base64."""

    hash: HexHash
    sealed: Annotated[str, msgspec.Meta(max_length=4000, pattern="^[A-Za-z0-9+/]*={0,2}$")]


class PushRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of one journal in order, each as its exact text, and the device's signature over the chain's head.

    The head is that of the last fact sent; `continues` names the journal that this one replaces, if any. Another device
    may bring it: then the signature is that of the device which wrote it, and `certificate` is that device's, signed by
    the server.
    """

    journal: UUID
    facts: Annotated[list[str], msgspec.Meta(max_length=MOST_FACTS)]
    head: Head
    signature: HexSignature
    continues: UUID | None = None
    asides: Annotated[list[Aside], msgspec.Meta(max_length=MOST_FACTS)] = []
    certificate: str | None = None
    certificate_signature: HexSignature | None = None
    protocol: int = PROTOCOL


class ReceiptState(StrEnum):
    """What became of a fact at the server; each of them ends *unsent*."""

    RECORDED = "recorded"
    HELD = "held"
    QUARANTINED = "quarantined"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The server's word on one fact, named by the hash of its bytes; `revision` says when it shows in the feed."""

    hash: HexHash
    state: ReceiptState
    revision: int | None = None
    why: str | None = None


class PushAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt for each fact sent, and how much of this journal the server holds without a gap."""

    receipts: list[Receipt]
    head: Head
    server_time: datetime


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """The event itself; `number` stands in its tokens."""

    id: UUID
    number: int
    name: Name
    venue: Name
    zone: str
    date: datetime
    end_date: datetime | None = None


class TypeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket type with its validity."""

    id: UUID
    number: int
    name: Name
    opens: datetime | None = None
    closes: datetime | None = None


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in list: whose tickets (type numbers), how often, when."""

    id: UUID
    name: Name
    entry: EntryPolicy
    ticket_types: tuple[int, ...]
    day_starts_at: time = time(0)
    opens: datetime | None = None
    closes: datetime | None = None
    strict_when_fresh: bool = True


class GateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A gate and the list it works on; `gone` when it was taken away."""

    id: UUID
    name: Name
    list: UUID
    gone: bool = False


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A signing key of the event: its public half and how far it is trusted."""

    number: int
    public: HexKey
    state: KeyState


class TicketRow(msgspec.Struct, frozen=True, kw_only=True):
    """A serial that was ever issued; it stays, whatever becomes of the person.

    `holder_name` is a companion's, who has no registration of their own; None: the guest's.
    """

    serial: HexSerial
    ticket_type: int
    status: Status
    settled: bool
    registration: UUID | None = None
    place: int = 0
    short_code: str | None = None
    holder_name: Name | None = None


class GuestRow(msgspec.Struct, frozen=True, kw_only=True):
    """Whose registration it is; name and e-mail are empty once erased.

    `phone_tail`: the last four digits of the phone number, where there is one.
    """

    registration: UUID
    name: Name
    email: Name
    phone_tail: str = ""


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A standing fact of any device or of the server, as far as doors need it; `at` is corrected time.

    `gone`: it stands no more, as what its device told is held.
    """

    id: UUID
    kind: Literal["check_in", "exit", "annulment"]
    list: UUID
    at: datetime
    serial: HexSerial | None = None
    gate: UUID | None = None
    target: UUID | None = None
    gone: bool = False


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that changed, each as it is now; applying a page twice changes nothing."""

    events: list[EventRow] = []
    ticket_types: list[TypeRow] = []
    lists: list[ListRow] = []
    gates: list[GateRow] = []
    keys: list[KeyRow] = []
    tickets: list[TicketRow] = []
    guests: list[GuestRow] = []
    facts: list[FactRow] = []


class PullAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All changes of the event in (`after`, `to`], and how far the event is (`newest`).

    `reset`: the cursor is of another time line; discard the mirror, never the journal, and pull from the start.
    `check` is the feed's own mark of change `to`, sent back with the next pull. `head` is this device's journal here;
    `events` are those that the device works for now.
    """

    epoch: str
    after: Count
    to: Count
    newest: Count
    check: str
    page: Page
    head: Head
    server_time: datetime
    reset: bool = False
    events: list[UUID] = []
    protocol: int = PROTOCOL


class Cursor(msgspec.Struct, frozen=True):
    """How far a mirror has come: revision of an epoch, and the feed's mark of that change."""

    epoch: str
    revision: int
    check: str = ""

    def __str__(self) -> str:
        return f"{self.epoch}.{self.revision}"


START = Cursor("", 0)
"""The cursor of an empty mirror."""


def cursor_of(text: str, check: str) -> Cursor:
    """Read `EPOCH.REVISION`; raises MalformedText."""
    epoch, _, revision = text.rpartition(".")
    if not (revision.isascii() and revision.isdigit() and len(revision) <= 18 and len(epoch) <= 200):
        raise MalformedText("bad_cursor", "The cursor is damaged. Pull again from the start.")
    return Cursor(epoch, int(revision), check)


def encode(body: msgspec.Struct) -> bytes:
    """A body as JSON."""
    return msgspec.json.encode(body)
