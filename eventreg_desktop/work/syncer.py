"""The sync thread: one cycle at a time with the server, on connections of its own."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from eventreg_core.problems import Problem
from eventreg_core.sync_api import SyncApi
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.state import Connection

BROKEN = Problem(
    "broken", "The program made a mistake with the server. Scan on: nothing is lost. If this stays, send us the log."
)

GATHER_MS = 150
"""So long after a scan its fact is sent, together with those of the meantime, in milliseconds."""


class SyncWorker(QObject):
    """Lives in the sync thread. Cycles come by a steady tick, and soon after a scan while the server answers."""

    synced = Signal(object)
    """A `SyncState`, after each cycle."""
    failed = Signal(str, str)
    """Code and sentence, when this laptop's own files fail, or the program itself."""
    mended = Signal(str)
    """The code again, when a later cycle has another trouble or none."""

    closed = Signal()
    """The files are given back."""

    def __init__(self, open_stores: Callable[[], Stores], api: SyncApi, party: Party, clock: Clock) -> None:
        """`open_stores` is called in the worker's own thread, and again after it failed."""
        super().__init__()
        self._open_stores = open_stores
        self._stores: Stores | None = None
        self._api = api
        self._party = party
        self._clock = clock
        self._answering = True
        self._trouble: str | None = None
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._sync)

    @Slot()
    def tick(self) -> None:
        """It is time again; what ticked during a long cycle makes one more, not many."""
        if not self._gather.isActive():
            self._gather.start()

    @Slot()
    def nudge(self) -> None:
        """Something waits to be sent; without a server that answers the next tick is soon enough."""
        if self._answering:
            self.tick()

    @Slot()
    def close(self) -> None:
        """Give the files back, in the worker's own thread."""
        self._gather.stop()
        if self._stores is not None:
            self._stores.close()
            self._stores = None
        self.closed.emit()

    @Slot()
    def _sync(self) -> None:
        try:
            if self._stores is None:
                self._stores = self._open_stores()
            state = sync_once(self._stores, self._api, self._party, self._clock)
        except Problem as problem:
            self._fail(problem)
            return
        except Exception:  # noqa: BLE001 - a mistake of ours; the next tick tries again
            log.logger("sync").exception("cycle failed")
            self._fail(BROKEN)
            return
        self._answering = state.connection is Connection.ONLINE
        self._mend(None)
        self.synced.emit(state)

    def _fail(self, problem: Problem) -> None:
        log.logger("sync").warning("cycle not done", code=problem.code)
        self._mend(problem.code)
        self.failed.emit(problem.code, problem.sentence)

    def _mend(self, now: str | None) -> None:
        """What troubled the cycle before is over, unless it troubles this one."""
        if self._trouble not in (None, now):
            self.mended.emit(self._trouble)
        self._trouble = now
