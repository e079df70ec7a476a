"""Whatever order journals arrive in, and in whatever pieces: one truth, one hash, one list of conflicts."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from eventreg_core.admission import EntryPolicy, Policy, Reason, Status, Window
from eventreg_core.conflict import Conflict, conflicts_of, state_hash
from eventreg_core.facts import Annulment, CheckIn, Exit, RefusedScan, record
from eventreg_core.history import Former, Timeline
from eventreg_core.placing import Anchor, anchors_of, placed
from eventreg_core.truth import Told, Truth, replay
from tests.unit.core.told import ADULT, NOON, SERIAL, SOMEWHERE, ticket

Fact = CheckIn | Exit | RefusedScan | Annulment
LAPTOPS = (UUID(int=101), UUID(int=102), UUID(int=103))
HISTORY = ticket(Former(Status.VALID, NOON + timedelta(hours=2), 7), now=Status.CANCELLED)
DAY = Policy(EntryPolicy.REENTRY, {ADULT: Window()}, "Europe/Berlin")
RULES = Timeline(DAY, (Former(Policy(EntryPolicy.ONCE, {ADULT: Window()}, "UTC"), NOON + timedelta(hours=1), 3),))


@dataclass(frozen=True)
class Shift:
    """What one laptop did: a reading of its clocks now and then, a wrong wall clock, and a new boot in between."""

    wrong_by_min: int
    steps: tuple[tuple[str, int, bool], ...]
    """Each: what it told, minutes after the one before, and whether it had measured its clock by then."""


WORDS = ("in", "out", "no", "undo", "boot")
shifts = st.builds(
    Shift,
    st.sampled_from((0, 0, -61, 3, 600)),
    st.lists(st.tuples(st.sampled_from(WORDS), st.integers(0, 50), st.booleans()), max_size=5).map(tuple),
)
evenings = st.lists(shifts, min_size=1, max_size=3)


def journal(laptop: UUID, shift: Shift) -> list[Fact]:
    """The facts of one shift, in their order; its clock is set back by every boot."""
    written: list[Fact] = []
    minute, boot, booted = 0, 0, 0
    for word, later, measured in shift.steps:
        minute += later
        if word == "boot":
            boot, booted = boot + 1, minute
            continue
        wrong = shift.wrong_by_min * (boot + 1)
        stamp = {
            "id": UUID(int=laptop.int * 1000 + len(written)),
            "event": SOMEWHERE,
            "list": SOMEWHERE,
            "wall": NOON + timedelta(minutes=minute + wrong),
            "boot": f"boot {boot}",
            "mono_ns": (minute - booted) * 60 * 10**9,
            "offset_ms": -wrong * 60_000 if measured else None,
            "rule": 1,
            "journal": laptop,
            "seq": len(written) + 1,
        }
        written.append(_fact(word, stamp, written))
    return written


def _fact(word: str, stamp: dict[str, object], before: Sequence[Fact]) -> Fact:
    passed = [one for one in before if isinstance(one, CheckIn | Exit)]
    if word == "undo" and passed:
        return Annulment(**stamp, target=passed[-1].id)  # type: ignore[arg-type]
    if word == "no":
        return RefusedScan(**stamp, serial=SERIAL, reason=Reason.ALREADY_USED)  # type: ignore[arg-type]
    return (Exit if word == "out" else CheckIn)(**stamp, serial=SERIAL)  # type: ignore[arg-type]


class Server:
    """Takes facts one by one, as they arrive, and places what came before again when a boot's anchor changes."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.anchors: dict[tuple[UUID | None, str], Anchor] = {}

    def take(self, fact: Fact) -> None:
        self.facts.append(fact)
        for boot, anchor in anchors_of([fact]).items():
            key = (fact.journal, boot)
            self.anchors[key] = min(anchor, self.anchors.get(key, anchor))

    def told(self) -> list[Told]:
        return [self._told(fact) for fact in self.facts]

    def truth(self) -> Truth:
        return replay(self.told(), HISTORY, RULES)

    def _told(self, fact: Fact) -> Told:
        anchor = self.anchors.get((fact.journal, fact.boot))
        return Told(fact, record(fact).hash, placed(fact, anchor), anchor is not None, None, fact.journal)


class ByArrival(Server):
    """The planted bug: what came later is believed to have happened later."""

    def told(self) -> list[Told]:
        return [
            Told(one.fact, one.hash, NOON + timedelta(minutes=number), True, None, one.device)
            for number, one in enumerate(super().told())
        ]


def outcome(server: Server, facts: Sequence[Fact]) -> tuple[str, tuple[Conflict, ...]]:
    for fact in facts:
        server.take(fact)
    truth = server.truth()
    return state_hash([("place", truth)]), conflicts_of(truth)


def differs(make: Callable[[], Server], evening: Sequence[Shift], seed: int) -> bool:
    """Whether another order of arrival, some facts even twice, ends elsewhere."""
    written = [fact for laptop, shift in zip(LAPTOPS, evening, strict=False) for fact in journal(laptop, shift)]
    shuffled = written + written[::2]
    random.Random(seed).shuffle(shuffled)
    return outcome(make(), written) != outcome(make(), shuffled)


@settings(max_examples=60, deadline=None)
@given(evenings, st.integers(0, 2**16))
def test_any_order_of_arrival_gives_one_hash_and_one_list_of_conflicts(evening: list[Shift], seed: int) -> None:
    assert not differs(Server, evening, seed)


@settings(max_examples=30, deadline=None)
@given(evenings)
def test_people_are_counted_by_what_was_told_and_never_less_than_nobody(evening: list[Shift]) -> None:
    server = Server()
    written = [fact for laptop, shift in zip(LAPTOPS, evening, strict=False) for fact in journal(laptop, shift)]
    outcome(server, written)
    truth = server.truth()
    undone = {fact.target for fact in written if isinstance(fact, Annulment)}

    assert truth.entries == sum(isinstance(fact, CheckIn) and fact.id not in undone for fact in written)
    assert truth.admitted or not truth.inside
    for conflict in conflicts_of(truth):
        assert set(conflict.undue) <= set(conflict.facts) <= {fact.id for fact in written}
        assert not set(conflict.undue) & undone


def test_a_server_that_orders_by_arrival_is_found_out() -> None:
    seed = 1
    found = find(
        evenings,
        lambda evening: differs(ByArrival, evening, seed),
        settings=settings(max_examples=500, deadline=None, database=None, phases=[Phase.generate]),
        random=random.Random(seed),
    )
    assert not differs(Server, found, seed)
