"""Evenings as hypothesis makes them up: any of these things happens at any moment, to any laptop."""

import atexit
import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from eventreg_core.admission import EntryPolicy, Kind, Status
from eventreg_desktop.store import db
from eventreg_desktop.store.stores import begin_journal, prepare
from tests.sync.evening import Evening, Truth
from tests.sync.festival import ADULT, PRESS, SERVER
from tests.sync.laptop import KEY, small
from tests.sync.memory_truth import MemoryTruth
from tests.sync.rest import come_to_rest

MEMORY = Path("/dev/shm")
"""Where files are in memory, on systems that have such a place."""
who = st.integers(0, 3)
which = st.integers(0, 9)
where = st.integers(0, 2)
step = st.integers(0, 40)
troubles = st.lists(st.sampled_from(["", "", "lost", "twice", "unreachable"]), max_size=4)
cut_short = st.sampled_from([[], ["", "lost"], ["", "unreachable"], ["lost"]])
"""What keeps an answer, or a page after the receipts, from a laptop."""
jump = st.sampled_from([-1500, -61, -3, 3, 61, 1500])
skews = st.lists(st.sampled_from([0, 0, -120, 7, 1440]), min_size=2, max_size=3)
kinds = st.sampled_from([Kind.ENTRY, Kind.ENTRY, Kind.EXIT])
hows = st.sampled_from(["scanned", "scanned", "scanned", "chosen", "allowed", "paid"])
statuses = st.sampled_from([Status.VALID, Status.BLOCKED, Status.CANCELLED])
types = st.sampled_from([(ADULT,), (ADULT, PRESS), (PRESS,)])


class Evenings(RuleBasedStateMachine):
    """Any evening. `truth` makes the server, `orders` is in how many other orders all is uploaded at the end.

    `tally` counts, and `heard` is called after each evening, in which every promise held.
    """

    truth: Callable[[], Truth] = MemoryTruth
    orders = 3
    tally: Any = None
    heard: Callable[[], None] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.path = Path(tempfile.mkdtemp(prefix="eventreg-evening-", dir=MEMORY if MEMORY.is_dir() else None))
        self.evening = Evening(type(self).truth(), self.path, empty_laptop)

    @initialize(minutes=skews)
    def doors_open(self, minutes: list[int]) -> None:
        """Two or three laptops; the first of them have met the server."""
        self.evening.open_doors([timedelta(minutes=each) for each in minutes])
        for number in range(len(minutes)):
            self.evening.sync(number)

    @rule(who=who, scans=st.lists(st.tuples(which, where, kinds, hows), min_size=1, max_size=5))
    def scan(self, who: int, scans: list[tuple[int, int, Kind, str]]) -> None:
        """Some people come to a door."""
        for which, where, kind, how in scans:
            self.evening.scan(who, which, where, kind, how)
            self.evening.wait(1)

    @rule(who=who, which=which, where=where, seconds=st.sampled_from([0, 1, 40, 90]))
    def scan_at_once(self, who: int, which: int, where: int, seconds: int) -> None:
        """The same ticket at two doors, one shortly after the other."""
        self.evening.scan(who, which, where)
        self.evening.wait(seconds)
        self.evening.scan(who + 1, which, where)

    @rule(who=who, which=st.integers(0, 3), where=where, troubles=cut_short)
    def come_again(self, who: int, which: int, where: int, troubles: list[str]) -> None:
        """Somebody comes, the door syncs as far as it can, and somebody comes with the same ticket."""
        self.evening.scan(who, which, where)
        self.evening.sync(who, troubles)
        self.evening.wait(61)
        self.evening.scan(who, which, where)

    @rule(who=who, which=which, allowed=st.booleans())
    def annul(self, who: int, which: int, allowed: bool) -> None:
        """Somebody presses undo."""
        self.evening.annul(who, which, allowed)

    @rule(who=who, troubles=troubles)
    def sync(self, who: int, troubles: list[str]) -> None:
        """A cycle over a bad network."""
        self.evening.sync(who, troubles)

    @rule(who=who)
    def sync_well(self, who: int) -> None:
        """A cycle over a good one."""
        self.evening.sync(who)

    @rule(who=who, after=step, troubles=troubles)
    def die_in_sync(self, who: int, after: int, troubles: list[str]) -> None:
        """The power goes while a laptop syncs."""
        self.evening.die(who, after, lambda: self.evening.sync(who, troubles))

    @rule(who=who, which=which, where=where, after=st.integers(0, 18))
    def die_in_scan(self, who: int, which: int, where: int, after: int) -> None:
        """The power goes while a ticket is judged."""
        self.evening.die(who, after, lambda: self.evening.scan(who, which, where))

    @rule(seconds=st.sampled_from([1, 30, 120, 1200, 36_000]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.evening.wait(seconds)

    @rule(who=who, minutes=jump)
    def set_clock(self, who: int, minutes: int) -> None:
        """A clock is set."""
        self.evening.set_clock(who, minutes)

    @rule(who=who, minutes=st.sampled_from([0, 0, -61, 1500]))
    def reboot(self, who: int, minutes: int) -> None:
        """A laptop is switched off and on."""
        self.evening.reboot(who, minutes)

    @rule(who=who)
    def clone(self, who: int) -> None:
        """A disk is copied."""
        self.evening.clone(who)

    @rule(which=which, status=statuses)
    def change_status(self, which: int, status: Status) -> None:
        """A ticket is blocked, cancelled, or good again."""
        self.evening.change(which, status=status)

    @rule(which=which, settled=st.booleans())
    def change_payment(self, which: int, settled: bool) -> None:
        """Money comes or goes."""
        self.evening.change(which, settled=settled)

    @rule(which=which, ticket_type=st.sampled_from([ADULT, PRESS]))
    def change_type(self, which: int, ticket_type: int) -> None:
        """A ticket becomes one of another type."""
        self.evening.change(which, ticket_type=ticket_type)

    @rule(which=which)
    def reissue(self, which: int) -> None:
        """A ticket is replaced."""
        self.evening.reissue(which)

    @rule()
    def register(self) -> None:
        """Somebody buys a ticket."""
        self.evening.register()

    @rule(where=where, entry=st.sampled_from(EntryPolicy), opens=st.sampled_from([None, None, -60, 60]), types=types)
    def change_list(self, where: int, entry: EntryPolicy, opens: int | None, types: tuple[int, ...]) -> None:
        """The rules of a list change."""
        self.evening.settle_list(where, entry, opens, types)

    @rule()
    def back_up(self) -> None:
        """The server is copied."""
        self.evening.back_up()

    @rule()
    def restore(self) -> None:
        """The server comes back from its copy."""
        self.evening.restore()

    @invariant()
    def counted(self) -> None:
        """One more thing happened."""
        if self.tally is not None:
            self.tally.steps += 1

    def teardown(self) -> None:
        """It is quiet again."""
        try:
            if self.evening.members:
                come_to_rest(self.evening, self.orders, random.Random(len(self.evening.codes)))
                if self.tally is not None:
                    self.tally.examples += 1
                    self.tally.facts += len(self.evening.server.facts())
                    self.tally.orders += self.orders
                if self.heard is not None:
                    self.heard()
        finally:
            self.evening.close()
            self.evening.server.close()
            shutil.rmtree(self.path, ignore_errors=True)


@cache
def _empty() -> Path:
    """The files of a laptop that has just been enrolled; made once, as making them takes longer than an evening."""
    path = Path(tempfile.mkdtemp(prefix="eventreg-empty-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    prepare(small(path), KEY, SERVER)
    return path


def empty_laptop(path: Path) -> None:
    """Lay the files of a new laptop with a journal of its own."""
    shutil.copytree(_empty(), path)
    renewed = small(path)
    with closing(db.connect(renewed.journal)) as file, db.transaction(file):
        file.execute("DELETE FROM journals")
        begin_journal(file, SERVER)
