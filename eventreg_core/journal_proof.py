"""What a journal's chain proves: that it is complete, or where something is missing, changed or forked. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from eventreg_core.facts import Recorded, head_message, reread
from eventreg_core.journal_file import Chain, SignedHead, Voucher
from eventreg_core.problems import MalformedFact
from eventreg_core.wire import Head


@dataclass(frozen=True, slots=True)
class Complete:
    """Every fact up to the last is there, as it was written."""

    def __str__(self) -> str:
        return "complete"


@dataclass(frozen=True, slots=True)
class Gap:
    """Fact number `at` is missing."""

    at: int

    def __str__(self) -> str:
        return f"gap at {self.at}"


@dataclass(frozen=True, slots=True)
class Changed:
    """Fact number `at` is not what was written there; `why` is a sentence."""

    at: int
    why: str

    def __str__(self) -> str:
        return f"changed at {self.at}"


@dataclass(frozen=True, slots=True)
class Fork:
    """Two different facts claim number `at`: the laptop was cloned, or restored from an older copy."""

    at: int

    def __str__(self) -> str:
        return f"fork at {self.at}"


Verdict = Complete | Gap | Changed | Fork


@dataclass(frozen=True, slots=True)
class Proof:
    """The verdict on one chain; the device vouches for its facts up to and including number `signed_to`, 0: none."""

    journal: UUID
    verdict: Verdict
    facts: int
    last: Head
    signed_to: int


def prove(chain: Chain, key: bytes | None, whole: bool = True) -> Proof:
    """Judge a chain by its hashes, and by its signed heads with the device's Ed25519 `key` (32 bytes) where known.

    The first thing that is wrong is named. `whole` is False for the last chain of a file that was cut off.
    """
    read = [_read(raw, chain.id) for raw in chain.facts]
    verdict, last = _walk(chain, read)
    if (forked := _forked(chain, key)) is not None:
        verdict = Fork(forked)
    signed_to = 0
    hashes = {one.fact.seq: one.hash for one in read if one is not None} | {chain.after.seq: chain.after.hash}
    for signed in chain.heads:
        if isinstance(verdict, Complete):
            held = _held_against(signed, hashes.get(signed.head.seq), last, chain.id, key)
            signed_to, verdict = (max(signed_to, held), verdict) if isinstance(held, int) else (signed_to, held)
    if isinstance(verdict, Complete) and not whole:
        verdict = Gap(last.seq + 1)
    return Proof(chain.id, verdict, len(chain.facts), last, signed_to)


def _held_against(signed: SignedHead, here: str | None, last: Head, journal: UUID, key: bytes | None) -> Verdict | int:
    """Hold a head against the chain, whose fact of that number has the hash `here`: how far it vouches, 0: not at all.

    `here` is None for a head before the fragment, and behind its end.
    """
    seq, signature = signed.head.seq, signed.signature
    if seq > last.seq:
        return Gap(last.seq + 1)
    if here not in (None, signed.head.hash):
        return Changed(seq, "The head of the journal names another fact with this number.")
    if signature is None or key is None:
        return 0
    if not is_signed(key, journal, signed.head, signature):
        return Changed(seq, "The signature over the journal up to this fact is not the laptop's.")
    return seq


def _forked(chain: Chain, key: bytes | None) -> int | None:
    """The first number for which the device has vouched twice, for different facts."""
    vouched: dict[int, set[str]] = {}
    for signed in chain.heads:
        if key and signed.signature is not None and is_signed(key, chain.id, signed.head, signed.signature):
            vouched.setdefault(signed.head.seq, set()).add(signed.head.hash)
    return min((seq for seq, hashes in vouched.items() if len(hashes) > 1), default=None)


def reaching(facts: Iterable[Recorded], heads: Iterable[str]) -> frozenset[str]:
    """Of these facts those that the heads (hashes) vouch for, by hash: each head names all that led to it."""
    before = {each.hash: each.fact.prev for each in facts}
    reached: set[str] = set()
    for head in heads:
        link: str | None = head
        while link in before and link not in reached:
            reached.add(link)
            link = before[link]
    return frozenset(reached)


def is_signed(key: bytes, journal: UUID, head: Head, signature: str) -> bool:
    """Whether the device with this `key` (32 bytes) vouches for a journal up to `head`; `signature` in hex."""
    return _is_by(key, bytes.fromhex(signature), head_message(journal, head.seq, head.hash))


def is_certified(server_key: bytes, voucher: Voucher) -> bool:
    """Whether the server with this `server_key` (32 bytes) signed the certificate."""
    return _is_by(server_key, bytes.fromhex(voucher.signature), voucher.certificate.encode())


def _is_by(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _read(raw: bytes, journal: UUID) -> Recorded | None:
    """A fact that has its place in this journal; None for anything else."""
    try:
        recorded = reread(raw)
    except MalformedFact:
        return None
    fact = recorded.fact
    return recorded if fact.journal == journal and fact.seq is not None and fact.prev is not None else None


def _walk(chain: Chain, read: Sequence[Recorded | None]) -> tuple[Verdict, Head]:
    """Follow the chain as far as it holds; the verdict, and the last fact that was reached."""
    last, seen = chain.after, {chain.after.seq: chain.after.hash}
    numbers = {one.fact.seq for one in read if one is not None}
    for index, one in enumerate(read):
        expected = last.seq + 1
        if one is None:
            return Changed(expected, "It cannot be read as a fact of this journal."), last
        seq, prev = one.fact.seq, one.fact.prev
        assert seq is not None, "a fact of a journal has its number"
        if seq < expected:
            if seen.get(seq) == one.hash:
                return Changed(seq, "It is there twice."), last
            return Fork(seq), last
        if seq > expected:
            missing = expected not in numbers
            return Gap(expected) if missing else Changed(expected, "It does not stand in its place."), last
        if prev != last.hash:
            return _broken(chain, read, index, last), last
        last = Head(seq, one.hash)
        seen[seq] = one.hash
    return Complete(), last


def _broken(chain: Chain, read: Sequence[Recorded | None], index: int, last: Head) -> Verdict:
    """Fact `index` does not follow `last`: which of the two was changed, by the word of what stands behind."""
    one = read[index]
    assert one is not None, "only facts that can be read are followed"
    behind = read[index + 1] if index + 1 < len(read) else None
    if behind is not None:
        believed = behind.fact.prev == one.hash
    else:
        believed = any(signed.head == Head(last.seq + 1, one.hash) for signed in chain.heads)
    at = last.seq if believed and index > 0 else last.seq + 1
    return Changed(at, "Its bytes are not those that the fact behind it names.")
