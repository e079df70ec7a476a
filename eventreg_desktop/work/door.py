"""The door's thread: judges what is entered, one after another, on connections of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import QObject, Signal, Slot

from eventreg_core.admission import Kind
from eventreg_core.problems import Problem
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.door import Chosen, Door, Scanned
from eventreg_desktop.door.end import end_shift
from eventreg_desktop.door.lookup import find
from eventreg_desktop.door.reading import tickets_last
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store.stores import Stores

BROKEN = Problem("broken", "The program made a mistake with this scan. Scan again, or choose the guest by name.")


class DoorWorker(QObject):
    """Lives in the door's thread. Every answer has been committed before its signal is sent."""

    judged = Signal(object)
    """An `Outcome`."""
    found = Signal(str, object)
    """What was typed, and the candidates."""
    failed = Signal(str, str)
    """Code and sentence of a problem: this scan was not kept, the next may be."""

    closed = Signal()
    """The files are given back, after everything that was entered before."""

    def __init__(self, open_stores: Callable[[], Stores], signing: Ed25519PrivateKey, door: Door, clock: Clock) -> None:
        """`open_stores` is called in the worker's own thread, and again after it failed; `signing` ends the shift."""
        super().__init__()
        self._open_stores = open_stores
        self._stores: Stores | None = None
        self._signing = signing
        self._door = door
        self._clock = clock

    @Slot(object, int, float)
    def saw(self, texts: list[str], at_ms: int, decode_ms: float) -> None:
        """The camera saw these texts."""
        for text in tickets_last(texts):
            self._redeem(Scanned(text, decode_ms))

    @Slot(str)
    def scanned(self, text: str) -> None:
        """A keyboard scanner typed this text."""
        self._redeem(Scanned(text))

    @Slot(object)
    def chosen(self, serial: bytes) -> None:
        """The operator picked this ticket."""
        self._redeem(Chosen(serial))

    @Slot(str)
    def asked(self, typed: str) -> None:
        """The operator types a name or short code; an empty text asks nothing."""
        with self._reported():
            if typed:
                self.found.emit(typed, find(self._opened(), self._door, typed, self._clock()))

    @Slot(object)
    def kind_picked(self, kind: Kind) -> None:
        """The door counts entries, or exits, from now on."""
        self._door = replace(self._door, kind=kind)

    @Slot()
    def close(self) -> None:
        """End the shift and give the files back, in the worker's own thread."""
        if self._stores is not None:
            try:
                end_shift(self._stores, self._signing)
            except Problem as problem:  # the facts are on disk; the next push vouches for them
                log.logger("door").warning("shift not signed", code=problem.code)
            self._stores.close()
            self._stores = None
        self.closed.emit()

    def _redeem(self, entered: Scanned | Chosen) -> None:
        with self._reported():
            self.judged.emit(redeem(self._opened(), self._door, entered, self._clock()))

    def _opened(self) -> Stores:
        if self._stores is None:
            self._stores = self._open_stores()
        return self._stores

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Whatever goes wrong, say so and go on: the door never stops."""
        try:
            yield
        except Problem as problem:
            log.logger("door").warning("scan not kept", code=problem.code)
            self.failed.emit(problem.code, problem.sentence)
        except Exception:  # noqa: BLE001 - a mistake of ours; the door goes on scanning
            log.logger("door").exception("scan failed")
            self.failed.emit(BROKEN.code, BROKEN.sentence)
