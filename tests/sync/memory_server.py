"""A second implementation of SyncApi: a whole server in memory, with a feed, journals and conflicts."""

import copy
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Literal, Self
from uuid import UUID, uuid4

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from eventreg_core.blanks import Stock
from eventreg_core.facts import FIRST_PREV, Annulment, CheckIn, Exit, Recorded, head_message, reread
from eventreg_core.problems import MalformedFact
from eventreg_core.wire import (
    Cursor,
    FactRow,
    Head,
    Page,
    PullAnswer,
    PushAnswer,
    PushRequest,
    Receipt,
    ReceiptState,
)
from eventreg_desktop.sync.answers import NoAnswer, ServerRefused
from tests.sync.snapshots import snapshot_of

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
FIRST = Head(0, FIRST_PREV)


@dataclass(frozen=True)
class Change:
    """One entry of the feed: a page with one row."""

    page: Page
    check: str


@dataclass
class MemoryServer:
    """Everything that a server knows of one event. `page_size` is how many changes one pull tells.

    Changes up to `floor` are told by a snapshot alone.
    """

    page_size: int = 100
    floor: int = 0
    epoch: str = "1-1-1"
    time: datetime = NOON
    feed: list[Change] = field(default_factory=list)
    facts: dict[tuple[UUID, str], Recorded] = field(default_factory=dict)
    senders: dict[str, UUID] = field(default_factory=dict)
    heads: dict[UUID, Head] = field(default_factory=dict)
    continues: dict[UUID, UUID | None] = field(default_factory=dict)
    devices: dict[UUID, bytes] = field(default_factory=dict)
    quarantine: list[str] = field(default_factory=list)
    places: dict[str, tuple[UUID | None, int]] = field(default_factory=dict)
    stock: Stock = field(default_factory=Stock)

    def publish(self, page: Page) -> None:
        """Let every row of `page` be one change."""
        for entity in Page.__struct_fields__:
            for row in getattr(page, entity):
                one = Page(**{entity: [row]})
                previous = self.feed[-1].check if self.feed else ""
                check = hashlib.sha256(previous.encode() + msgspec.json.encode(one)).hexdigest()[:16]
                self.feed.append(Change(one, check))
        for ticket in page.tickets:
            self.places[ticket.serial] = (ticket.registration, ticket.place)

    def copied(self) -> Self:
        """A backup."""
        held = {each.name: copy.copy(getattr(self, each.name)) for each in fields(self)}
        return replace(self, **held)

    def restored(self) -> Self:
        """This backup at work again, on a new time line."""
        server = self.copied()
        server.epoch = f"1-1-{uuid4()}"
        return server

    def double_entries(self) -> list[tuple[UUID, ...]]:
        """Conflicts: the check-ins of each registration's place that entered one list more than once."""
        entries: dict[tuple[object, ...], list[UUID]] = defaultdict(list)
        for recorded in self.facts.values():
            fact = recorded.fact
            if isinstance(fact, CheckIn):
                place = self.places.get(fact.serial, (None, 0))
                entries[(fact.list, *place) if place[0] else (fact.list, fact.serial)].append(fact.id)
        return [tuple(sorted(ids)) for ids in entries.values() if len(ids) > 1]

    def push(self, device: UUID, request: PushRequest) -> PushAnswer:
        """Record facts; raises ServerRefused where nobody vouches for them."""
        message = head_message(request.journal, request.head.seq, request.head.hash)
        try:
            key = Ed25519PublicKey.from_public_bytes(self.devices[device])
            key.verify(bytes.fromhex(request.signature), message)
        except (KeyError, InvalidSignature) as error:
            raise ServerRefused("bad_head", "The signature does not fit.") from error
        self.continues.setdefault(request.journal, request.continues)
        receipts = [self._record(device, request.journal, text) for text in request.facts]
        self._advance(request.journal)
        return PushAnswer(receipts=receipts, head=self.head(request.journal), server_time=self.time)

    def pull(self, cursor: Cursor, journal: UUID) -> PullAnswer:
        """Tell the changes after `cursor`."""
        newest, head = len(self.feed), self.head(journal)
        if cursor.revision < self.floor and cursor.epoch in ("", self.epoch):
            raise ServerRefused("snapshot_needed", "This laptop has missed more changes than are kept.")
        if cursor.epoch and not self._ours(cursor):
            return self._answer(newest, newest, Page(), head, reset=True)
        to = min(newest, cursor.revision + self.page_size)
        page: dict[str, list[object]] = defaultdict(list)
        for change in self.feed[cursor.revision : to]:
            for entity in Page.__struct_fields__:
                page[entity] += getattr(change.page, entity)
        return self._answer(cursor.revision, to, msgspec.convert(page, Page, from_attributes=True), head)

    def snapshot(self) -> bytes:
        """The whole guest list."""
        return snapshot_of([change.page for change in self.feed], self.epoch, self.feed[-1].check if self.feed else "")

    def head(self, journal: UUID) -> Head:
        """How much of a journal is here without a gap."""
        return self.heads.get(journal, FIRST)

    def _ours(self, cursor: Cursor) -> bool:
        if cursor.epoch != self.epoch or cursor.revision > len(self.feed):
            return False
        return cursor.revision == 0 or self.feed[cursor.revision - 1].check == cursor.check

    def _answer(self, after: int, to: int, page: Page, head: Head, reset: bool = False) -> PullAnswer:
        return PullAnswer(
            epoch=self.epoch,
            after=after,
            to=to,
            newest=len(self.feed),
            check=self.feed[to - 1].check if to else "",
            page=page,
            head=head,
            server_time=self.time,
            reset=reset,
        )

    def _record(self, device: UUID, journal: UUID, text: str) -> Receipt:
        try:
            recorded = reread(text.encode())
        except MalformedFact as problem:
            self.quarantine.append(text)
            digest = hashlib.sha256(text.encode()).hexdigest()
            return Receipt(hash=digest, state=ReceiptState.QUARANTINED, why=problem.sentence)
        if not self._holds(recorded):
            self._keep(device, journal, recorded)
        return Receipt(hash=recorded.hash, state=ReceiptState.RECORDED, revision=len(self.feed))

    def _holds(self, recorded: Recorded) -> bool:
        return (recorded.fact.id, recorded.hash) in self.facts

    def _keep(self, device: UUID, journal: UUID, recorded: Recorded) -> None:
        self.facts[recorded.fact.id, recorded.hash] = recorded
        self.senders[recorded.hash] = device
        self._publish_fact(recorded)

    def _at(self, recorded: Recorded) -> datetime:
        return recorded.fact.at

    def _advance(self, journal: UUID) -> None:
        """Of several branches the longest counts, then the smallest hash."""
        following: dict[str, list[Recorded]] = defaultdict(list)
        for recorded in self.facts.values():
            if recorded.fact.journal == journal and recorded.fact.prev is not None:
                following[recorded.fact.prev].append(recorded)
        seq, hashes = 0, [FIRST_PREV]
        while links := [link.hash for each in hashes for link in following[each] if link.fact.seq == seq + 1]:
            seq, hashes = seq + 1, links
        self.heads[journal] = Head(seq, min(hashes))

    def _publish_fact(self, recorded: Recorded) -> None:
        fact, at = recorded.fact, self._at(recorded)
        if fact.rehearsal or not isinstance(fact, CheckIn | Exit | Annulment):
            return
        kind: Literal["check_in", "exit", "annulment"]
        kind = "annulment" if isinstance(fact, Annulment) else "exit" if isinstance(fact, Exit) else "check_in"
        target = fact.target if isinstance(fact, Annulment) else None
        row = FactRow(id=fact.id, kind=kind, list=fact.list, at=at, serial=fact.serial, gate=fact.gate, target=target)
        self.publish(Page(facts=[row]))


@dataclass
class MemoryApi:
    """What one device sees of the server. `fail` says of each call in turn what the network does to it."""

    server: MemoryServer
    device: UUID
    fail: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def push(self, request: PushRequest) -> PushAnswer:
        """As SyncApi."""
        trouble = self._trouble("push")
        answer = self.server.push(self.device, request)
        if trouble == "twice":
            answer = self.server.push(self.device, request)
        self._lose(trouble)
        return answer

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        """As SyncApi."""
        trouble = self._trouble("pull")
        answer = self.server.pull(cursor, journal)
        self._lose(trouble)
        return answer

    def snapshot(self, event: UUID) -> bytes:
        """As SyncApi."""
        trouble = self._trouble("snapshot")
        content = self.server.snapshot()
        self._lose(trouble)
        return content

    def blanks(self, event: UUID) -> Stock:
        """As SyncApi."""
        return self.server.stock

    def _trouble(self, call: str) -> str:
        self.calls.append(call)
        trouble = self.fail.pop(0) if self.fail else ""
        if trouble == "unreachable":
            raise NoAnswer
        if trouble == "refused":
            raise ServerRefused("unknown_device", "This laptop is not enrolled here. Enrol it again.")
        return trouble

    @staticmethod
    def _lose(trouble: str) -> None:
        if trouble == "lost":
            raise NoAnswer
