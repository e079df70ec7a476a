"""The door screen, looked at and worked with."""

import gc
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from eventreg_core.admission import Kind, Note, Reason
from eventreg_desktop.door.lookup import Found
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.ui import style
from eventreg_desktop.ui.colours import DARK
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.ui.style import Scheme
from tests.ui import night, scenes

Opened = Callable[..., tuple[DoorModel, DoorView]]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    def open_door(*outcomes: Outcome) -> tuple[DoorModel, DoorView]:
        model, view = scenes.door(*outcomes)
        qtbot.addWidget(view)
        view.resize(1366, 768)
        with qtbot.waitActive(view):
            view.show()
            view.activateWindow()
        return model, view

    return open_door


def ground(view: DoorView) -> str:
    """The colour at the banner's edge, once the flash has faded."""
    scenes.fade(view)
    image = view.banner.grab().toImage()
    return image.pixelColor(image.width() // 2, 6).name()


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK, Scheme.CONTRAST])
def test_green_amber_and_red_are_the_same_in_every_scheme(qapp: QApplication, opened: Opened, scheme: Scheme) -> None:
    style.apply(qapp, scheme)
    model, view = opened(night.ADMITTED)
    worn = style.colours()
    assert ground(view) == worn.admitted
    model.judged(night.noted(Note.UNSYNCED))
    assert ground(view) == worn.look
    model.judged(night.refused(Reason.BLOCKED))
    assert ground(view) == worn.stop
    model.rested()
    assert ground(view) == worn.sunken


@pytest.mark.parametrize(
    ("outcome", "worn"),
    [(night.ADMITTED, "admitted"), (night.noted(Note.UNSYNCED), "look"), (night.refused(Reason.BLOCKED), "stop")],
)
def test_the_whole_window_takes_the_verdicts_colour_and_gives_it_back(
    opened: Opened, outcome: Outcome, worn: str
) -> None:
    model, view = opened(outcome)
    spots = ((4, 70), (view.width() - 4, 400), (524, 300), (8, view.height() - 60))
    image = view.grab().toImage()
    assert {image.pixelColor(*spot).name() for spot in spots} == {getattr(style.colours(), worn)}
    assert view.keys.palette().windowText().color().name() == getattr(style.colours(), f"on_{worn}")
    model.rested()
    image = view.grab().toImage()
    assert {image.pixelColor(*spot).name() for spot in spots} == {style.colours().window}


def test_the_banner_lights_up_for_each_scan_even_an_equal_one(opened: Opened) -> None:
    model, view = opened(night.ADMITTED)
    assert ground(view) == style.colours().admitted
    model.judged(night.ADMITTED)
    image = view.banner.grab().toImage()
    assert image.pixelColor(image.width() // 2, 6).name() != style.colours().admitted


def test_a_screen_reader_hears_the_whole_verdict(opened: Opened) -> None:
    _, view = opened(night.refused(Reason.ALREADY_USED))
    spoken = view.banner.accessibleName()
    assert spoken.startswith("STOP. Already used 13:02 at Main gate. Łukasz Wójcik. Day ticket Saturday.")


@pytest.mark.parametrize("name", [night.LONG_NAME, "W" * 200, "", "李", "محمد العربي"])
@pytest.mark.parametrize("size", [(1024, 640), (1366, 768), (2560, 1440)])
def test_no_name_leaves_the_banner(opened: Opened, name: str, size: tuple[int, int]) -> None:
    model, view = opened()
    view.resize(*size)
    model.judged(night.admitted(name, "Backstage, all areas, companion of a person with a pass " * 3))
    scenes.fade(view)
    image = view.banner.grab().toImage()
    edge = {image.pixelColor(image.width() - 8, y).name() for y in range(30, image.height() - 30)}
    assert edge == {style.colours().admitted}


def test_a_long_name_takes_two_lines_and_is_larger_than_on_one(opened: Opened) -> None:
    model, view = opened()
    model.judged(night.admitted("Maria-Magdalena Freiin von Hohenstein-Wittgenstein zu Löwenberg", ""))
    scenes.fade(view)
    image = view.banner.grab().toImage()
    inked = [
        any(image.pixelColor(x, y) == QColor("white") for x in range(image.width() // 3, image.width() - 20, 2))
        for y in range(image.height())
    ]
    blocks = [ink for ink, _ in groupby(inked)].count(True)
    assert blocks >= 3, "the word, and two lines of name"


def test_the_camera_picture_is_shown_and_goes_when_the_camera_is_lost(opened: Opened) -> None:
    _, view = opened()
    phone = view.picture.grab().toImage().pixelColor(view.picture.width() // 2, view.picture.height() - 10)
    assert phone.lightness() > 200, "the phone's white is in the middle"
    view.display(scenes.trouble_state())
    gone = view.picture.grab().toImage().pixelColor(view.picture.width() // 2, view.picture.height() - 10)
    assert gone.lightness() < 40
    assert "Check its cable" in view.picture.accessibleDescription()


def test_the_last_scans_say_time_name_type_and_verdict(opened: Opened) -> None:
    _, view = opened(*night.shift())
    first = view.scans.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert (view.scans.count(), first) == (7, "14:03:15, Bo, Crew, Admitted")


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        pytest.param(replace(night.ADMITTED, name=None), "Guest without a name", id="erased"),
        pytest.param(night.noted(Note.UNSYNCED), "Guest not in the list yet", id="unsynced"),
        pytest.param(night.refused(Reason.UNREADABLE), "No guest known", id="no ticket"),
    ],
)
def test_a_scan_without_a_name_says_why_there_is_none(opened: Opened, outcome: Outcome, said: str) -> None:
    _, view = opened(outcome)
    assert said in view.scans.item(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_typing_asks_and_the_arrows_and_enter_choose(qtbot: QtBot, opened: Opened) -> None:
    model, view = opened()
    view.asked.connect(model.asked)
    QTest.keyClicks(view.search.line, "mul")
    model.found("mul", Found(night.FOUND))
    assert view.search.list.currentRow() == -1, "of several none is marked"
    with qtbot.assertNotEmitted(view.chosen):
        QTest.keyClick(view.search.line, Qt.Key.Key_Return)
    QTest.keyClick(view.search.line, Qt.Key.Key_Down)
    QTest.keyClick(view.search.line, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.chosen) as chosen:
        QTest.keyClick(view.search.line, Qt.Key.Key_Return)
    assert chosen.args == [night.FOUND[1].serial]


def test_a_single_match_is_marked_at_once(qtbot: QtBot, opened: Opened) -> None:
    model, view = opened()
    view.asked.connect(model.asked)
    QTest.keyClicks(view.search.line, "anna")
    model.found("anna", Found(night.FOUND[:1]))
    with qtbot.waitSignal(view.chosen) as chosen:
        QTest.keyClick(view.search.line, Qt.Key.Key_Return)
    assert chosen.args == [night.FOUND[0].serial]


def test_enter_chooses_nobody_while_the_answer_to_what_is_typed_has_not_come(qtbot: QtBot, opened: Opened) -> None:
    model, view = opened()
    view.asked.connect(model.asked)
    QTest.keyClicks(view.search.line, "ann")
    model.found("ann", Found(night.FOUND[:1]))
    QTest.keyClicks(view.search.line, "e")
    with qtbot.assertNotEmitted(view.chosen):
        QTest.keyClick(view.search.line, Qt.Key.Key_Return)
    model.found("anne", Found(night.FOUND[:1]))
    with qtbot.waitSignal(view.chosen) as chosen:
        QTest.keyClick(view.search.line, Qt.Key.Key_Return)
    assert chosen.args == [night.FOUND[0].serial]


def test_choosing_by_mouse_works_too(qtbot: QtBot, opened: Opened) -> None:
    model, view = opened()
    model.asked("mul")
    model.found("mul", Found(night.FOUND))
    row = view.search.list.visualItemRect(view.search.list.item(2))
    with qtbot.waitSignal(view.chosen) as chosen:
        QTest.mouseClick(
            view.search.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, row.center()
        )
    assert chosen.args == [night.FOUND[2].serial]


def test_escape_and_a_choice_close_the_search(opened: Opened) -> None:
    model, view = opened()
    view.asked.connect(model.asked)
    view.chosen.connect(model.chosen)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        QTest.keyClicks(view.search.line, "bo")
        model.found("bo", Found(night.FOUND[:1]))
        assert view.search.list.isVisible()
        QTest.keyClick(view.search.line, key)
        assert (view.search.list.isVisible(), view.search.line.text()) == (False, "")


def test_nobody_found_is_said(opened: Opened) -> None:
    model, view = opened()
    view.asked.connect(model.asked)
    QTest.keyClicks(view.search.line, "zzz")
    model.found("zzz", Found(()))
    assert view.search.said.isVisible()


def test_a_scan_while_searching_changes_the_banner_and_not_the_search(opened: Opened) -> None:
    model, view = opened()
    view.asked.connect(model.asked)
    QTest.keyClicks(view.search.line, "mul")
    model.found("mul", Found(night.FOUND))
    model.judged(night.ADMITTED)
    assert ground(view) == style.colours().admitted
    assert (view.search.line.text(), view.search.list.isVisible()) == ("mul", True)


def test_the_direction_the_sound_and_the_camera_are_picked(qtbot: QtBot, opened: Opened) -> None:
    _, view = opened()
    with qtbot.waitSignal(view.kind_picked) as kind:
        QTest.keyClick(view, Qt.Key.Key_F3)
    assert kind.args == [Kind.EXIT]
    with qtbot.waitSignal(view.kind_picked) as kind:
        view.header.kinds[Kind.ENTRY].click()
    assert kind.args == [Kind.ENTRY]
    with qtbot.waitSignal(view.mute_toggled) as mute:
        QTest.keyClick(view, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert mute.args == [True]
    with qtbot.waitSignal(view.place_change_asked):
        QTest.keyClick(view, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(view.camera_picked) as camera:
        view.header.cameras.menu().actions()[1].trigger()
    assert camera.args == ["1"]


def test_the_whole_screen_is_reached_by_tab_and_every_control_has_a_name(opened: Opened) -> None:
    model, view = opened()
    model.noticed("no_sound", "")
    controls = [*view.findChildren(QAbstractButton), *view.findChildren(QLineEdit)]
    named = [each for each in controls if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(named) >= 6
    for each in named:
        spoken = each.accessibleName() or (each.text() if isinstance(each, QAbstractButton) else "")
        assert spoken, each
    assert QApplication.focusWidget() is view.search.line, "typing finds at once"


def test_other_colours_are_worn_at_once(qapp: QApplication, opened: Opened) -> None:
    model, view = opened()
    model.noticed("no_sound", "")
    style.apply(qapp, Scheme.DARK)
    qapp.processEvents()
    corner = view.grab().toImage().pixelColor(4, 400)
    assert corner == QColor(DARK.window)


def test_a_thousand_frames_and_verdicts_cost_no_reference_of_none(qapp: QApplication, opened: Opened) -> None:
    """PySide6 6.12.0 on CPython 3.11 loses one for each call that returns None, and aborts after some thousands."""
    model, view = opened()
    frame = night.frame()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # what other tests left is no business of this one
    qapp.processEvents()
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(1000):
        view.show_frame(frame)
        view.picture.update()
        qapp.processEvents()
    model.judged(night.ADMITTED)
    gc.collect()
    assert before - sys.getrefcount(None) < 500, "others end meanwhile, too"
