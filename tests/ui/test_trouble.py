"""What goes wrong at a door, and that the door goes on: the whole program on real files and real sources."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from eventreg_desktop import log
from eventreg_desktop.__main__ import open_window
from eventreg_desktop.app import Asked
from eventreg_desktop.door.door import Door
from eventreg_desktop.shift import Shift
from eventreg_desktop.store import db
from eventreg_desktop.store.ballast import Ballast
from eventreg_desktop.store.stores import Stores, held
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.state import Connection
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import CameraStatus, Look, Place
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.work.laptop import Enrolled, become_enrolled, fetch
from eventreg_desktop.work.opencv import Picture
from tests.conftest import PATIENCE_S
from tests.sights import NOBODY, NetworkCamera, holding, write_video
from tests.sync.festival import EVENT, MAIN, NORTH
from tests.sync.laptop import Hands, small
from tests.ui.stage import NO_CAMERA, Stage, runs, scan, shown

LUKASZ, SINEAD = ("Łukasz Nowak", Look.ADMITTED), ("Sinéad O'Brien", Look.ADMITTED)


def test_a_camera_that_cannot_be_read_leaves_scanner_and_names_and_another_may_be_picked(stage: Stage) -> None:
    film = [*[holding(stage.ticket(2), 4)] * 4, *[NOBODY] * 8]
    other = write_video(stage.path / "other.avi", film, rate=30)
    app = stage.at_work(NO_CAMERA, camera=other)
    stage.until(lambda: app.door.state.camera.status is CameraStatus.LOST)
    view = app.window.door
    assert view.picture.accessibleDescription().startswith("The video door.avi cannot be read.")
    assert app.door.state.banner.headline == "Use a hand scanner, or type a name"
    scan(view.search.line, stage.ticket(1))
    stage.until(lambda: shown(app.door) == [LUKASZ])
    stage.until(lambda: len(view.header.cameras.menu().actions()) >= 2)
    (pick,) = [each for each in view.header.cameras.menu().actions() if each.text() == "other.avi"]
    pick.trigger()
    stage.until(lambda: shown(app.door) == [LUKASZ, SINEAD])
    assert runs(app.door)


def after(missed: Event, frames: Sequence[Picture]) -> Iterator[Picture]:
    """A camera that stays dark until somebody has seen that it is."""
    missed.wait(PATIENCE_S)
    yield from frames


def test_a_camera_that_goes_in_the_middle_of_a_shift_is_missed_and_comes_back(stage: Stage) -> None:
    film = [holding(stage.ticket(1), 4)] * 16, [holding(stage.ticket(2), 4)] * 16
    missed = Event()
    camera = NetworkCamera([film[0], [], after(missed, film[1])], hold=True)
    with camera.on() as url:
        app = stage.open(Asked(str(stage.peer.enrolment()), url))
        stage.until(lambda: app.door.state.camera.status is CameraStatus.LOST)
        assert "gives no more pictures" in app.window.door.picture.accessibleDescription()
        missed.set()
        stage.until(lambda: shown(app.door) == [LUKASZ, SINEAD] and runs(app.door))
        app.stop()


def test_a_found_guest_is_admitted_by_keys_alone_and_recorded_as_chosen(stage: Stage) -> None:
    app = stage.at_work()
    line = app.window.door.search.line
    QTest.keyClicks(line, "nowak")
    stage.until(lambda: app.window.door.search.list.count() > 0)
    QTest.keyClick(line, Qt.Key.Key_Down)
    QTest.keyClick(line, Qt.Key.Key_Return)
    stage.until(lambda: shown(app.door) == [LUKASZ])
    assert app.door.state.banner.word == "ADMITTED"
    assert [fact.chosen for fact in stage.entries()] == [True]
    assert line.text() == ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://menu.example/today?table=12", id="a menu"),
        pytest.param("%PDF-1.7 ~!@#$^&*()_+{}|:<>?[];',./`", id="garbage"),
        pytest.param("NCFOXN%TSMAHN-H:SE42KO7EGCPCT9" * 100, id="a very long text"),
    ],
)
def test_what_is_no_ticket_is_refused_and_the_next_guest_enters(stage: Stage, text: str) -> None:
    app = stage.at_work()
    line = app.window.door.search.line
    scan(line, text)
    stage.until(lambda: app.door.state.banner.headline == "Not one of our tickets")
    scan(line, stage.ticket(1))
    stage.until(lambda: shown(app.door) == [("", Look.STOP), LUKASZ])


@pytest.mark.parametrize("text", ["\0" * 40, "a\0b" + "\uffff" * 40, "\ud800 lone surrogate", "", "٣" * 120])
def test_what_no_keyboard_can_type_is_refused_too(stage: Stage, text: str) -> None:
    app = stage.at_work()
    app.window.door.entered(text)
    app.window.door.entered(stage.ticket(1))
    stage.until(lambda: shown(app.door) == [("", Look.STOP), LUKASZ])


def test_files_that_another_program_holds_admit_nobody_until_it_lets_go(stage: Stage) -> None:
    app = stage.at_work()
    with closing(db.connect(stage.path / "laptop" / "journal.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        scan(app.window.door.search.line, stage.ticket(1))
        stage.until(lambda: app.door.state.banner.word == "SCAN AGAIN")
        assert "Another program holds this door's files." in app.door.state.banner.sentence
        assert shown(app.door) == []
        other.execute("ROLLBACK")
    scan(app.window.door.search.line, stage.ticket(1))
    stage.until(lambda: shown(app.door) == [LUKASZ])


def test_a_second_copy_of_the_program_says_so_and_does_not_start(qapp: QApplication, tmp_path: Path) -> None:
    told: list[str] = []

    def read_and_close() -> None:
        box = qapp.activeModalWidget()
        assert isinstance(box, QMessageBox)
        told.append(box.text())
        box.reject()

    with held(small(tmp_path)):
        QTimer.singleShot(0, read_and_close)
        assert open_window(qapp, small(tmp_path), Asked()) == 2
    assert told == ["EventReg already runs on this laptop. Use the window that is open."]


class Alone:
    """A shift with its screen, and nothing that opens or leaves doors."""

    def __init__(self, qtbot: QtBot, enrolled: Enrolled, clock: Hands) -> None:
        self._qtbot = qtbot
        self.model, self.view = DoorModel(Place("Sommerfest", "Main door"), "Europe/Berlin"), DoorView()
        self.model.setParent(self.view)
        self.model.changed.connect(self.view.display)
        qtbot.addWidget(self.view)
        self.shift = Shift(enrolled, Door(EVENT, MAIN, NORTH), clock, self.view, self.model, self.view)
        self.shift.start(NO_CAMERA)

    def scan(self, text: str) -> None:
        """Scan, and wait for what is said."""
        before = self.model.state.shown
        self.view.entered(text)
        self._qtbot.waitUntil(lambda: self.model.state.shown > before)


Begin = Callable[[Callable[[Stores], Stores]], Alone]


@pytest.fixture
def alone(stage: Stage) -> Iterator[Begin]:
    """Makes a shift whose door's stores are first handed to a spoiler."""
    made: list[Alone] = []
    clock = Hands()
    plain = become_enrolled(small(stage.path / "laptop"), Vault(None), stage.peer.enrolment(), "Door")
    assert fetch(plain, clock).connection is Connection.ONLINE

    def begin(spoil: Callable[[Stores], Stores]) -> Alone:
        class Spoilt(Enrolled):
            """A laptop with something wrong."""

            def door_stores(self) -> Stores:
                return spoil(super().door_stores())

        spoilt = Spoilt(plain.folder, plain.device, plain.secrets, plain.notices)
        made.append(Alone(stage.qtbot, spoilt, clock))
        return made[-1]

    yield begin
    for each in made:
        each.shift.stop()


def test_a_full_disk_admits_nobody_and_says_so_until_there_is_room(alone: Begin, stage: Stage) -> None:
    room = Event()

    def cramp(stores: Stores) -> Stores:
        pages = stores.journal.execute("PRAGMA page_count").fetchone()[0]
        stores.journal.execute(f"PRAGMA max_page_count = {pages}")

        class Full(Ballast):
            """A ballast that helps only once somebody has made room."""

            def free(self) -> bool:
                if room.is_set():
                    stores.journal.execute("PRAGMA max_page_count = 1000000")
                return room.is_set()

        return replace(stores, ballast=Full(stores.ballast.path))

    door = alone(cramp)
    guest = 0
    while door.model.state.banner.word != "SCAN AGAIN":
        guest += 1
        door.scan(stage.ticket(guest))
    assert "Free some space" in door.model.state.banner.sentence
    assert len(stage.entries()) == len(shown(door.model)) == guest - 1
    room.set()
    door.scan(stage.ticket(guest))
    assert door.model.state.banner.word == "ADMITTED"
    assert len(stage.entries()) == guest


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Where the program's log goes meanwhile."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    log.write_to(tmp_path)
    yield tmp_path / "door.log"
    for handler in root.handlers:
        handler.close()
    root.handlers = before
    root.setLevel(level)


def test_a_mistake_of_ours_is_logged_with_its_traceback_and_the_door_goes_on(
    alone: Begin, stage: Stage, log_file: Path
) -> None:
    mistakes = [ZeroDivisionError("a mistake of ours")]

    def trip(stores: Stores) -> Stores:
        if mistakes:
            stores.close()
            raise mistakes.pop()
        return stores

    door = alone(trip)
    door.scan(stage.ticket(1))
    assert door.model.state.banner.word == "SCAN AGAIN"
    assert door.model.state.banner.sentence.startswith("The program made a mistake with this scan.")
    written = log_file.read_text(encoding="utf-8")
    assert "Traceback" in written
    assert "ZeroDivisionError: a mistake of ours" in written
    assert stage.ticket(1) not in written
    door.scan(stage.ticket(1))
    assert shown(door.model) == [LUKASZ]
