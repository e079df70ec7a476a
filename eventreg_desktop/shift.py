"""A shift: the threads that work while a door is open, and who hears whom."""

from apscheduler.schedulers.background import BackgroundScheduler
from PySide6.QtCore import QMetaObject, QObject, Qt, QThread, Signal, Slot
from shiboken6 import delete, isValid

from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.door import Door
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import CameraState, CameraStatus
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.work.camera_thread import CameraThread
from eventreg_desktop.work.counter import CountWorker
from eventreg_desktop.work.door import DoorWorker
from eventreg_desktop.work.laptop import Enrolled
from eventreg_desktop.work.search import SearchWorker
from eventreg_desktop.work.syncer import SyncWorker

_Worker = DoorWorker | SyncWorker | SearchWorker | CountWorker
SYNC_S = 5
"""Seconds between two cycles with the server; scans are sent sooner."""


class Shift(QObject):
    """One door at work: camera, door, search, sync and counts, each in a thread of its own, until `end` or `stop`.

    Each worker closes in its own thread; when all threads have ended, the GUI thread deletes the workers, their timers
    at rest. A thread that deletes its own worker looks at every sender that the worker hears, the camera among them,
    while the GUI thread deletes that: PySide keeps no reference meanwhile, and the program dies (ADR 0003). Left to
    Python's garbage collector, which runs in any thread, they would do the same.
    """

    ended = Signal()
    """After `end`: everything that was entered is judged and on disk, and no thread of this shift runs."""
    _ticked = Signal()

    def __init__(
        self, enrolled: Enrolled, door: Door, clock: Clock, view: DoorView, model: DoorModel, parent: QObject
    ) -> None:
        """Build; nothing is connected, and nothing runs, before `start`."""
        super().__init__(parent)
        self._view = view
        self._model = model
        self._camera: CameraThread | None = None
        self._spec = ""
        self._api = enrolled.api(clock)
        self.door = DoorWorker(enrolled.door_stores, enrolled.secrets.signing, door, clock)
        self.syncer = SyncWorker(
            enrolled.sync_stores, self._api, enrolled.party, clock, enrolled.ear(clock), enrolled.others()
        )
        self.searcher = SearchWorker(enrolled.door_stores, door, clock, discreet=model.state.search.discreet)
        self.counter = CountWorker(enrolled.door_stores, door, clock)
        self._workers: tuple[_Worker, ...] = (self.door, self.syncer, self.searcher, self.counter)
        self._threads = tuple(map(self._thread, ("door", "sync", "search", "counts"), self._workers))
        self._at_work = False
        self._unfinished = len(self._threads)
        self._scheduler = BackgroundScheduler(daemon=True)
        self._scheduler.add_job(self._ticked.emit, "interval", seconds=SYNC_S, max_instances=1, coalesce=True)

    def start(self, spec: str) -> None:
        """Open the door: look through camera `spec`, sync at once and then steadily."""
        self._at_work = True
        self._connect()  # last: whoever hears the door besides knows a verdict before the screen offers what to do
        for thread in self._threads:
            thread.start()
        self._scheduler.start()
        self._ticked.emit()
        self.look_through(spec)

    def end(self) -> None:
        """Close the door without waiting for a server that is slow to answer; `ended` tells when all is done."""
        if self._at_work:
            self._at_work = False
            self._api.hang_up()  # else a first pull of many pages would be waited for
            self._scheduler.shutdown(wait=True)
            self._stop_camera()
            self._leave_view()
            for worker in self._workers:
                QMetaObject.invokeMethod(worker, "close", Qt.ConnectionType.QueuedConnection)

    def stop(self) -> None:
        """Close the door; what was told is on disk already. Returns when no thread of this shift runs."""
        self.end()
        for thread in self._threads:
            thread.wait()
        for worker in filter(isValid, self._workers):
            delete(worker)
        self._api.close()

    @Slot(str)
    def look_through(self, spec: str) -> None:
        """Take another camera (number, file or address); the one before is let go first."""
        self._stop_camera()
        self._spec = spec
        camera = CameraThread(spec, size=self._model.state.camera_set.size)
        camera.pictured.connect(self._view.show_frame)
        camera.saw.connect(self.door.saw)
        camera.hinted.connect(self._model.hinted)
        camera.running.connect(self._camera_runs)
        camera.failed.connect(self._camera_lost)
        camera.ended.connect(self._camera_ended)
        self._camera = camera
        self._model.camera_changed(CameraState(CameraStatus.STARTING, spec))
        camera.start()

    @Slot()
    def _thread_finished(self) -> None:
        self._unfinished -= 1
        if self._unfinished == 0:
            self.stop()
            self.ended.emit()

    def _connect(self) -> None:
        self._view.scanned.connect(self.door.scanned)
        self._view.chosen.connect(self.door.chosen)
        self._view.asked.connect(self.searcher.asked)
        self._view.discretion_picked.connect(self.searcher.discretion_picked)
        self._view.kind_picked.connect(self.door.kind_picked)
        for worker, thread in zip(self._workers, self._threads, strict=True):
            worker.closed.connect(thread.quit, Qt.ConnectionType.DirectConnection)
            thread.finished.connect(self._thread_finished)
        self.door.judged.connect(self._model.judged)
        self.door.judged.connect(self.syncer.nudge)
        self.door.judged.connect(self.counter.tick)
        self.door.sold.connect(self.syncer.nudge)
        self.door.sold.connect(self.counter.tick)
        self.door.undone.connect(self.syncer.nudge)
        self.door.undone.connect(self.counter.tick)
        self.door.door_changed.connect(self.counter.door_changed)
        self.door.door_changed.connect(self.searcher.stands)
        self.door.judged_together.connect(self._model.judged_together)
        self.door.undone.connect(self._model.undone)
        self.door.rehearsing.connect(self._model.rehearsing)
        self.counter.counted.connect(self._model.counted)
        self.searcher.found.connect(self._model.found)
        self.searcher.failed.connect(self._model.noticed)
        self.searcher.mended.connect(self._model.mended)
        self.door.failed.connect(self._model.scan_failed)
        self._ticked.connect(self.syncer.tick)
        self._ticked.connect(self.counter.tick)
        self.syncer.synced.connect(self._model.synced)
        self.syncer.synced.connect(self.searcher.refresh)
        self.syncer.synced.connect(self.counter.tick)
        self.syncer.failed.connect(self._model.sync_failed)
        self.syncer.mended.connect(self._model.mended)

    def _thread(self, name: str, worker: QObject) -> QThread:
        thread = QThread(self)
        thread.setObjectName(name)
        worker.moveToThread(thread)
        return thread

    def _leave_view(self) -> None:
        """The view goes on with the next shift."""
        self._view.scanned.disconnect(self.door.scanned)
        self._view.chosen.disconnect(self.door.chosen)
        self._view.asked.disconnect(self.searcher.asked)
        self._view.discretion_picked.disconnect(self.searcher.discretion_picked)
        self._view.kind_picked.disconnect(self.door.kind_picked)

    def _stop_camera(self) -> None:
        if self._camera is not None:
            self._camera.stop()
            self._camera.deleteLater()
            self._camera = None
            self._model.hinted(None)

    @Slot()
    def _camera_runs(self) -> None:
        self._model.camera_changed(CameraState(CameraStatus.RUNNING, self._spec))

    @Slot(str, str)
    def _camera_lost(self, code: str, sentence: str) -> None:
        self._model.camera_changed(CameraState(CameraStatus.LOST, self._spec, sentence))

    @Slot()
    def _camera_ended(self) -> None:
        if self._model.state.camera.status is CameraStatus.RUNNING:
            sentence = self.tr("The video is over. Choose a camera, or the video again.")
            self._model.camera_changed(CameraState(CameraStatus.NONE, self._spec, sentence))
