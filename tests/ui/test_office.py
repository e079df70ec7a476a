"""The office's model and window without a server: what is asked for, what is shown, and what stops."""

from dataclasses import replace
from uuid import UUID

import pytest
from msgspec.structs import replace as changed
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from eventreg_core.conflict import Class
from eventreg_core.problems import Problem
from eventreg_desktop.admin.answers import Page, SettledMany
from eventreg_desktop.ui.conflicts import wording
from eventreg_desktop.ui.conflicts.model import OfficeModel
from eventreg_desktop.ui.conflicts.state import Bulk, Filter, Screen
from tests.ui.office_scenes import DOUBLE, EVENT, LAPTOPS, LATE, LATE_STEPS, STATE, STATES, window

MANY = tuple(UUID(int=number) for number in range(1000, 1200))


class Wanted:
    """What a model asked for, in order."""

    def __init__(self, model: OfficeModel) -> None:
        self.bulks: list[Bulk] = []
        self.pages: list[object] = []
        self.reopened: list[object] = []
        model.bulk_wanted.connect(self.bulks.append)
        model.page_wanted.connect(self.pages.append)
        model.reopen_wanted.connect(lambda _event, ids: self.reopened.append(ids))


@pytest.fixture
def model() -> OfficeModel:
    made = OfficeModel()
    made.state = replace(STATE, filter=Filter(Class.DOUBLE_ENTRY))
    return made


def test_a_class_is_settled_step_by_step_until_nothing_is_left_and_can_be_taken_back(model: OfficeModel) -> None:
    wanted = Wanted(model)
    model.settle_class()
    assert [(bulk.kind, bulk.until) for bulk in wanted.bulks] == [(Class.DOUBLE_ENTRY, DOUBLE.updated_at)]
    model.bulk_went_on(SettledMany(MANY, 7))
    assert [(len(bulk.settled), bulk.total) for bulk in wanted.bulks[1:]] == [(200, 207)]
    model.bulk_went_on(SettledMany(MANY[:7], 0))
    assert (model.state.bulk, model.state.said[:3]) == (None, "207")
    model.undo()
    assert wanted.reopened == [MANY + MANY[:7]]


def test_a_bulk_that_is_stopped_or_fails_asks_for_no_more_and_shows_what_it_did(model: OfficeModel) -> None:
    wanted = Wanted(model)
    model.settle_class()
    model.bulk_went_on(SettledMany(MANY, 50))
    model.stop_bulk()
    model.settle_class()
    model.bulk_went_on(SettledMany(MANY[:3], 47))
    assert len(wanted.bulks) == 2
    assert model.state.undo is not None
    assert model.state.undo.ids == MANY + MANY[:3], "what the last step settled is taken back, too"
    assert len(wanted.pages) == 2
    model.page_known(wanted.pages[-1], Page((DOUBLE,), 1, {"double_entry": 31}))  # type: ignore[arg-type]
    model.settle_class()
    model.failed(Problem("no_answer", "The server does not answer."))
    assert (model.state.bulk, model.state.problem) == (None, "The server does not answer.")


def test_nothing_is_settled_at_once_while_no_class_is_chosen(model: OfficeModel) -> None:
    wanted = Wanted(model)
    model.state = STATE
    model.settle_class()
    assert wanted.bulks == []


def test_a_page_that_nobody_waits_for_any_more_is_dropped(model: OfficeModel) -> None:
    wanted = Wanted(model)
    before = model.state.asked
    assert before is not None
    model.filter_by(Filter(text="zoë"))
    model.page_known(before, Page((LATE,), 1, {}))
    assert model.state.busy
    model.page_known(wanted.pages[-1], Page((DOUBLE,), 1, {}))  # type: ignore[arg-type]
    assert model.state.items == (DOUBLE,)
    assert model.state.chosen == DOUBLE.id


def test_whether_everything_is_in_is_never_said_of_another_event(model: OfficeModel) -> None:
    wanted: list[object] = []
    model.everything_wanted.connect(wanted.append)
    model.show_screen(Screen.EVERYTHING)
    another = changed(EVENT, id=UUID(int=77), name="Winterfest")
    model.choose_event(another)
    assert wanted == [EVENT.id, another.id]
    model.everything_known(EVENT.id, LAPTOPS)
    model.lists_known(EVENT.id, STATE.lists)
    assert (model.state.everything, model.state.lists, model.state.busy) == (None, (), True)
    model.everything_known(another.id, LAPTOPS)
    assert (model.state.everything, model.state.busy) == (LAPTOPS, False)


def test_more_of_a_list_comes_below_what_is_shown(model: OfficeModel) -> None:
    wanted = Wanted(model)
    model.state = replace(STATE, items=(DOUBLE,))
    model.show_more()
    model.page_known(wanted.pages[-1], Page((LATE,), 2, {}))  # type: ignore[arg-type]
    assert model.state.items == (DOUBLE, LATE)
    model.show_more()
    assert len(wanted.pages) == 1


def test_every_state_of_the_office_is_shown_and_letters_in_the_text_field_decide_nothing(
    qapp: QApplication, qtbot: QtBot
) -> None:
    office = window(STATE)
    qtbot.addWidget(office)
    decided: list[str] = []
    office.conflicts.detail.decided.connect(decided.append)
    with qtbot.waitExposed(office):
        office.show()
    for state in STATES.values():
        office.display(state)
        assert not office.grab().isNull()
        assert office.message.toolTip() == (state.problem or state.said)
    office.display(STATE)
    QTest.keyClicks(office.conflicts.filters.text, "anna")
    assert decided == []
    QTest.keyClick(office.conflicts.list, Qt.Key.Key_N)
    QTest.keyClick(office.conflicts.list, Qt.Key.Key_A)
    assert decided == ["annulled", "accepted"]


def test_what_people_are_called_is_shown_to_the_letter(qapp: QApplication, qtbot: QtBot) -> None:
    office = window(replace(STATE, items=(changed(DOUBLE, proposed="<b>Zoë</b>"),), chosen=DOUBLE.id))
    qtbot.addWidget(office)
    detail = office.conflicts.detail
    assert detail.proposed.text() == "<b>Zoë</b>"
    assert {label.textFormat() for label in (detail.proposed, detail.former)} == {Qt.TextFormat.PlainText}


def test_what_happened_is_told_to_who_cannot_see_it(qapp: QApplication, qtbot: QtBot) -> None:
    late = replace(STATE, chosen=LATE.id, detail=None)
    office = window(late)
    qtbot.addWidget(office)
    office.conflicts.detail.timeline.show_steps(LATE_STEPS, EVENT.zone)
    spoken = office.conflicts.detail.timeline.accessibleName()
    assert "Not due: Cancelled, the door could not know" in spoken
    assert "does not count" in spoken
    office.display(replace(STATE, screen=Screen.EVERYTHING, everything=LAPTOPS))
    cells = [office.everything.table.item(row, 1) for row in range(4)]
    assert [cell.text() for cell in cells if cell is not None] == [
        wording.journal_state(one)[0] for one in LAPTOPS.journals
    ]
