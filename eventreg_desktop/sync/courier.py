"""Bring another laptop's journal to the server, from a file: its device vouches for it, this one only carries it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from eventreg_core.facts import Stamp, digest, reread
from eventreg_core.journal_file import Chain, JournalFile, SignedHead, Voucher
from eventreg_core.journal_proof import is_signed
from eventreg_core.problems import MalformedFact, Problem
from eventreg_core.wire import MOST_FACTS, Aside, PushAnswer, PushRequest, ReceiptState


class Receiver(Protocol):
    """The part of `SyncApi` that a courier needs."""

    def push(self, request: PushRequest) -> PushAnswer:
        """Hand over facts; raises Problem where there is no answer of our own server."""
        ...


class NobodyVouches(Problem):
    """The file says not which laptop wrote it."""

    def __init__(self) -> None:
        super().__init__(
            "nobody_vouches", "This file does not say which laptop wrote it. Give it to an administrator to import."
        )


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one journal: facts by receipt, and those left since nobody signed a head near enough behind."""

    journal: UUID
    recorded: int = 0
    held: int = 0
    quarantined: int = 0
    left: int = 0

    @property
    def sentence(self) -> str:
        """For whoever carried it."""
        text = f"{self.recorded} scans recorded, {self.held} held, {self.quarantined} set aside."
        if self.left:
            text += f" {self.left} have nobody's signature: give the file to an administrator to import."
        return text


def bring(api: Receiver, file: JournalFile, server: UUID) -> list[Brought]:
    """Push every journal of the file that is for this `server`, as often as one likes.

    Raises NobodyVouches for a file without a certificate, BadJournalFile for a damaged one, and Problem as
    `SyncApi.push` does; what was brought before stays brought.
    """
    if file.voucher is None:
        raise NobodyVouches
    key = bytes.fromhex(file.voucher.read().public_key)
    return [_bring(api, chain, file.voucher, key) for chain in file.chains if chain.server == server]


def _bring(api: Receiver, chain: Chain, voucher: Voucher, key: bytes) -> Brought:
    states: Counter[ReceiptState] = Counter()
    brought = 0
    for facts, signed in fragments(chain, key):
        request = PushRequest(
            journal=chain.id,
            facts=[raw.decode("utf-8", "replace") for raw in facts],
            head=signed.head,
            signature=signed.signature or "",
            continues=chain.continues,
            asides=_beside(facts, chain.asides),
            certificate=voucher.certificate,
            certificate_signature=voucher.signature,
        )
        states.update(receipt.state for receipt in api.push(request).receipts)
        brought += len(facts)
    return Brought(
        journal=chain.id,
        recorded=states[ReceiptState.RECORDED],
        held=states[ReceiptState.HELD],
        quarantined=states[ReceiptState.QUARANTINED],
        left=len(chain.facts) - brought,
    )


def fragments(chain: Chain, key: bytes) -> Iterator[tuple[tuple[bytes, ...], SignedHead]]:
    """The parts of a chain that can be pushed: at most 1,000 facts, the last of which is a head that `key` signed."""
    places = {digest(raw): place for place, raw in enumerate(chain.facts, start=1)}
    begun = 0
    for signed in chain.heads:
        end = places.get(signed.head.hash, 0)
        if end > begun and signed.signature and is_signed(key, chain.id, signed.head, signed.signature):
            yield chain.facts[max(begun, end - MOST_FACTS) : end], signed
            begun = end


def _beside(facts: Sequence[bytes], asides: Sequence[Aside]) -> list[Aside]:
    """The texts that these facts name."""
    named = {fact.aside for fact in map(_find_fact, facts) if fact is not None}
    return [aside for aside in asides if aside.hash in named]


def _find_fact(raw: bytes) -> Stamp | None:
    try:
        return reread(raw).fact
    except MalformedFact:
        return None
