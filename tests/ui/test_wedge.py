"""Scanners that type, played by QTest (no real scanner), with the time between keys given."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputDevice, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from eventreg_desktop.ui.wedge import GAP_MS, SHORTEST, Wedge

TOKEN = "  6BF/ABC 12%$*+-.:XYZ ABCDEFGHIJ "


class Stopwatch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_ms = 1000.0

    def __call__(self) -> float:
        return self.now_ms


class Desk:
    """A window with a field and a button, and what its wedge heard."""

    def __init__(self, app: QApplication) -> None:
        self.window = QWidget()
        self.field, self.button = QLineEdit(self.window), QPushButton("Go", self.window)
        column = QVBoxLayout(self.window)
        column.addWidget(self.field)
        column.addWidget(self.button)
        self.watch = Stopwatch()
        self.wedge = Wedge(app, self.window, self.watch)
        self.heard: list[str] = []
        self.clicks = 0
        self.wedge.scanned.connect(self.heard.append)
        self.button.clicked.connect(self._clicked)

    def _clicked(self) -> None:
        self.clicks += 1

    def type(self, text: str, gap_ms: float, into: QWidget | None = None) -> None:
        for letter in text:
            self.watch.now_ms += gap_ms
            QTest.keyClicks(into or self.field, letter)

    def compose(self, letter: str) -> None:
        """What an input method makes of a dead key and the next one: first the accent alone, then the letter."""
        QCoreApplication.sendEvent(self.field, QInputMethodEvent("`", []))
        event = QInputMethodEvent()
        event.setCommitString(letter)
        QCoreApplication.sendEvent(self.field, event)

    def type_on(self, keyboard: QInputDevice, letter: str, gap_ms: float = 2) -> None:
        """One key of a keyboard that the system tells from others."""
        self.watch.now_ms += gap_ms
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_A
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, 0, 0, 0, letter, False, 1, keyboard)
            QCoreApplication.sendEvent(self.field, event)

    def press(self, key: Qt.Key, gap_ms: float, into: QWidget | None = None) -> None:
        self.watch.now_ms += gap_ms
        QTest.keyClick(into or self.field, key)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    made = Desk(qapp)
    qtbot.addWidget(made.window)
    made.window.show()
    yield made
    qapp.removeEventFilter(made.wedge)


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_a_burst_that_ends_with_enter_or_tab_is_a_scan_to_the_letter(desk: Desk, end: Qt.Key) -> None:
    desk.type(TOKEN, 5)
    desk.press(end, 5)
    assert desk.heard == [TOKEN]
    assert desk.field.text() == "", "nothing of it is typed"


def test_a_burst_without_an_end_is_a_scan_after_a_pause(qtbot: QtBot, desk: Desk) -> None:
    desk.type(TOKEN, 5)
    qtbot.waitUntil(lambda: desk.heard == [TOKEN])
    assert desk.field.text() == ""


def test_a_burst_is_heard_whatever_has_the_focus_and_presses_no_button(desk: Desk) -> None:
    desk.type(TOKEN, 5, desk.button)
    desk.press(Qt.Key.Key_Return, 5, desk.button)
    assert (desk.heard, desk.clicks) == ([TOKEN], 0)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # what is drawn nowhere grabs no keyboard
def test_a_burst_is_heard_while_a_menu_or_a_list_is_open_and_chooses_nothing_there(qtbot: QtBot, desk: Desk) -> None:
    menu, combo, chosen = QMenu(desk.button), QComboBox(desk.window), list[str]()
    menu.triggered.connect(lambda action: chosen.append(action.text()))
    combo.activated.connect(lambda at: chosen.append(combo.itemText(at)))
    for letter in TOKEN.strip():
        menu.addAction(letter)
        combo.addItem(letter)
    for into in (menu, combo.view()):
        menu.popup(desk.window.pos()) if into is menu else combo.showPopup()
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
        desk.type(TOKEN, 5, into)
        desk.press(Qt.Key.Key_Return, 5, into)
        desk.press(Qt.Key.Key_Escape, 500, into)
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert (desk.heard, chosen) == ([TOKEN, TOKEN], [])
    menu.popup(desk.window.pos())
    desk.press(Qt.Key.Key_Down, 500, menu)
    desk.press(Qt.Key.Key_Return, 500, menu)
    assert chosen == [TOKEN.strip()[0]], "people choose as ever"


@pytest.mark.parametrize("held", [Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt])
def test_keys_that_a_scanner_holds_for_a_sign_do_not_break_its_burst(desk: Desk, held: Qt.Key) -> None:
    desk.type("]Q1", 5)
    desk.press(held, 5)  # Windows tells of AltGr as Control and Alt
    desk.type(TOKEN, 5)
    desk.press(Qt.Key.Key_Return, 5)
    assert (desk.heard, desk.field.text()) == (["]Q1" + TOKEN], "")


def test_the_second_half_of_a_scanners_line_end_is_not_a_key_press(desk: Desk) -> None:
    chosen: list[bool] = []
    desk.field.returnPressed.connect(lambda: chosen.append(True))
    desk.type(TOKEN, 5)
    desk.press(Qt.Key.Key_Return, 5)
    desk.press(Qt.Key.Key_Return, 5)
    assert (desk.heard, chosen) == ([TOKEN], [])


def test_slow_typing_of_a_long_text_is_never_a_scan(qtbot: QtBot, desk: Desk) -> None:
    desk.type("a" * (SHORTEST + 10), GAP_MS + 60)
    qtbot.waitUntil(lambda: desk.field.text() == "a" * (SHORTEST + 10))
    desk.press(Qt.Key.Key_Return, 100)
    assert desk.heard == []


def test_a_fast_short_word_is_typing_and_reaches_the_field_in_order(qtbot: QtBot, desk: Desk) -> None:
    desk.type("muller", 10)
    qtbot.waitUntil(lambda: desk.field.text() == "muller")
    assert desk.heard == []


def test_enter_after_a_short_word_comes_after_the_word(desk: Desk) -> None:
    seen: list[str] = []
    desk.field.returnPressed.connect(lambda: seen.append(desk.field.text()))
    desk.type("K7QP-2M", 10)
    desk.press(Qt.Key.Key_Return, 10)
    assert (desk.heard, seen) == ([], ["K7QP-2M"])


def test_typing_before_a_burst_stays_typing(qtbot: QtBot, desk: Desk) -> None:
    desk.type("bo", 120)
    desk.watch.now_ms += 200
    desk.type(TOKEN, 5)
    desk.press(Qt.Key.Key_Return, 5)
    assert desk.heard == [TOKEN]
    assert desk.field.text() == "bo"


def test_two_bursts_in_a_row_are_two_scans(desk: Desk) -> None:
    for _ in range(2):
        desk.type(TOKEN, 5)
        desk.press(Qt.Key.Key_Return, 5)
    assert desk.heard == [TOKEN, TOKEN]


def test_a_space_still_presses_a_button(qtbot: QtBot, desk: Desk) -> None:
    desk.press(Qt.Key.Key_Space, 500, desk.button)
    qtbot.waitUntil(lambda: desk.clicks == 1)
    assert desk.heard == []


def test_paste_is_not_held_back(desk: Desk, qapp: QApplication) -> None:
    qapp.clipboard().setText(TOKEN)
    QTest.keyClick(desk.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert (desk.field.text(), desk.heard) == (TOKEN, [])


def test_two_scanners_that_the_system_tells_apart_are_two_scans_although_they_type_at_once(desk: Desk) -> None:
    one, other = (QInputDevice(f"scanner {n}", n, QInputDevice.DeviceType.Keyboard) for n in (71, 72))
    second = TOKEN[::-1]
    for letters in zip(TOKEN + "\r", second + "\r", strict=True):
        desk.type_on(one, letters[0])
        desk.type_on(other, letters[1])
    assert (desk.heard, desk.field.text()) == ([TOKEN, second], "")


def test_letters_that_a_dead_key_changed_go_on_with_the_burst(desk: Desk) -> None:
    desk.type(TOKEN, 5)
    desk.compose("À")
    desk.type("XYZ", 5)
    desk.press(Qt.Key.Key_Return, 5)
    assert (desk.heard, desk.field.text()) == ([TOKEN + "ÀXYZ"], "")


def test_a_person_who_types_an_accent_writes_it_where_it_belongs(qtbot: QtBot, desk: Desk) -> None:
    desk.type("Ren", 100)
    desk.compose("é")
    qtbot.waitUntil(lambda: desk.field.text() == "René")
    assert desk.heard == []
