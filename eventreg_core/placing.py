"""When a fact happened, by the server's clock: a boot's facts follow its monotonic clock, anchored by one reading.

Whatever order facts arrive in, the same facts are placed the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventreg_core.clock import corrected
from eventreg_core.facts import Stamp

AGREES_WITHIN = timedelta(seconds=2)
"""A wall clock that is no further off than this was not set meanwhile: its own time is taken, which the door used."""


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """A reading of one boot: when its monotonic clock said `mono_ns`, the server's clock said `at`.

    `seq` is the number of the fact that tells it; of several readings the least counts, in this very order.
    """

    seq: int
    mono_ns: int
    at: datetime


def anchors_of(facts: Iterable[Stamp]) -> dict[str, Anchor]:
    """The first reading of each boot of one journal, by boot; a boot whose facts knew no offset has none."""
    anchors: dict[str, Anchor] = {}
    for fact in facts:
        if fact.seq is not None and fact.offset_ms is not None:
            read = Anchor(fact.seq, fact.mono_ns, fact.at)
            anchors[fact.boot] = min(read, anchors.get(fact.boot, read))
    return anchors


def placed(fact: Stamp, anchor: Anchor | None) -> datetime:
    """When this fact happened; by its own wall clock where its boot has no anchor, or where both agree."""
    if anchor is None:
        return fact.at
    at = corrected(anchor.at, (fact.mono_ns - anchor.mono_ns) // 1_000_000)
    return fact.at if abs(at - fact.at) <= AGREES_WITHIN else at
