"""One strip says that all is well, or what is not; and a key tells how to mend it."""

import itertools
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from eventreg_desktop import assets
from eventreg_desktop.app import Asked
from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.ui.door.health import health_of
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import CameraState, CameraStatus, Level
from eventreg_desktop.work.awake import Awake
from eventreg_desktop.work.disk import LOW, DiskWatch
from tests.conftest import PATIENCE_S
from tests.sync.festival import guests
from tests.sync.http_peer import Reply
from tests.ui import desk_scenes, night
from tests.ui.stage import NO_CAMERA, Stage, scan, shown


@pytest.fixture
def door(qtbot: QtBot) -> DoorModel:
    made = DoorModel(night.PLACE, night.ZONE)
    made.camera_changed(night.RUNNING)
    made.synced(night.WELL)
    return made


def test_all_is_well_only_when_every_part_is(door: DoorModel) -> None:
    assert (door.state.overall.text, door.state.overall.level, door.state.well) == ("All is well", Level.WELL, True)
    door.noticed("no_sound", "")
    assert door.state.overall.text == "No sound on this computer: watch the colour and the word."
    door.camera_changed(CameraState(CameraStatus.LOST, "0"))
    assert (door.state.overall.text, door.state.overall.level) == ("Camera lost · 1 more to look at", Level.TROUBLE)
    door.camera_changed(night.RUNNING)
    door.mended("no_sound")
    assert door.state.well


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("no_sound", "sound"), ("keyring_in_memory", "keyring"), ("disk_low", "disk"), ("disk_full", "disk"),
        ("store_locked", "disk"), ("printer_off", "printer"),
    ],
)  # fmt: skip
def test_each_trouble_belongs_to_a_part_and_says_how_to_mend_it(door: DoorModel, code: str, part: str) -> None:
    door.noticed(code, "It is broken.")
    (line,) = [each for each in health_of(door.state) if each.level is not Level.WELL]
    assert line.part == part
    assert line.text
    assert line.mend.endswith(".")


@pytest.mark.parametrize(
    ("sync", "parts"),
    [
        (night.OFFLINE, {"server", "unsent", "list"}),
        (SyncState(Connection.CLOCK, 0, 0, 2.0, None), {"server", "clock"}),
        (SyncState(Connection.ONLINE, 0, 0, None, None), {"list"}),
        (replace(night.WELL, clock_jump_ms=90_000), {"clock"}),
    ],
)
def test_what_the_sync_tells_goes_to_its_parts(door: DoorModel, sync: SyncState, parts: set[str]) -> None:
    door.synced(sync)
    lines = [each for each in health_of(door.state) if each.level is not Level.WELL]
    assert {str(each.part) for each in lines} - {"server"} == parts - {"server"}
    assert all(each.mend and assets.icon(each.icon).exists() for each in lines)


def test_a_key_lists_every_part_the_troubles_first(qtbot: QtBot) -> None:
    model, view, desk = desk_scenes.with_desk()
    qtbot.addWidget(view)
    view.health_asked.connect(model.tell_health)
    model.health_told.connect(desk.shown)
    model.noticed("disk_low", "")
    view.resize(1366, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    QTest.keyClick(view, Qt.Key.Key_F12)
    assert view.desk.isVisible()
    rows = [view.desk.choices.item(row).text() or view.desk.choices.item(row).data(Qt.ItemDataRole.AccessibleTextRole)
            for row in range(view.desk.choices.count())]  # fmt: skip
    assert len(rows) == 9
    assert rows[0].startswith("The disk is nearly full.")
    assert view.strip.mend.text() == "What to do (F12)"


def test_a_disk_that_fills_up_is_said_once_and_so_is_that_it_is_mended(qtbot: QtBot, tmp_path: Path) -> None:
    rooms = iter([LOW + 1, LOW - 1, LOW - 1, LOW + 1])
    watch = DiskWatch(tmp_path, lambda _: next(rooms))
    said: list[str] = []
    watch.noticed.connect(lambda code, _: said.append(code))
    watch.mended.connect(lambda code: said.append(f"{code} over"))
    for _ in range(4):
        watch.look()
    assert said == ["disk_low", "disk_low over"]


def test_a_disk_that_cannot_be_asked_is_no_trouble_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    watch = DiskWatch(tmp_path / "gone")
    with qtbot.assertNotEmitted(watch.noticed):
        watch.look()


def test_a_screen_that_cannot_be_kept_awake_stops_nobody(qtbot: QtBot) -> None:
    for platform in ("win32", "darwin", "linux"):
        awake = Awake(platform)
        awake.keep()
        awake.let_sleep()
        assert not awake.kept


def test_a_fresh_laptop_scans_while_its_guest_list_is_still_coming_and_says_how_far_it_is(stage: Stage) -> None:
    known, seen, pulls = stage.peer.answer, Event(), itertools.count()

    def slowly(method: str, target: str, header: str, body: bytes) -> Reply:
        # The first page is enough to open the door; the others wait until somebody has read how far it is.
        if "/sync/pull" in target and next(pulls) > 0:
            seen.wait(PATIENCE_S)
        return known(method, target, header, body)

    stage.peer.answer = slowly  # type: ignore[method-assign]
    stage.peer.server.page_size = 12
    stage.peer.server.publish(guests(60))
    app = stage.open(Asked(str(stage.peer.enrolment()), NO_CAMERA))
    stage.until(lambda: "tickets so far. You may scan already." in app.door.state.connection.text)
    scan(app.window.door.search.line, stage.ticket(1))
    stage.until(lambda: len(shown(app.door)) == 1)
    seen.set()
    stage.until(lambda: app.door.state.connection.text == "All is well")
