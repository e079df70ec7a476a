"""How a door's threads end: what was entered is judged, what comes later is nobody's, and one thread clears away."""

from threading import get_ident

import pytest
from PySide6.QtCore import QMetaObject, QObject, Qt, QThread, Slot
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from eventreg_core.problems import Problem
from eventreg_desktop.door.door import Door
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.ui.door.state import Look
from eventreg_desktop.work.counter import CountWorker
from eventreg_desktop.work.search import SearchWorker
from tests.sync.festival import EVENT, MAIN, NORTH
from tests.sync.laptop import Hands
from tests.ui.stage import Stage, shown


class Witness(QObject):
    """Notes in which thread objects cease to be."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[int] = []

    @Slot()
    def gone(self) -> None:
        """Connect directly: this runs in the thread that deletes."""
        self.threads.append(get_ident())


def test_a_door_that_closes_has_judged_what_was_entered_and_is_cleared_away_by_the_windows_thread(stage: Stage) -> None:
    app, witness = stage.at_work(), Witness()
    shift = app.shift
    assert shift is not None
    for worker in (shift.door, shift.syncer, shift.searcher, shift.counter):
        worker.destroyed.connect(witness.gone, Qt.ConnectionType.DirectConnection)
    with stage.qtbot.waitSignal(shift.ended):
        app.window.door.entered(stage.ticket(1))
        shift.end()
    assert shown(app.door) == [("Łukasz Nowak", Look.ADMITTED)]
    assert len(stage.entries()) == 1
    assert witness.threads == [get_ident()] * 4


@pytest.mark.parametrize(
    ("kind", "asked", "later"),
    [
        pytest.param(SearchWorker, "refresh", ("refresh",), id="search"),
        pytest.param(CountWorker, "_count", ("_count", "tick"), id="counts"),
    ],
)
def test_what_reaches_a_worker_after_its_end_opens_no_file_and_starts_no_timer(
    qapp: QApplication, kind: type[SearchWorker] | type[CountWorker], asked: str, later: tuple[str, ...]
) -> None:
    opened: list[int] = []

    def open_stores() -> Stores:
        opened.append(get_ident())
        raise Problem("broken", "No such file.")

    worker, thread = kind(open_stores, Door(EVENT, MAIN, NORTH), Hands()), QThread()
    worker.closed.connect(thread.quit, Qt.ConnectionType.DirectConnection)
    worker.moveToThread(thread)
    for slot in (asked, "close", *later):
        QMetaObject.invokeMethod(worker, slot, Qt.ConnectionType.QueuedConnection)
    thread.start()
    assert thread.wait()
    delete(worker)  # Qt would warn of a timer of another thread that runs
    assert len(opened) == 1
    assert opened != [get_ident()]
