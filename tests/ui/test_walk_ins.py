"""Selling to walk-ins in the window: by keys, beside the scanning, and what is said when it does not go."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from eventreg_core.facts import PayMethod
from eventreg_core.wire import Page
from eventreg_desktop.door.annul import WhyNot
from eventreg_desktop.door.door import Taken
from eventreg_desktop.door.walk_in import Sale
from eventreg_desktop.store import db, journal
from eventreg_desktop.ui.door.ask import Answer, Matter
from eventreg_desktop.ui.door.health import Part, health_of
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import Level, Look
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.ui.door.walk_in import WalkInModel
from tests.sync import blanks
from tests.ui import desk_scenes, night
from tests.ui.stage import Stage
from tests.ui.walk_in_scenes import CASH, CREW, DAY, FAMILY, SALE, SHELVES, WEEKEND, bought, shop

Shop = tuple[DoorModel, DoorView, WalkInModel]


@pytest.fixture
def opened(qtbot: QtBot) -> Shop:
    model, view, walk_ins = shop()
    qtbot.addWidget(view)
    view.resize(1366, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return model, view, walk_ins


def test_a_ticket_is_sold_by_keys_alone_while_a_scan_comes_in_between(qtbot: QtBot, opened: Shop) -> None:
    model, view, walk_ins = opened
    assert view.desk.isVisible() is False
    QTest.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    panel = view.desk
    assert [row.isVisible() for row in (panel, panel.choices, panel.tick)] == [True] * 3
    assert not panel.code.isVisible()
    panel.blanks["name"].setText("  Zoë   Übel ")
    model.judged(night.admitted("Emil", "Day pass"))
    assert (model.state.banner.look, panel.blanks["name"].text()) == (Look.ADMITTED, "  Zoë   Übel ")
    with qtbot.waitSignal(walk_ins.sale_wanted) as wanted:
        QTest.keyClick(panel.blanks["name"], Qt.Key.Key_Return)
    assert wanted.args == [Sale("Zoë Übel", 1, Taken(4500, "EUR", PayMethod.CASH), True)]
    assert not panel.isVisible()
    walk_ins.sold(bought())
    assert (panel.title.text(), panel.code.isVisible()) == ("Zoë Übel · Day pass", True)
    assert panel.sentence.text().startswith("45.00 EUR in cash.")
    assert read_back(panel.code.grab().toImage()) == bought().token, "a phone can read it"
    with qtbot.waitSignal(walk_ins.undo_wanted) as undo:
        QTest.keyClick(panel.buttons["undo"], Qt.Key.Key_Return)
    assert undo.args == [SALE, None]
    walk_ins.give_back(CASH)
    assert panel.title.text() == "Give 45.00 EUR back"
    QTest.keyClick(panel.close_button, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def read_back(image: QImage) -> str:
    """The code in a picture."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    [found] = zxingcpp.read_barcodes(np.ascontiguousarray(pixels[:, : grey.width()]))
    return str(found.text)


@pytest.mark.parametrize(
    ("answer", "sale"),
    [
        pytest.param(Answer("card_terminal", ("2",), {"name": "Bo", "amount": ""}), ("Bo", 2, 8900, "card_terminal")),
        pytest.param(Answer("yes", ("1",), {"name": "", "amount": "40"}, ticked=False), ("", 1, 4000, "cash")),
        pytest.param(Answer("free", ("2",), {"name": "Bo", "amount": "12"}), ("Bo", 2, None, None)),
        pytest.param(Answer("yes", ("3",), {"name": "Bo", "amount": "5,50"}), ("Bo", 3, 550, "cash")),
    ],
)
def test_price_amount_and_method_are_as_the_operator_says(
    qtbot: QtBot, opened: Shop, answer: Answer, sale: tuple[object, ...]
) -> None:
    _, _, walk_ins = opened
    walk_ins.asked()
    with qtbot.waitSignal(walk_ins.sale_wanted) as wanted:
        walk_ins.answered(answer)
    told: Sale = wanted.args[0]
    money = (None, None) if told.taken is None else (told.taken.amount_minor, told.taken.method.value)
    assert ((told.name, told.ticket_type, *money), told.admit) == (sale, answer.ticked)


def test_what_cannot_be_sold_is_said_and_what_was_typed_stays(qtbot: QtBot, opened: Shop) -> None:
    _, view, walk_ins = opened
    with qtbot.assertNotEmitted(walk_ins.sale_wanted):
        walk_ins.answered(Answer())
        walk_ins.asked()
        view.desk.blanks["name"].setText("Zoë")
        for picked, amount, words in (
            ((), "", "of which some are left"),
            (("4",), "", "of which some are left"),
            (("1",), "much", "Give an amount"),
            (("3",), "", "costs nothing"),
        ):
            walk_ins.answered(Answer("yes", picked, {"name": "Zoë", "amount": amount}))
            assert words in view.desk.error.text()
            assert view.desk.blanks["name"].text() == "Zoë"
    walk_ins.answered(Answer("yes", ("2",), {"name": "Zoë", "amount": "80"}, ticked=False))
    assert not view.desk.isVisible()
    walk_ins.none_left()
    assert not view.desk.tick.isChecked(), "who wanted to come later is not let in for it"
    assert "No ticket of this type is left here" in view.desk.error.text()
    assert [view.desk.blanks[each].text() for each in ("name", "amount")] == ["Zoë", "80"]
    walk_ins.asked()
    assert (view.desk.blanks["name"].text(), view.desk.tick.isChecked()) == ("", True), "the next one is somebody else"


def test_a_sale_that_could_not_be_kept_is_asked_for_again_as_it_was_and_a_scan_is_no_sale(opened: Shop) -> None:
    _, view, walk_ins = opened
    walk_ins.door_failed("disk_full", "The disk is full.")
    assert not view.desk.isVisible()
    walk_ins.asked()
    walk_ins.answered(Answer("yes", ("2",), {"name": "Zoë", "amount": "80"}, ticked=False))
    walk_ins.door_failed("disk_full", "The disk is full.")
    assert view.desk.error.text() == "The disk is full."
    assert [view.desk.blanks[each].text() for each in ("name", "amount")] == ["Zoë", "80"]
    assert not view.desk.tick.isChecked()
    walk_ins.answered(Answer("yes", ("2",), {"name": "Zoë", "amount": "80"}))
    walk_ins.sold(bought())
    walk_ins.door_failed("disk_full", "The disk is full.")
    assert view.desk.code.isVisible(), "it is sold"


def test_a_sale_that_stands_says_why_and_a_ticket_that_is_put_away_is_not_undone(qtbot: QtBot, opened: Shop) -> None:
    _, view, walk_ins = opened
    walk_ins.sold(replace(bought(), token="", taken=None))
    assert "Given away. In a rehearsal" in view.desk.sentence.text()
    assert not view.desk.code.isVisible()
    walk_ins.answered(Answer("undo"))
    walk_ins.not_undone(desk_scenes.FACT, WhyNot.TOO_LATE)
    assert not view.desk.isVisible(), "that was another one"
    walk_ins.not_undone(SALE, WhyNot.TOO_LATE)
    assert (view.desk.title.text(), "15 minutes" in view.desk.sentence.text()) == ("The sale stands", True)
    walk_ins.sold(replace(bought(), taken=replace(CASH, method=PayMethod.CARD)))
    assert "by card" in view.desk.sentence.text()
    with qtbot.assertNotEmitted(walk_ins.undo_wanted):
        walk_ins.answered(Answer("yes"))
        walk_ins.answered(Answer("undo"))


def test_the_strip_says_when_few_are_left_and_a_laptop_without_a_stock_how_to_get_one(opened: Shop) -> None:
    model, view, walk_ins = opened
    offer = view.offers.findChildren(type(view.offers.undo))
    for shelves, level, words in (
        ((DAY, CREW), Level.WELL, "48 tickets left to sell"),
        ((DAY, WEEKEND), Level.LOOK, "Only 3 Weekend left to sell"),
        (SHELVES, Level.LOOK, "No Family ticket left to sell"),
    ):
        model.counted(replace(desk_scenes.COUNTS, shelves=shelves))
        [line] = [each for each in health_of(model.state) if each.part is Part.STOCK]
        assert (line.level, line.text, bool(line.mend)) == (level, words, level is Level.LOOK)
    assert model.state.overall.text == "No Family ticket left to sell"
    assert any(button.text().strip() == "Sell a ticket (Ctrl+N)" and button.isVisible() for button in offer)
    model.counted(desk_scenes.COUNTS)
    assert (model.state.stock, model.state.well) == (None, True)
    assert not any("Sell" in button.text() for button in offer)
    walk_ins.asked()
    assert view.desk.title.text() == "This laptop has no tickets to sell"
    model.counted(replace(desk_scenes.COUNTS, shelves=(FAMILY,)))
    walk_ins.asked()
    assert view.desk.choices.isVisible()


def test_a_walk_in_at_a_real_door_is_sold_admitted_sent_and_taken_back(stage: Stage) -> None:
    stage.peer.server.publish(Page(tickets=blanks.rows(2, 0)))
    stage.peer.server.stock = blanks.stock_of(stage.festival, blanks.rows(2, 0))
    app = stage.at_work()
    door, panel = app.window.door, app.window.door.desk
    stage.until(lambda: app.door.state.stock is not None)
    QTest.keyClick(door, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    panel.blanks["name"].setText("Zoë")
    QTest.keyClick(panel.blanks["name"], Qt.Key.Key_Return)
    stage.until(lambda: app.desk.ask is not None and app.desk.ask.matter is Matter.SOLD)
    assert (app.door.state.banner.look, app.door.state.banner.name) == (Look.ADMITTED, "Zoë")
    stage.until(lambda: len(stage.peer.server.facts) == 2)
    QTest.keyClick(door, Qt.Key.Key_F8)
    stage.until(lambda: app.desk.ask is not None and app.desk.ask.matter is Matter.UNDO)
    QTest.keyClick(panel.buttons["yes"], Qt.Key.Key_Return)
    stage.until(lambda: panel.title.text() == "Give 15.00 EUR back")
    assert app.door.state.scans[0].undone
    stage.until(lambda: len(stage.peer.server.facts) == 4)
    for _ in range(2):
        QTest.keyClick(door, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        panel.blanks["name"].setText("Bo")
        QTest.keyClick(panel.blanks["name"], Qt.Key.Key_Return)
        stage.until(
            lambda: app.desk.ask is not None and (app.desk.ask.matter is Matter.SOLD or bool(app.desk.ask.error))
        )
    assert "some are left" in panel.error.text() or "is left here" in panel.error.text()
    with closing(db.connect(stage.path / "laptop" / "journal.db")) as file:
        kinds = [each.fact.__struct_config__.tag for each in journal.chain(file, journal.get_current(file).id)]
    assert kinds == ["walk_in", "check_in", "annulment", "annulment", "walk_in", "check_in"]
