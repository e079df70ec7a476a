"""Who works by keys alone, or hears the screen: every control has a name, and one sees where the focus is."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from eventreg_desktop.ui.setup.view import SetupView
from tests.ui import desk_scenes, night, office_scenes, scenes

CONTROLS = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)
AROUND = 4
"""Pixels around a control in which its focus may be shown."""


NAMES = (
    "desk-override", "desk-payment", "desk-party", "office-conflicts", "office-everything", "setup-enrol",
    "setup-place",
)  # fmt: skip


def windows() -> Iterator[tuple[str, QWidget]]:
    """One of each kind of screen, with something to do on it."""
    for name, window in desk_scenes.all_scenes(night.shift()):
        if name in NAMES:
            yield name, window
        else:
            window.deleteLater()
        if name == "desk-party":
            break
    for name in NAMES:
        if name in office_scenes.STATES:
            yield name, office_scenes.window(office_scenes.STATES[name])
        elif name in scenes.SETUP:
            view = SetupView()
            view.display(scenes.SETUP[name])
            yield name, view


@pytest.fixture
def shown(qtbot: QtBot) -> dict[str, QWidget]:
    """All of them, each in its window."""
    made = dict(windows())
    for window in made.values():
        qtbot.addWidget(window)
        window.resize(1366, 768)
        with qtbot.waitExposed(window):
            window.show()
    return made


def controls(window: QWidget) -> list[QWidget]:
    """What the Tab key can reach now."""
    found = [each for kind in CONTROLS for each in window.findChildren(kind)]
    return [each for each in found if each.isVisible() and each.isEnabled() and _by_tab(each)]


def _by_tab(control: QWidget) -> bool:
    return bool(control.focusPolicy() & Qt.FocusPolicy.TabFocus) and control.focusProxy() is None


def spoken(window: QWidget, control: QWidget) -> str:
    """What a screen reader calls it: its own name, its text, or that of the label before it."""
    labels = [each.text() for each in window.findChildren(QLabel) if each.buddy() is control]
    text = control.text() if isinstance(control, QAbstractButton) else ""
    return control.accessibleName() or text or "".join(labels)


def test_every_control_has_a_name_that_is_heard_and_one_sees_where_the_focus_is(
    qtbot: QtBot, shown: dict[str, QWidget]
) -> None:
    assert set(shown) == set(NAMES)
    for name, window in shown.items():
        found = controls(window)
        assert found, name
        assert [each for each in found if not spoken(window, each).strip()] == [], name
        with qtbot.waitActive(window):
            window.activateWindow()
        for control in found:
            control.setFocus(Qt.FocusReason.TabFocusReason)
            assert QApplication.focusWidget() is control, (name, control)
            within = _look(window, control)
            control.clearFocus()
            assert _look(window, control) != within, (name, spoken(window, control))


def _look(window: QWidget, control: QWidget) -> object:
    QApplication.processEvents()
    corner = control.mapTo(window, control.rect().topLeft())
    room = QRect(corner, control.size()).adjusted(-AROUND, -AROUND, AROUND, AROUND)
    return window.grab(room).toImage()
