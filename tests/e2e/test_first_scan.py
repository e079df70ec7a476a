"""From the camera to the conflict list: a real server process, an offscreen window, frames from a file."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from eventreg_core.enrolment import enrolment_of
from eventreg_desktop.app import App, Asked
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.door.door import Door, Scanned
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store import db, journal
from eventreg_desktop.store.stores import Folder
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.ui.door.state import Look
from eventreg_desktop.work.laptop import Enrolled, become_enrolled, fetch, get_places
from tests.e2e.world import World, uuid_of


class Second:
    """Another laptop at the same event, without a window."""

    def __init__(self, world: World, path: Path) -> None:
        self.clock = laptop_clock()
        folder = Folder(path, ballast_size=4096)
        self.enrolled: Enrolled = become_enrolled(folder, Vault(None), enrolment_of(world.invite()), "Second")
        get_places(self.enrolled, self.clock)
        self.door = Door(uuid_of(world.event), uuid_of(world.check_in_list))

    def scan(self, text: str) -> Outcome:
        with closing(self.enrolled.door_stores()) as stores:
            return redeem(stores, self.door, Scanned(text), self.clock())

    def sync(self) -> SyncState:
        return fetch(self.enrolled, self.clock)


@pytest.fixture
def app(qapp: QApplication, world: World, tmp_path: Path) -> Iterator[App]:
    """A window that is being enrolled, with a video of the first guest before its camera."""
    settings = QSettings(str(tmp_path / "screen.ini"), QSettings.Format.IniFormat)
    folder = Folder(tmp_path / "first", ballast_size=4096)
    asked = Asked(world.invite(), str(world.video("first", 0)))
    app = App(qapp, settings, folder, laptop_clock(), asked)
    app.start()
    yield app
    app.stop()
    app.window.close()
    delete(app.window)  # here: garbage is collected in any thread, and Qt's objects bear one
    delete(app)


def shown(app: App) -> list[tuple[str, Look]]:
    """Who was judged on the first laptop and how it looked, oldest first."""
    return [(line.name, line.look) for line in reversed(app.door.state.scans)]


def facts_on(folder: Path) -> int:
    """Facts in a laptop's journal, as another program would count them."""
    with closing(db.connect(folder / "journal.db")) as file:
        return journal.counts(file).facts


def test_a_door_scans_on_while_the_server_is_away_and_a_second_doors_clash_is_listed(
    world: World, app: App, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: shown(app) == [("Anna Müller", Look.ADMITTED)])
    assert any(line.code == "keyring_in_memory" for line in app.door.state.notices)
    qtbot.waitUntil(lambda: len(world.check_ins()) == 1)
    second = Second(world, tmp_path / "second")

    with world.away():
        assert app.shift is not None
        app.shift.look_through(str(world.video("second", 1, 2, 1)))
        qtbot.waitUntil(lambda: len(shown(app)) == 3)
        assert shown(app)[1:] == [("Łukasz Wiśniewski", Look.ADMITTED), ("李 伟", Look.ADMITTED)]
        assert second.scan(world.tokens[1]).name == "Łukasz Wiśniewski"
        assert second.sync().connection is Connection.OFFLINE
        qtbot.waitUntil(lambda: "2" in app.door.state.unsent.text)

    assert second.sync().unsent == 0
    qtbot.waitUntil(lambda: app.door.state.unsent.text == "All scans sent")
    assert len(world.check_ins()) == 4
    assert facts_on(tmp_path / "first") == 3
    (conflict,) = world.conflicts()
    assert (conflict["class"], conflict["name"]) == ("double_entry", "Łukasz Wiśniewski")
    assert len(conflict["facts"]) == 2
