"""The sync thread: one cycle at a time with the server, on connections of its own."""

import random
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from eventreg_core.problems import Problem
from eventreg_core.sync_api import SyncApi
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.sync.backoff import Backoff
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.ear import Ear
from eventreg_desktop.sync.others import Others, end_leases, sync_others
from eventreg_desktop.sync.state import Connection, SyncState

BROKEN = Problem(
    "broken", "The program made a mistake with the server. Scan on: nothing is lost. If this stays, send us the log."
)

GATHER_MS = 150
"""So long after a scan its fact is sent, together with those of the meantime, in milliseconds."""
QUIET_NS = 20_000_000_000
"""While news are heard of, the server is asked so seldom without any; often enough for the mirror to count as fresh."""
OTHERS_NS = 60_000_000_000
"""So often the guest lists of the laptop's other events are brought up to date."""
PAUSE_S, LONGEST_PAUSE_S = 5.0, 60.0
"""How long a server that does not answer is left alone, at first and at last."""


class SyncWorker(QObject):
    """Lives in the sync thread. Cycles come by a steady tick, soon after a scan, and when there is news to hear of.

    A server that does not answer is left alone for longer and longer; the first word of it ends that.
    """

    synced = Signal(object)
    """A `SyncState`, after each cycle."""
    failed = Signal(str, str)
    """Code and sentence, when this laptop's own files fail, or the program itself."""
    mended = Signal(str)
    """The code again, when a later cycle has another trouble or none."""

    closed = Signal()
    """The files are given back."""
    _heard = Signal(object)
    _deaf = Signal()

    def __init__(
        self,
        open_stores: Callable[[], Stores],
        api: SyncApi,
        party: Party,
        clock: Clock,
        ear: Ear | None = None,
        others: Others | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`open_stores` is called in the worker's own thread, and again after it failed; `ear` begins with `tick`."""
        super().__init__()
        self._ear = ear
        self._others = others
        self._others_ns: int | None = None
        self._hears = False
        self._revision = -1
        self._synced_ns: int | None = None
        self._rests_until_ns: int | None = None
        self._backoff = Backoff(PAUSE_S, LONGEST_PAUSE_S, chance)
        self._heard.connect(self._hear)
        self._deaf.connect(self._hear_no_more)
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
        """It is time again, unless the server is left alone, or silence says that there is nothing new."""
        if self._ear is not None:
            self._ear.start(self._heard.emit, self._deaf.emit)
        now_ns = self._clock().mono_ns
        resting = self._rests_until_ns is not None and now_ns < self._rests_until_ns
        quiet = self._hears and self._synced_ns is not None and now_ns - self._synced_ns < QUIET_NS
        if not resting and not quiet:
            self._soon(GATHER_MS)

    @Slot()
    def nudge(self) -> None:
        """Something waits to be sent; without a server that answers the next tick is soon enough."""
        if self._answering:
            self._soon(GATHER_MS)

    @Slot()
    def close(self) -> None:
        """Give the files back, in the worker's own thread."""
        if self._ear is not None:
            self._ear.stop()
        self._gather.stop()
        if self._stores is not None:
            self._stores.close()
            self._stores = None
        QCoreApplication.removePostedEvents(self)  # what comes after the end would open files, or start a timer
        self.closed.emit()

    @Slot(object)
    def _hear(self, revision: int) -> None:
        """The server is there, and this is how far the event has come."""
        self._hears = True
        self._rested()
        if revision != self._revision:
            self._soon(0)

    @Slot()
    def _hear_no_more(self) -> None:
        self._hears = False

    def _soon(self, after_ms: int) -> None:
        """One cycle, however many ask for it meanwhile; the sooner of two moments counts."""
        if not self._gather.isActive() or self._gather.remainingTime() > after_ms:
            self._gather.start(after_ms)

    def _rested(self) -> None:
        self._rests_until_ns = None
        self._backoff.worked()

    def _note(self, state: SyncState) -> None:
        """Remember how far the mirror is, and how long a server that does not answer is left alone."""
        self._answering = state.connection is Connection.ONLINE
        self._revision = state.revision
        now_ns = self._clock().mono_ns
        if self._answering:
            self._synced_ns = now_ns
            self._rested()
        else:
            self._rests_until_ns = now_ns + int(self._backoff.failed() * 1e9)

    def _sync_others(self, state: SyncState) -> None:
        """Now and then, also while the server refuses the event at which this door works.

        Without a server names at the others go when they go here.
        """
        others, now = self._others, self._clock()
        offline = state.connection is Connection.OFFLINE
        if others is None or (offline and state.wiped is None):
            return
        if state.events:
            others.keep(state.events)
        events = state.events or others.known
        if len(events) < 2 or (self._others_ns is not None and now.mono_ns - self._others_ns < OTHERS_NS):
            return
        self._others_ns = now.mono_ns
        if offline:
            end_leases(others, self._party.event, now)
        else:
            sync_others(others, self._api, self._party, events, self._clock)

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
        self._note(state)
        try:
            self._sync_others(state)
        except Exception:  # noqa: BLE001 - a mistake of ours, or of the disk, with what this door does not need
            log.logger("sync").exception("other events not synced")
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
