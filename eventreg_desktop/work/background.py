"""Work that would freeze the window: done in another thread, with two outcomes, both heard on the GUI thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from eventreg_core.problems import Problem
from eventreg_desktop import log

BROKEN = Problem("broken", "The program made a mistake. Try once more; if it happens again, send us the log.")

T = TypeVar("T")


class Background(QObject):
    """One thread for what happens now and then: enrolling, asking the keyring, opening files, looking for cameras."""

    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Problem], None]) -> None:
        """Do `work` after what was asked before; then call `done` with its result, or `failed`, on the GUI thread."""
        self._executor.submit(self._work, work, done, failed)

    def stop(self) -> None:
        """Wait for what runs, forget what waits."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _work(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Problem], None]) -> None:
        try:
            outcome = partial(done, work())
        except Problem as problem:
            outcome = partial(failed, problem)
        except Exception:  # noqa: BLE001 - a mistake of ours; the window goes on
            log.logger("background").exception("work failed")
            outcome = partial(failed, BROKEN)
        self._ended.emit(outcome)

    @Slot(object)
    def _deliver(self, outcome: Callable[[], None]) -> None:
        outcome()
