"""Setting a laptop up, by scanner, paste or typing."""

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from eventreg_core.enrolment import Enrolment
from eventreg_desktop.ui.setup.model import SetupModel
from eventreg_desktop.ui.setup.state import Eye, GateChoice, ListChoice, PlacePicked, Step
from eventreg_desktop.ui.setup.view import SetupView

PIN = "ab" * 32
ENROLMENT = Enrolment("https://tickets.example.org", "K7QP2M", PIN)
MAIN, CREW = UUID(int=1), UUID(int=2)
GATE_A, GATE_B = GateChoice(UUID(int=3), "Gate A"), GateChoice(UUID(int=4), "Gate B")
LISTS = (ListChoice(MAIN, "Main entrance", (GATE_A, GATE_B)), ListChoice(CREW, "Crew"))


@pytest.fixture
def model(qtbot: QtBot) -> SetupModel:
    return SetupModel()


@pytest.fixture
def view(qtbot: QtBot, model: SetupModel) -> SetupView:
    made = SetupView()
    qtbot.addWidget(made)
    model.changed.connect(made.display)
    made.text_entered.connect(model.text_entered)
    made.typed.connect(model.typed)
    made.place_picked.connect(model.place_picked)
    made.display(model.state)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_a_pasted_enrolment_text_asks_the_server(qtbot: QtBot, model: SetupModel, view: SetupView) -> None:
    view.enrol.text.setText(str(ENROLMENT))
    with qtbot.waitSignal(model.enrol_wanted) as wanted:
        QTest.keyClick(view.enrol.text, Qt.Key.Key_Return)
    assert wanted.args == [ENROLMENT]
    assert model.state.step is Step.WORKING
    assert not view.enrol.isEnabled()


def test_a_scanned_enrolment_text_is_enough(qtbot: QtBot, model: SetupModel, view: SetupView) -> None:
    with qtbot.waitSignal(model.enrol_wanted) as wanted:
        view.entered(str(ENROLMENT))
    assert wanted.args == [ENROLMENT]


def test_typing_address_code_and_pin_needs_the_keyboard_alone(qtbot: QtBot, model: SetupModel, view: SetupView) -> None:
    QTest.keyClick(view.enrol.to_parts, Qt.Key.Key_Space)
    QTest.keyClicks(view.enrol.url, "tickets.example.org/")
    QTest.keyClicks(view.enrol.code, " K7QP2M ")
    QTest.keyClicks(view.enrol.pin, ":".join([PIN[:2].upper()] * 32))
    with qtbot.waitSignal(model.enrol_wanted) as wanted:
        QTest.keyClick(view.enrol.pin, Qt.Key.Key_Return)
    assert wanted.args == [ENROLMENT]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("https://menu.example", "not an enrolment code", id="another QR code"),
        pytest.param("eventreg:enrol?url=http://192.0.2.7&code=1", "not encrypted", id="no TLS"),
        pytest.param("", "not an enrolment code", id="nothing"),
    ],
)
def test_a_wrong_text_says_what_to_do_and_stays_to_be_mended(
    model: SetupModel, view: SetupView, text: str, said: str
) -> None:
    view.enrol.text.setText(text)
    view.enrol.connect_text.click()
    assert said in view.error.text()
    assert view.error.isVisible()
    assert view.enrol.text.text() == text


def test_missing_parts_are_asked_for(model: SetupModel, view: SetupView) -> None:
    view.typed.emit("tickets.example.org", "", "")
    assert view.error.text().startswith("Type the server's address and the code")


def test_the_servers_refusal_is_shown_and_another_try_is_possible(model: SetupModel, view: SetupView) -> None:
    view.entered(str(ENROLMENT))
    model.failed("This code was used already. Ask the organizer for a new one.")
    assert view.error.text() == "This code was used already. Ask the organizer for a new one."
    assert view.enrol.isEnabled()
    view.entered(str(ENROLMENT))
    assert not view.error.isVisible()


def test_a_single_place_is_chosen_without_asking(qtbot: QtBot, model: SetupModel) -> None:
    with qtbot.waitSignal(model.place_wanted) as wanted:
        model.enrolled("Lakeside Festival", (ListChoice(MAIN, "Main entrance", (GATE_A,)),))
    assert wanted.args == [PlacePicked(MAIN, GATE_A.id)]
    with qtbot.waitSignal(model.place_wanted) as wanted:
        model.enrolled("Lakeside Festival", (ListChoice(CREW, "Crew"),))
    assert wanted.args == [PlacePicked(CREW, None)]


def test_of_several_places_one_is_chosen(qtbot: QtBot, model: SetupModel, view: SetupView) -> None:
    with qtbot.assertNotEmitted(model.place_wanted):
        model.enrolled("Lakeside Festival", LISTS)
    assert view.place.event_name.text() == "Lakeside Festival"
    view.place.gates.setCurrentIndex(1)
    with qtbot.waitSignal(model.place_wanted) as wanted:
        view.place.start.click()
    assert wanted.args == [PlacePicked(MAIN, GATE_B.id)]
    view.place.lists.setCurrentIndex(1)
    with qtbot.waitSignal(model.place_wanted) as wanted:
        view.place.start.click()
    assert wanted.args == [PlacePicked(CREW, None)]


def test_progress_is_said(model: SetupModel, view: SetupView) -> None:
    model.progressed("Fetching the guest list: 38 %.")
    assert view.progress.isVisible()
    assert view.progress_text.text() == "Fetching the guest list: 38 %."


def test_a_laptop_that_is_not_enrolled_asks_for_the_code(model: SetupModel, view: SetupView) -> None:
    model.progressed("Opening this laptop's files …")
    model.waited()
    assert view.enrol.isEnabled()
    assert not view.progress.isVisible()
    assert view.enrol.text.hasFocus()


def test_the_place_that_was_left_is_marked_among_those_that_may_be_chosen(model: SetupModel, view: SetupView) -> None:
    model.offered("Lakeside Festival", LISTS, PlacePicked(MAIN, GATE_B.id))
    assert (view.place.lists.currentText(), view.place.gates.currentText()) == ("Main entrance", "Gate B")
    model.offered("Lakeside Festival", LISTS, PlacePicked(CREW, None))
    assert view.place.lists.currentText() == "Crew"


def test_while_a_door_is_being_left_the_form_for_places_waits(model: SetupModel, view: SetupView) -> None:
    model.offered("Lakeside Festival", LISTS, PlacePicked(MAIN, GATE_B.id))
    model.progressed("Closing this door …")
    assert (view.place.isVisible(), view.place.isEnabled()) == (True, False)
    assert view.progress_text.text() == "Closing this door …"


def test_a_single_place_is_not_chosen_for_somebody_who_asked_to_move(qtbot: QtBot, model: SetupModel) -> None:
    with qtbot.assertNotEmitted(model.place_wanted):
        model.offered("Lakeside Festival", LISTS[1:], PlacePicked(CREW, None))


def test_a_code_that_the_camera_reads_is_entered_as_if_pasted_and_lets_the_camera_go(
    qtbot: QtBot, model: SetupModel, view: SetupView
) -> None:
    model.camera_toggled(True)
    with qtbot.waitSignals([model.enrol_wanted, model.camera_wanted]):
        model.saw(["https://menu.example", str(ENROLMENT)])
    assert view.enrol.text.text() == str(ENROLMENT)
    assert model.state.eye is Eye.OFF


def test_what_is_seen_after_the_camera_was_let_go_is_not_entered(qtbot: QtBot, model: SetupModel) -> None:
    with qtbot.assertNotEmitted(model.enrol_wanted):
        model.saw([str(ENROLMENT)])


def test_a_damaged_enrolment_code_before_the_camera_says_so_and_the_camera_looks_on(model: SetupModel) -> None:
    model.camera_toggled(True)
    model.saw(["eventreg:enrol?url=http://192.0.2.7&code=1"])
    assert "not encrypted" in model.state.error
    assert model.state.eye is not Eye.OFF
