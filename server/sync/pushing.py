"""Take what a device brings: every fact is recorded, held or set aside, and each of them has its receipt."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from eventreg_core.facts import Recorded
from eventreg_core.journal_file import Voucher
from eventreg_core.journal_proof import reaching
from eventreg_core.wire import Head, PushAnswer, PushRequest, Receipt, ReceiptState
from server.checkins import ledger
from server.checkins.ledger import Entry
from server.conflicts import service as conflicts
from server.db import Database
from server.devices.pace import watch_pace
from server.devices.queries import Enrolled
from server.sync import feed, journals, queries
from server.sync.chain import START, SetAside, furthest, read_push
from server.sync.feed import Executor
from server.sync.journals import LINKS_AT_ONCE
from server.sync.keeping import Keeper, find_keeper
from server.sync.queries import Kept

HELD = "The laptop that wrote this is not trusted, or did not vouch for it. An organizer must accept it."


@dataclass(frozen=True, slots=True)
class Delivery:
    """One push: who brings it, who wrote it, what was read of it, which of it is `vouched` for, and when it came."""

    device: Enrolled
    keeper: Keeper
    request: PushRequest
    items: Sequence[Recorded | SetAside]
    vouched: frozenset[str]
    now: datetime

    @property
    def facts(self) -> list[Recorded]:
        """The facts among the items, each once, in order."""
        return list({item.hash: item for item in self.items if isinstance(item, Recorded)}.values())

    @property
    def courier(self) -> UUID | None:
        """The device that brings another one's journal; None for the one that wrote it."""
        return self.device.id if self.device.id != self.keeper.device else None

    def holds(self, recorded: Recorded) -> bool:
        """Whether a fact waits for somebody to accept it."""
        return self.device.held or self.keeper.held or recorded.hash not in self.vouched

    @property
    def set_aside(self) -> list[SetAside]:
        """The items that are none."""
        return [item for item in self.items if isinstance(item, SetAside)]


async def push(database: Database, device: Enrolled, request: PushRequest, now: datetime) -> PushAnswer:
    """Record facts, as often as they come; the answer is made after the commit.

    Facts may be brought by another device of their event than the one that wrote them, its *courier*; that device's
    certificate says whose they are, should they be the first of their journal. Of what a courier brings is held what a
    revoked device wrote, and what the head does not vouch for. Raises ApiProblem 422 `bad_head` where the chain is
    vouched for by neither, and `bad_certificate`.
    """
    async with database.begin() as connection:
        known = await find_keeper(connection, request.journal, _voucher(request), now)
    keeper = known or Keeper(device.id, device.public_key, device.held)
    keys = [key for key in (device.public_key, keeper.key) if key is not None]
    items = await asyncio.to_thread(read_push, request, keys, device.events)
    read = [item for item in items if isinstance(item, Recorded)]
    vouched = reaching(read, [request.head.hash]) if device.id != keeper.device else {item.hash for item in read}
    async with database.begin() as connection:
        await feed.lock_heads(connection, {item.fact.event for item in read})
        if await queries.is_distrusted(connection, [device.id, keeper.device]):
            # Meanwhile: who holds a device does so under the heads.
            keeper = replace(keeper, held=True)
        return await deliver(connection, Delivery(device, keeper, request, items, frozenset(vouched), now))


async def deliver(connection: Executor, delivery: Delivery) -> PushAnswer:
    """Record what was brought, within the caller's transaction; whatever was here before stays as it is."""
    kept, head = await _record(connection, delivery)
    return PushAnswer(receipts=[_receipt(item, kept) for item in delivery.items], head=head, server_time=delivery.now)


async def count_new(connection: Executor, delivery: Delivery) -> int:
    """How many of its facts are not here yet."""
    return len(delivery.facts) - len(await queries.list_kept(connection, delivery.facts))


async def _record(connection: Executor, delivery: Delivery) -> tuple[Mapping[str, Kept], Head]:
    told, journal = delivery.facts, delivery.request.journal
    await feed.lock_heads(connection, {recorded.fact.event for recorded in told})
    await journals.open_journal(connection, journal, delivery.keeper.device, delivery.request.continues)
    kept = await queries.list_kept(connection, told)
    new = [recorded for recorded in told if recorded.hash not in kept]
    for event in sorted({recorded.fact.event for recorded in new}):
        of_event = [recorded for recorded in new if recorded.fact.event == event]
        clocks = await conflicts.read_clocks(connection, event, journal, of_event)
        entries = [_entry(recorded, delivery, clocks.at(recorded)) for recorded in of_event]
        kept |= await _write(connection, event, entries, delivery.now)
    await journals.set_aside(connection, delivery.device.id, journal, delivery.set_aside, delivery.now)
    await journals.flag_reused(connection, new)
    await watch_pace(connection, delivery.keeper.device, journal, new, delivery.now)
    head = await _advance(connection, journal)
    await conflicts.judge_journal(connection, journal)
    return kept, head


def _voucher(request: PushRequest) -> Voucher | None:
    if request.certificate is None or request.certificate_signature is None:
        return None
    return Voucher(request.certificate, request.certificate_signature)


def _entry(recorded: Recorded, delivery: Delivery, at: datetime) -> Entry:
    return Entry(recorded, delivery.keeper.device, delivery.courier, held=delivery.holds(recorded), at=at)


async def _write(connection: Executor, event: UUID, entries: Sequence[Entry], now: datetime) -> dict[str, Kept]:
    revisions = await ledger.write(connection, event, entries, now)
    await conflicts.judge_again(connection, event, [entry.recorded for entry in entries if not entry.held])
    return {entry.recorded.hash: Kept(revision, entry.held) for entry, revision in zip(entries, revisions, strict=True)}


async def _advance(connection: Executor, journal: UUID) -> Head:
    known = await journals.get_journal(connection, journal)
    if known.forked:
        # Which branch is the longest can only be seen from the start.
        head, broken = furthest(START, await journals.list_links(connection, journal, 0, None))
    else:
        head, broken = known.head, False
        while True:
            before = head.seq
            head, broken = furthest(head, await journals.list_links(connection, journal, before))
            if head.seq < before + LINKS_AT_ONCE:
                break
    await journals.keep_journal(connection, journal, head, broken)
    return head


def _receipt(item: Recorded | SetAside, kept: Mapping[str, Kept]) -> Receipt:
    if isinstance(item, SetAside):
        return Receipt(hash=item.hash, state=ReceiptState.QUARANTINED, why=item.why)
    fact = kept[item.hash]
    if fact.held:
        return Receipt(hash=item.hash, state=ReceiptState.HELD, why=HELD)
    return Receipt(hash=item.hash, state=ReceiptState.RECORDED, revision=fact.revision)
