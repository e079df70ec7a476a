"""Bugs that others have had, planted on purpose: a proof that would not find them proves nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from eventreg_core.facts import Recorded
from eventreg_desktop.store import journal, tickets
from eventreg_desktop.store.db import Connection
from eventreg_desktop.store.journal import Unsent
from tests.sync.memory_server import NOON
from tests.sync.memory_truth import MemoryTruth
from tests.sync.truth_server import TruthServer


class Forgetful(TruthServer):
    """Does not look whether it has given a receipt before: what comes twice is there twice."""

    def _holds(self, recorded: Recorded) -> bool:
        return False


class ByArrival(TruthServer):
    """Believes that what comes later has happened later."""

    def _at(self, recorded: Recorded) -> datetime:
        return self.times.setdefault(recorded.hash, NOON + timedelta(minutes=len(self.times)))


@contextmanager
def careless() -> Iterator[None]:
    """Laptops drop the receipt check: what was sent once counts as received, whatever was answered."""
    read = journal.outbox

    def outbox(journal: Connection, chain: UUID, most: int) -> list[Unsent]:
        facts = read(journal, chain, most)
        journal.execute("UPDATE facts SET receipt = 'recorded' WHERE journal = ? AND receipt IS NULL", (str(chain),))
        return facts

    journal.outbox = outbox
    try:
        yield
    finally:
        journal.outbox = read


@contextmanager
def readmitting() -> Iterator[None]:
    """Laptops forget whom they let in as soon as the server has confirmed it, and not when it has told them of it."""
    of_all = tickets._OURS
    tickets._OURS = of_all.replace("FROM facts", "FROM (SELECT *, rowid AS rowid FROM facts WHERE receipt IS NULL)")
    try:
        yield
    finally:
        tickets._OURS = of_all


@dataclass(frozen=True)
class Planted:
    """A server with laptops, and what is wrong with them while it is."""

    truth: Callable[[], MemoryTruth]
    wrong: Callable[[], AbstractContextManager[None]] = nullcontext


BUGS = {
    "server drops the receipt check": Planted(lambda: MemoryTruth(Forgetful(page_size=20))),
    "laptop drops the receipt check": Planted(MemoryTruth, careless),
    "laptop admits again after the receipt": Planted(MemoryTruth, readmitting),
    "server orders by arrival": Planted(lambda: MemoryTruth(ByArrival(page_size=20))),
}
"""Each by what it is."""
