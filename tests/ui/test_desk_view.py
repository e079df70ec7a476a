"""The desk on the screen, worked with by keys, while scans come in between."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from eventreg_core.admission import Admitted, Note, Refused
from eventreg_desktop.door.operators import WrongPin
from eventreg_desktop.ui.door.ask import Matter
from eventreg_desktop.ui.door.desk import DeskModel
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import Look
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.work.sound import Tone
from tests.ui import desk_scenes, night
from tests.ui.desk_scenes import FACT, FAMILY, MARA

Opened = Callable[..., tuple[DoorModel, DoorView, DeskModel]]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    def open_door(*outcomes: object) -> tuple[DoorModel, DoorView, DeskModel]:
        model, view, desk = desk_scenes.with_desk(*outcomes)  # type: ignore[arg-type]
        qtbot.addWidget(view)
        view.resize(1366, 768)
        with qtbot.waitActive(view):
            view.show()
            view.activateWindow()
        return model, view, desk

    return open_door


def test_offers_follow_the_last_verdict(opened: Opened) -> None:
    model, view, _ = opened(desk_scenes.used_twice())
    bar = view.offers
    assert (bar.override.isVisible(), bar.payment.isVisible(), bar.party.isVisible(), bar.undo.isVisible()) == (
        True, False, False, False,
    )  # fmt: skip
    model.judged(desk_scenes.unpaid())
    assert bar.payment.isVisible()
    model.judged(desk_scenes.mother())
    assert (bar.override.isVisible(), bar.party.text().strip(), bar.undo.text().strip()) == (
        False, "Party of 4 (F9)", "Undo Zoë Müller (F8)",
    )  # fmt: skip
    model.undone(FACT)
    assert (model.state.scans[0].said, bar.undo.isVisible()) == ("Undone", False)


def test_several_tickets_in_one_picture_have_one_verdict_that_hides_none_of_them(qtbot: QtBot, opened: Opened) -> None:
    model, view, _ = opened()
    both = [desk_scenes.mother(), night.admitted("Emil", "Family ticket")]
    model.judged_together(both)
    assert (model.state.banner.look, model.state.banner.word) == (Look.ADMITTED, "2 ADMITTED")
    assert "Zoë Müller, Emil" in view.banner.accessibleName()
    with qtbot.waitSignal(model.spoke) as spoken:
        model.judged_together([*both, desk_scenes.used_twice()])
    assert spoken.args == [Tone.REFUSED]
    assert (model.state.banner.look, model.state.banner.word) == (Look.STOP, "2 OF 3 ADMITTED")
    assert model.state.banner.headline == "Łukasz Wójcik: Already used 13:02 at Main gate"
    assert "Let in all the same" in view.offers.override.text(), "of whom the banner speaks"
    model.judged_together([*both, night.noted(Note.UNSYNCED)])
    assert (model.state.banner.look, model.state.banner.word) == (Look.LOOK, "3 ADMITTED")
    assert model.state.banner.headline == "–: Look: not in the list yet"
    model.judged_together([night.noted(Note.UNSYNCED), desk_scenes.unpaid()])
    assert model.state.banner.headline.startswith("Łukasz Wójcik: Not paid yet · –: "), "who may not pass comes first"


def test_a_whole_override_by_keys_alone_while_a_scan_comes_in_between(qtbot: QtBot, opened: Opened) -> None:
    model, view, desk = opened(desk_scenes.used_twice())
    view.override_asked.connect(desk.override_asked)
    QTest.keyClick(view, Qt.Key.Key_F6)
    panel = view.desk
    assert panel.isVisible()
    assert panel.choices.hasFocus()
    QTest.keyClick(panel.choices, Qt.Key.Key_Down)
    QTest.keyClick(panel.choices, Qt.Key.Key_Down)
    panel.blanks["reason"].setFocus()
    QTest.keyClicks(panel.blanks["reason"], "her sister")
    model.judged(night.ADMITTED)
    desk.judged(night.ADMITTED)
    assert isinstance(night.ADMITTED.verdict, Admitted)
    assert (view.banner.accessibleName()[:8], panel.blanks["reason"].text()) == ("ADMITTED", "her sister")
    QTest.keyClicks(panel.blanks["pin"], "4711")
    with qtbot.waitSignal(desk.pin_wanted) as wanted:
        QTest.keyClick(panel.blanks["pin"], Qt.Key.Key_Return)
    assert wanted.args == [MARA.id, "4711"]
    assert not panel.blanks["pin"].isEnabled(), "busy"
    desk.pin_checked(WrongPin())
    assert (panel.blanks["pin"].text(), panel.blanks["reason"].text()) == ("", "her sister")
    QTest.keyClick(panel.blanks["pin"], Qt.Key.Key_Escape)
    assert (panel.isVisible(), view.search.line.hasFocus()) == (False, True)


def test_a_party_is_ticked_by_keys(qtbot: QtBot, opened: Opened) -> None:
    _, view, desk = opened(desk_scenes.mother())
    desk.party_asked()
    desk.party_found(FAMILY)
    panel = view.desk
    QTest.keyClick(panel.choices, Qt.Key.Key_Home)
    QTest.keyClick(panel.choices, Qt.Key.Key_Space)
    QTest.keyClick(panel.choices, Qt.Key.Key_Down)
    QTest.keyClick(panel.choices, Qt.Key.Key_Space)
    with qtbot.waitSignal(desk.party_admitted) as admitted:
        QTest.keyClick(panel.choices, Qt.Key.Key_Return)
    assert admitted.args == [[b"\x03" * 8]], "the one who is in stays unticked, Emil was unticked"


def test_the_marked_scan_is_taken_back_by_a_key(qtbot: QtBot, opened: Opened) -> None:
    model, view, desk = opened(desk_scenes.mother(), desk_scenes.used_twice())
    view.scans.setFocus()
    view.scans.setCurrentRow(1)
    QTest.keyClick(view.scans, Qt.Key.Key_Delete)
    assert desk.ask is not None
    assert desk.ask.matter is Matter.UNDO
    assert "Zoë Müller" in view.desk.sentence.text()
    model.rehearsing(True)
    assert view.band.isVisible()
    assert isinstance(desk_scenes.used_twice().verdict, Refused)
    assert "REHEARSAL" in view.band.text()


def test_counts_are_shown_and_said(opened: Opened) -> None:
    _, view, _ = opened()
    card = view.tally
    assert [each.number.text() for each in (card.inside, card.expected, card.here)] == ["1,412", "2,300", "486"]
    assert card.accessibleName() == "1,412 inside, 2,300 expected, 486 at this door, 17 a minute"
