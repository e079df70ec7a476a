"""What a push brings, before the database is asked: facts reread, the chain's head checked. Pure; run in a thread."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from eventreg_core import facts
from eventreg_core.facts import Recorded
from eventreg_core.problems import MalformedFact
from eventreg_core.wire import Head, PushRequest
from server.errors import ApiProblem

START = Head(0, facts.FIRST_PREV)
MOST_BRACKETS = 200
"""In the bytes of a fact, which has a dozen: what lies deeper cannot be read again by every reader."""
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""Wherever it stands, also in a field that is not known here: PostgreSQL reads no JSON that has one. After a backslash
that stands for itself it is a text like any other."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Bytes that are no fact of this device; kept in quarantine with a sentence why. `seq` is told by their place."""

    seq: int
    raw: bytes
    hash: str
    why: str


@dataclass(frozen=True, slots=True)
class Link:
    """What is kept of a journal, as a link of its chain; `prev` is None where the bytes could not be read."""

    seq: int
    hash: str
    prev: str | None


def read_push(request: PushRequest, keys: Sequence[bytes], events: frozenset[UUID]) -> list[Recorded | SetAside]:
    """Reread every fact of a push, in order; one of `keys` (Ed25519, 32 bytes) must have signed its head.

    A fact that cannot be read, or is of an event outside `events`, is set aside: only ever this one, never the push.
    Raises ApiProblem 422 `bad_head` where nobody vouches for the chain: then nothing is recorded, nothing lost.
    """
    first = request.head.seq - len(request.facts) + 1
    items = [
        read_fact(first + index, text.encode(), request.journal, events) for index, text in enumerate(request.facts)
    ]
    if (items and items[-1].hash != request.head.hash) or not _vouched(request, keys):
        raise ApiProblem(
            422,
            "bad_head",
            "The signature over the journal does not fit what was sent. The scans stay on the laptop; "
            "update its program and, if that does not help, enrol it again.",
        )
    return items


def furthest(start: Head, links: Iterable[Link]) -> tuple[Head, bool]:
    """How far a chain goes on from `start` without a gap, and whether its next number is there but does not follow.

    Of several branches the longest counts, then the smallest hash: the same for any order of arrival.
    """
    by_seq: dict[int, list[Link]] = {}
    for link in links:
        by_seq.setdefault(link.seq, []).append(link)
    reached, hashes = start.seq, {start.hash}
    while following := {link.hash for link in by_seq.get(reached + 1, ()) if link.prev in (None, *hashes)}:
        reached, hashes = reached + 1, following
    return Head(reached, min(hashes)), reached + 1 in by_seq


def read_fact(seq: int, raw: bytes, journal: UUID, events: frozenset[UUID]) -> Recorded | SetAside:
    """Reread one fact of this journal, or say why it is set aside; `seq` is its number by its place."""
    if NUL.search(raw) is not None or raw.count(b"[") + raw.count(b"{") > MOST_BRACKETS:
        sentence = "These bytes are not a fact: not everybody who reads facts can read them."
        return SetAside(seq, raw, hashlib.sha256(raw).hexdigest(), sentence)
    try:
        recorded = facts.reread(raw)
    except MalformedFact as error:
        return SetAside(seq, raw, hashlib.sha256(raw).hexdigest(), error.sentence)
    fact = recorded.fact
    if fact.event not in events:
        return SetAside(seq, raw, recorded.hash, "This laptop does not work for the event that this fact names.")
    if fact.journal != journal or fact.seq is None or fact.prev is None:
        return SetAside(seq, raw, recorded.hash, "This fact has no place in the journal that was sent.")
    return recorded


def _vouched(request: PushRequest, keys: Sequence[bytes]) -> bool:
    message = facts.head_message(request.journal, request.head.seq, request.head.hash)
    return any(_signed(key, bytes.fromhex(request.signature), message) for key in keys)


def _signed(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True
