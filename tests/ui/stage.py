"""The whole program on real files, its window drawn without a screen, its server in memory behind real HTTP."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from eventreg_core.facts import CheckIn
from eventreg_desktop.app import App, Asked
from eventreg_desktop.store import db, journal
from eventreg_desktop.ui.door.state import CameraStatus, DoorState, Look
from tests.sync.festival import MAIN, NORTH, Festival, guests, serial
from tests.sync.http_peer import Peer
from tests.sync.laptop import Hands, small
from tests.sync.memory_server import MemoryServer

NO_CAMERA = "nowhere/door.avi"


class Door(Protocol):
    """What shows a door's state: the program, or a shift alone."""

    @property
    def state(self) -> DoorState:
        """What the screen shows."""


def festival_server(festival: Festival) -> MemoryServer:
    """A server that knows the festival and its first ten guests."""
    server = MemoryServer()
    server.publish(festival.setting())
    server.publish(guests(10))
    return server


@dataclass
class Stage:
    """Where a test plays. Each program it opens is closed after the test."""

    qapp: QApplication
    qtbot: QtBot
    path: Path
    peer: Peer
    festival: Festival = field(default_factory=Festival)
    opened: list[App] = field(default_factory=list)

    def open(self, asked: Asked, *, placed: bool = True, camera: str | None = None) -> App:
        """Start the program; `placed`: it stood at the main door the last time, and `camera` was picked."""
        settings = QSettings(str(self.path / "screen.ini"), QSettings.Format.IniFormat)
        settings.setValue("language", "en")
        if placed:
            settings.setValue("list", str(MAIN))
            settings.setValue("gate", str(NORTH))
        if camera is not None:
            settings.setValue("camera", camera)
        app = App(self.qapp, settings, small(self.path / "laptop"), Hands(), asked)
        self.opened.append(app)
        with self.qtbot.waitActive(app.window):
            app.start()
            app.window.activateWindow()
        return app

    def at_work(self, source: str = NO_CAMERA, camera: str | None = None) -> App:
        """A door that was just enrolled, and has synced."""
        app = self.open(Asked(str(self.peer.enrolment()), source), camera=camera)
        self.until(lambda: app.door.state.connection.text == "All is well")
        return app

    def close(self) -> None:
        """Close every program, and delete it here: garbage is collected in any thread, and Qt's objects bear one."""
        for app in self.opened:
            app.stop()
            app.window.close()
            delete(app.window)
            delete(app)

    def until(self, happened: Callable[[], object]) -> None:
        """Wait for it."""
        self.qtbot.waitUntil(lambda: bool(happened()))

    def until_asked(self, app: App) -> None:
        """Wait until the operator may enter an enrolment code."""
        self.until(lambda: app.window.setup.enrol.isEnabled() and app.window.setup.enrol.text.hasFocus())

    def entries(self) -> list[CheckIn]:
        """The admissions in the laptop's journal, as another program would read them."""
        with closing(db.connect(self.path / "laptop" / "journal.db")) as file:
            facts = [each.fact for each in journal.chain(file, journal.get_current(file).id)]
        return [fact for fact in facts if isinstance(fact, CheckIn)]

    def ticket(self, number: int) -> str:
        """The code of guest `number`."""
        return self.festival.text(serial(number))


def scan(widget: QWidget, text: str) -> None:
    """A hand scanner types `text` and Enter into the window, all within one millisecond (no real scanner).

    That was a second ago, as far as the window knows: the next key is a person's, however soon a test presses it.
    """
    keys = [(ord(letter.upper()), letter) for letter in text] + [(Qt.Key.Key_Return.value, "\r")]
    typed_at = int(time.monotonic() * 1000) - 1000
    for key, letter in keys:
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(typed_at)
        QCoreApplication.sendEvent(widget, event)


def shown(door: Door) -> list[tuple[str, Look]]:
    """Who was judged and how it looked, oldest first."""
    return [(line.name, line.look) for line in reversed(door.state.scans)]


def runs(door: Door) -> bool:
    """Whether the camera gives pictures."""
    return door.state.camera.status is CameraStatus.RUNNING
