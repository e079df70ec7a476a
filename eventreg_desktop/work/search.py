"""The search's thread: finds guests by what is typed, on connections of its own, so that no scan waits for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from eventreg_core.problems import Problem
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.directory import Directory
from eventreg_desktop.door.door import Door
from eventreg_desktop.door.lookup import Discretion, find
from eventreg_desktop.store.db import STORE_PROBLEMS, snapshot
from eventreg_desktop.store.stores import Stores

BROKEN = Problem("search_broken", "The program made a mistake with this search. Scan on, or ask for the short code.")
_OF_FILES = frozenset(problem().code for problem in STORE_PROBLEMS)
"""Troubles that are over as soon as the mirror can be read, whoever reads it."""


class SearchWorker(QObject):
    """Lives in the search's thread. Of what is typed while it searches only the last is answered."""

    found = Signal(str, object)
    """What was typed, and the `Found`."""
    failed = Signal(str, str)
    """Code and sentence of a problem: nobody can be found by name for now."""
    mended = Signal(str)
    """The code again, when a later search goes well or has another trouble."""
    closed = Signal()
    """The files are given back."""

    def __init__(self, open_stores: Callable[[], Stores], door: Door, clock: Clock, *, discreet: bool = False) -> None:
        """`open_stores` is called in the worker's own thread, and again after it failed."""
        super().__init__()
        self._open_stores = open_stores
        self._stores: Stores | None = None
        self._directory = Directory()
        self._door = door
        self._clock = clock
        self._discretion = _discretion(discreet)
        self._typed = ""
        self._trouble: str | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._search)

    @Slot(str)
    def asked(self, typed: str) -> None:
        """The operator types a name, short code or e-mail address; an empty text asks nothing."""
        self._typed = typed
        self._soon.start()

    @Slot(bool)
    def discretion_picked(self, discreet: bool) -> None:
        """Show names only when enough was typed, or at once."""
        self._discretion = _discretion(discreet)
        self._soon.start()

    @Slot(object)
    def stands(self, door: Door) -> None:
        """The door works otherwise from now on."""
        self._door = door

    @Slot()
    def refresh(self) -> None:
        """Take in whom the mirror has learned of, so that the next search need not."""
        with self._reported():
            stores = self._opened()
            with snapshot(stores.mirror):
                self._directory.refresh(stores.mirror)
            if self._trouble in _OF_FILES:
                self._mend(None)

    @Slot()
    def close(self) -> None:
        """Forget all names and give the files back, in the worker's own thread."""
        self._soon.stop()
        self._directory = Directory()
        if self._stores is not None:
            self._stores.close()
            self._stores = None
        QCoreApplication.removePostedEvents(self)  # what comes after the end would open files, or start a timer
        self.closed.emit()

    @Slot()
    def _search(self) -> None:
        typed = self._typed
        if not typed:
            return
        with self._reported():
            found = find(self._opened(), self._directory, self._door, typed, self._clock(), self._discretion)
            self.found.emit(typed, found)
            self._mend(None)

    def _opened(self) -> Stores:
        if self._stores is None:
            self._stores = self._open_stores()
            self._directory = Directory()
        return self._stores

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Whatever goes wrong, say so and go on."""
        try:
            yield
        except Problem as problem:
            log.logger("search").warning("not searched", code=problem.code)
            self._fail(problem)
        except Exception:  # noqa: BLE001 - a mistake of ours; scanning goes on
            log.logger("search").exception("search failed")
            self._fail(BROKEN)

    def _fail(self, problem: Problem) -> None:
        self._mend(problem.code)
        self.failed.emit(problem.code, problem.sentence)

    def _mend(self, now: str | None) -> None:
        """What troubled the search before is over, unless it troubles this one."""
        if self._trouble not in (None, now):
            self.mended.emit(self._trouble)
        self._trouble = now


def _discretion(discreet: bool) -> Discretion:
    return Discretion.DISCREET if discreet else Discretion.OPEN
