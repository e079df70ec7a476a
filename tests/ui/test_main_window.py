"""The window as a whole: where a typed scan goes, what is remembered, the keys that work everywhere."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from eventreg_desktop.ui import style
from eventreg_desktop.ui.colours import DARK
from eventreg_desktop.ui.main_window import MainWindow
from eventreg_desktop.ui.style import Scheme
from tests.sync.festival import Festival, serial
from tests.ui.stage import scan


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    made = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made.setValue("language", "en")
    return made


def opened(qtbot: QtBot, qapp: QApplication, settings: QSettings) -> MainWindow:
    window = MainWindow(qapp, settings)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def test_a_typed_scan_goes_to_the_screen_that_is_shown(qtbot: QtBot, qapp: QApplication, settings: QSettings) -> None:
    window = opened(qtbot, qapp, settings)
    with qtbot.waitSignal(window.setup.text_entered) as entered:
        scan(window.setup.enrol.text, "eventreg:enrol?url=https://a.example&code=1")
    assert entered.args == ["eventreg:enrol?url=https://a.example&code=1"]
    window.show_door()
    with qtbot.waitSignal(window.door.scanned) as scanned:
        scan(window.door.search.line, " 6BF/ABC 12%$*+-.:XYZ ABC ")
    assert scanned.args == [" 6BF/ABC 12%$*+-.:XYZ ABC "]
    assert window.door.search.line.text() == ""


def test_a_scanner_that_marks_its_codes_or_has_caps_lock_on_is_understood(
    qtbot: QtBot, qapp: QApplication, settings: QSettings
) -> None:
    window = opened(qtbot, qapp, settings)
    window.show_door()
    ticket = Festival().text(serial(1))
    with qtbot.waitSignal(window.door.scanned) as scanned:
        scan(window.door.search.line, "]Q2\\000026" + ticket.lower())
    assert scanned.args == [ticket]


def test_the_size_and_the_colours_are_remembered(qtbot: QtBot, qapp: QApplication, settings: QSettings) -> None:
    first = opened(qtbot, qapp, settings)
    first.resize(1024, 700)
    first.door.scheme_picked.emit(Scheme.DARK)
    assert style.colours() == DARK
    first.close()
    style.apply(qapp, Scheme.LIGHT)
    second = opened(qtbot, qapp, settings)
    assert (second.width(), second.height()) == (1024, 700), "not the first start's 1366 × 768"
    assert style.colours() == DARK


def test_f11_fills_the_screen_and_gives_it_back(qtbot: QtBot, qapp: QApplication, settings: QSettings) -> None:
    window = opened(qtbot, qapp, settings)
    QTest.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    window.show_door()
    window.door.header.full.click()
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_the_window_fits_a_small_laptop(qtbot: QtBot, qapp: QApplication, settings: QSettings) -> None:
    window = opened(qtbot, qapp, settings)
    needed = window.minimumSizeHint()
    assert needed.width() <= 1024
    assert needed.height() <= 640
