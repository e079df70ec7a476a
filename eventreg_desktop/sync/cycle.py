"""One cycle of the sync: push what waits, pull what is new. Reads like the protocol."""

from dataclasses import dataclass, replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.clock import Reading
from eventreg_core.problems import Problem
from eventreg_core.sync_api import SyncApi
from eventreg_core.wire import Aside, Head, PushRequest, Receipt
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.store import asides, db, heads, journal, lease, mirror, stock
from eventreg_desktop.store.anchor import unix_ms
from eventreg_desktop.store.clock_jumps import find_jump_ms
from eventreg_desktop.store.db import transaction
from eventreg_desktop.store.journal import Journal, Unsent
from eventreg_desktop.store.stores import Stores, begin_journal
from eventreg_desktop.sync.answers import NoAnswer, TooLarge
from eventreg_desktop.sync.clock_offset import keep_anchor
from eventreg_desktop.sync.pulling import pull, pull_anew
from eventreg_desktop.sync.state import Connection, SyncState

MOST = 500
"""Facts in one push."""
REVOKED = "device_revoked"
"""What the server says to a laptop that it trusts no more: names are wiped, what was recorded is still taken."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who syncs: event and server of this device, and the key that vouches for its journals."""

    event: UUID
    server: UUID
    signing: Ed25519PrivateKey


def sync_once(stores: Stores, api: SyncApi, party: Party, clock: Clock) -> SyncState:
    """Push every journal's facts, then pull until nothing is newer; says how it went, whatever the network did.

    Interrupted anywhere, the next cycle goes on: what was sent twice is recorded once. Raises Problem only when this
    laptop's own files fail.
    """
    events: tuple[UUID, ...] = ()
    try:
        _push_all(stores, api, party, clock)
        again, events = _pull(stores, api, party, clock)
        if again:
            _push_all(stores, api, party, clock)
        connection, sentence = Connection.ONLINE, None
        lease.renew(stores.mirror)
        _fetch_stock(stores, api, party.event)
    except db.STORE_PROBLEMS:
        raise
    except Problem as problem:
        log.logger("sync").info("cycle ended", code=problem.code)
        connection, sentence = _CONNECTIONS.get(problem.code, Connection.REFUSED), problem.sentence
        lease.enforce(stores.mirror, clock(), revoked=problem.code == REVOKED)
    db.checkpoint(stores.mirror)
    db.checkpoint(stores.journal)
    return replace(state(stores, connection, sentence, clock()), events=events)


def state(stores: Stores, connection: Connection, sentence: str | None, now: Reading) -> SyncState:
    """What the screen shows of the sync."""
    counts, known = journal.counts(stores.journal), mirror.state(stores.mirror)
    age_s = _age_s(known, now)
    return SyncState(
        connection,
        counts.unsent,
        counts.quarantined,
        age_s,
        sentence,
        known.cursor.revision,
        wiped=lease.find_wiped(stores.mirror),
        clock_jump_ms=find_jump_ms(stores.journal, known.anchor, now),
    )


_CONNECTIONS = {
    "no_answer": Connection.OFFLINE,
    "wrong_pin": Connection.REFUSED,
    "device_clock": Connection.CLOCK,
    "other_protocol": Connection.PROTOCOL,
}


def _push_all(stores: Stores, api: SyncApi, party: Party, clock: Clock) -> None:
    for chain in journal.list_journals(stores.journal, party.server):
        _push(stores, api, party, chain, clock)


def _push(stores: Stores, api: SyncApi, party: Party, chain: Journal, clock: Clock) -> None:
    """Send one journal's facts in order; once more from where the server stands when it has lost some.

    Half as many at once where somebody on the way finds them too many.
    """
    sent_again, most = False, MOST
    while facts := journal.outbox(stores.journal, chain.id, most):
        before = clock()
        try:
            answer = api.push(_request(chain, facts, _beside(stores, chain, facts), party.signing))
        except TooLarge:
            if len(facts) == 1:
                raise
            most = len(facts) // 2
            continue
        keep_anchor(stores, before, answer.server_time, clock())
        receipts = _numbered(facts, answer.receipts)
        with transaction(stores.journal):
            journal.apply_receipts(stores.journal, chain.id, receipts)
        behind = _compare(stores, party, chain.id, answer.head)
        if not receipts or (behind and sent_again):
            raise NoAnswer  # a server that takes nothing would be asked for ever
        sent_again = sent_again or behind


def _beside(stores: Stores, chain: Journal, facts: list[Unsent]) -> list[Aside]:
    return asides.list_between(stores.journal, chain.id, facts[0].seq, facts[-1].seq)


def _request(chain: Journal, facts: list[Unsent], beside: list[Aside], signing: Ed25519PrivateKey) -> PushRequest:
    head = Head(facts[-1].seq, facts[-1].hash)
    signature = heads.signature_of(chain.id, head, signing).hex()
    texts = [fact.text for fact in facts]
    return PushRequest(
        journal=chain.id, facts=texts, head=head, signature=signature, continues=chain.continues, asides=beside
    )


def _numbered(facts: list[Unsent], receipts: list[Receipt]) -> list[tuple[int, Receipt]]:
    """Each receipt with the number of the fact that was sent."""
    numbers = {fact.hash: fact.seq for fact in facts}
    return [(numbers[receipt.hash], receipt) for receipt in receipts if receipt.hash in numbers]


def _compare(stores: Stores, party: Party, chain: UUID, head: Head) -> bool:
    """Hold the server's head of a journal against what it had confirmed; True when facts are to be sent again.

    A head that this journal never had means that the laptop was restored from an older copy, or cloned: a new journal
    goes on from here.
    """
    known = next(each for each in journal.list_journals(stores.journal, party.server) if each.id == chain)
    with transaction(stores.journal):
        if not journal.holds(stores.journal, chain, head):
            if journal.get_current(stores.journal).id == chain:
                begin_journal(stores.journal, party.server)
            return False
        journal.apply_head(stores.journal, chain, head)
        if head.seq >= known.confirmed.seq:
            return False
        return journal.clear_receipts(stores.journal, chain, head.seq) > 0


def _pull(stores: Stores, api: SyncApi, party: Party, clock: Clock) -> tuple[bool, tuple[UUID, ...]]:
    """Bring the mirror up to date; whether the server's answers show that facts are to be sent again.

    Then the events that this laptop works for.
    """
    chain = journal.get_current(stores.journal).id
    answer = pull(stores, api, party.event, chain, clock)
    if not answer.reset:
        return _compare(stores, party, chain, answer.head), tuple(answer.events)
    # Before the mirror is replaced, so that nothing is forgotten if the program ends meanwhile.
    _clear_receipts(stores, party, chain, answer.head)
    answer = pull_anew(stores, api, party.event, chain, clock)
    _compare(stores, party, chain, answer.head)
    return True, tuple(answer.events)


def _fetch_stock(stores: Stores, api: SyncApi, event: UUID) -> None:
    """Fetch the blanks that this laptop may sell, where some news was of blanks."""
    if stock.is_stale(stores.mirror):
        told = api.blanks(event)
        with transaction(stores.mirror):
            stock.apply(stores.mirror, told)


def _clear_receipts(stores: Stores, party: Party, current: UUID, head: Head) -> None:
    """What the server said about facts was said on another time line: all that it has not now is sent again.

    Its head tells what it has only where this journal has passed through it: of a copied laptop's it has the branches
    that had come by then.
    """
    with transaction(stores.journal):
        for each in journal.list_journals(stores.journal, party.server):
            told = each.id == current and journal.holds(stores.journal, each.id, head)
            journal.clear_receipts(stores.journal, each.id, head.seq if told else 0)


def _age_s(known: mirror.MirrorState, now: Reading) -> float | None:
    if known.complete_mono_ns is not None and known.complete_boot == now.boot:
        return max(0.0, (now.mono_ns - known.complete_mono_ns) / 1e9)
    if known.complete_at is None:
        return None
    return max(0.0, (unix_ms(now.wall) - unix_ms(known.complete_at)) / 1000)
