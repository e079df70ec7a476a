"""What a journal's file says of one chain, before anything is recorded: pure, run in a thread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from eventreg_core.facts import Recorded, reread
from eventreg_core.journal_file import Chain
from eventreg_core.journal_proof import Proof, is_signed, prove, reaching
from eventreg_core.problems import MalformedFact
from server.sync.chain import SetAside, read_fact


@dataclass(frozen=True, slots=True)
class Read:
    """The facts of a chain in order, which of them (by hash) a laptop vouches for, and what the chain proves."""

    items: Sequence[Recorded | SetAside]
    vouched: frozenset[str]
    proof: Proof

    @property
    def hashes(self) -> frozenset[str]:
        """Of all facts."""
        return frozenset(item.hash for item in self.items if isinstance(item, Recorded))


def events_named(chain: Chain) -> set[UUID]:
    """The events that its facts are of."""
    named = set()
    for raw in chain.facts:
        try:
            named.add(reread(raw).fact.event)
        except MalformedFact:
            continue
    return named


def read_chain(chain: Chain, keys: Sequence[bytes], events: frozenset[UUID], whole: bool) -> Read:
    """Read a chain that one of these Ed25519 `keys` may have signed; facts outside `events` are set aside."""
    first = chain.after.seq + 1
    items = [read_fact(first + place, raw, chain.id, events) for place, raw in enumerate(chain.facts)]
    good = [
        (key, signed.head.hash)
        for signed in chain.heads
        for key in keys
        if signed.signature is not None and is_signed(key, chain.id, signed.head, signed.signature)
    ]
    vouched = reaching(_facts(items), [hashed for _, hashed in good])
    # A laptop that was enrolled anew vouches with another key for what it wrote before.
    key = good[-1][0] if good else next(iter(keys), None)
    return Read(items, vouched, prove(chain, key, whole))


def _facts(items: Iterable[Recorded | SetAside]) -> list[Recorded]:
    return [item for item in items if isinstance(item, Recorded)]
