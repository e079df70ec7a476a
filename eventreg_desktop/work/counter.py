"""The counting thread: how full it is, soon after something changed, on connections of its own."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from eventreg_core.problems import Problem
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.counts import attach, count
from eventreg_desktop.door.door import Door
from eventreg_desktop.store.stores import Stores

GATHER_MS = 400
"""What changes within so long is counted together, in milliseconds."""


class CountWorker(QObject):
    """Lives in the counting thread. Counts are a comfort: where they fail the door goes on without."""

    counted = Signal(object)
    """The `Counts`."""
    closed = Signal()
    """The files are given back."""

    def __init__(self, open_stores: Callable[[], Stores], door: Door, clock: Clock, gather_ms: int = GATHER_MS) -> None:
        """`open_stores` is called in the worker's own thread, and again after it failed."""
        super().__init__()
        self._open_stores = open_stores
        self._stores: Stores | None = None
        self._door = door
        self._clock = clock
        self._gather = QTimer(self, singleShot=True, interval=gather_ms)
        self._gather.timeout.connect(self._count)

    @Slot()
    def tick(self) -> None:
        """Something may have changed."""
        if not self._gather.isActive():
            self._gather.start()

    @Slot(object)
    def door_changed(self, door: Door) -> None:
        """The door works otherwise from now on."""
        self._door = door
        self.tick()

    @Slot()
    def close(self) -> None:
        """Give the files back, in the worker's own thread."""
        self._gather.stop()
        self._give_back()
        QCoreApplication.removePostedEvents(self)  # what comes after the end would open files, or start a timer
        self.closed.emit()

    @Slot()
    def _count(self) -> None:
        try:
            counts = count(self._opened(), self._door, self._clock())
            self.counted.emit(counts)
            if counts.fetched:  # the first sync is on its way: say how far
                self._gather.start()
        except Problem as problem:
            log.logger("counts").info("not counted", code=problem.code)
            self._give_back()
        except Exception:  # noqa: BLE001 - a mistake of ours; the door goes on without counts
            log.logger("counts").exception("not counted")
            self._give_back()

    def _opened(self) -> Stores:
        if self._stores is None:
            self._stores = self._open_stores()
            attach(self._stores)
        return self._stores

    def _give_back(self) -> None:
        if self._stores is not None:
            self._stores.close()
            self._stores = None
