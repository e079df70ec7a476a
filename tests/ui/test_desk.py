"""The desk beside the scanning: what it asks, what comes of the answers, and that nothing of it stops a scan."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from eventreg_core.admission import Reason
from eventreg_core.facts import PayMethod
from eventreg_desktop.door.annul import WhyNot
from eventreg_desktop.door.door import Allowed, Chosen, Taken
from eventreg_desktop.door.operators import BadPin, NoName, Wait, WrongPin
from eventreg_desktop.ui.door.ask import Answer, Matter
from eventreg_desktop.ui.door.desk import DeskModel
from eventreg_desktop.ui.door.state import Look, ScanLine
from eventreg_desktop.ui.door.sums import taken_of
from tests.ui import desk_scenes, night
from tests.ui.desk_scenes import AYSE, BO, CREW, FACT, FAMILY, MARA

LINE = ScanLine("14:03:29", Look.ADMITTED, "circle-check-big", "Zoë Müller", "Family ticket", "Admitted", FACT)


@pytest.fixture
def desk(qtbot: QtBot) -> DeskModel:
    made = DeskModel()
    made.operators_known(CREW)
    return made


def on_duty(desk: DeskModel) -> str:
    return "nobody" if desk.operator is None else desk.operator.name


def test_a_new_laptop_asks_for_its_first_supervisor_and_they_are_on_duty_at_once(qtbot: QtBot) -> None:
    desk = DeskModel()
    desk.sign_in_asked()
    assert desk.ask is not None
    assert desk.ask.matter is Matter.NEW_OPERATOR
    assert "supervisor" in desk.ask.sentence
    with qtbot.waitSignal(desk.operator_wanted) as wanted:
        desk.answered(Answer(blanks={"name": "Mara", "new_pin": "4711"}))
    assert wanted.args == ["Mara", "4711", False, "", ""]
    desk.operators_known((MARA,))
    with qtbot.waitSignal(desk.operator_changed) as changed:
        desk.pin_checked(MARA)
    assert changed.args == [MARA]
    assert desk.ask is None


def test_operators_change_in_two_steps_and_sign_out(qtbot: QtBot, desk: DeskModel) -> None:
    desk.sign_in_asked()
    with qtbot.waitSignal(desk.pin_wanted) as wanted:
        desk.answered(Answer(picked=(BO.id,), blanks={"pin": "0815"}))
    assert wanted.args == [BO.id, "0815"]
    desk.pin_checked(BO)
    assert on_duty(desk) == "Bo"
    desk.sign_in_asked()
    desk.answered(Answer(button="out"))
    assert on_duty(desk) == "nobody"
    assert desk.ask is None


def test_a_wrong_pin_is_said_and_the_question_stays_and_nobody_else_answers_meanwhile(desk: DeskModel) -> None:
    desk.sign_in_asked()
    desk.answered(Answer(picked=(BO.id,), blanks={"pin": "1"}))
    assert desk.ask is not None
    assert desk.ask.busy
    for outcome, word in ((WrongPin(), "wrong"), (Wait(40), "40 seconds"), (NoName(), "name"), (BadPin(), "digits")):
        desk.answered(Answer(picked=(BO.id,), blanks={"pin": "1"}))
        desk.pin_checked(outcome)
        assert word in desk.ask.error
        assert not desk.ask.busy
    desk.answered(Answer(blanks={"pin": "1"}))
    assert desk.ask.error == "Choose who you are."
    desk.failed("The disk is full.")
    assert desk.ask.error == "The disk is full."


def test_only_a_supervisors_word_adds_somebody_later(qtbot: QtBot, desk: DeskModel) -> None:
    desk.pin_checked(BO)
    desk.sign_in_asked()
    desk.answered(Answer(button="add"))
    assert desk.ask is not None
    assert [choice.label for choice in desk.ask.choices] == [AYSE.name, MARA.name]
    with qtbot.waitSignal(desk.operator_wanted) as wanted:
        filled = {"name": "Cem", "new_pin": "2580", "pin": "4711"}
        desk.answered(Answer("add_supervisor", (MARA.id,), filled))
    assert wanted.args == ["Cem", "2580", True, MARA.id, "4711"]


def test_an_override_needs_a_reason_and_a_supervisors_pin(qtbot: QtBot, desk: DeskModel) -> None:
    refused = desk_scenes.used_twice()
    desk.judged(refused)
    desk.override_asked()
    assert desk.ask is not None
    assert "Already used" in desk.ask.sentence
    assert len(desk.ask.choices) == 2, "Bo may not"
    with qtbot.assertNotEmitted(desk.pin_wanted):
        desk.answered(Answer(picked=(MARA.id,), blanks={"reason": "  ", "pin": "4711"}))
    assert desk.ask.error == "Say why, in a few words."
    desk.answered(Answer(picked=(MARA.id,), blanks={"reason": "her sister", "pin": "4711"}))
    desk.judged(night.ADMITTED)
    with qtbot.waitSignal(desk.override_wanted) as wanted:
        desk.pin_checked(MARA)
    assert wanted.args == [refused.entered, Allowed(MARA.id, "Mara Lindqvist: her sister")], "of whom it was asked"


@pytest.mark.parametrize("reason", [Reason.UNREADABLE, Reason.REVOKED])
def test_what_no_supervisor_may_allow_is_not_even_asked(desk: DeskModel, reason: Reason) -> None:
    desk.judged(night.refused(reason))
    desk.override_asked()
    desk.judged(night.ADMITTED)
    desk.override_asked()
    desk.payment_asked()
    desk.party_asked()
    desk.undo_asked(None)
    assert desk.ask is None


def test_without_a_supervisor_the_desk_says_so(qtbot: QtBot) -> None:
    desk = DeskModel()
    desk.judged(desk_scenes.used_twice())
    desk.override_asked()
    assert desk.ask is not None
    assert desk.ask.title == "No supervisor is known on this laptop"


def test_a_payment_is_a_sum_a_currency_and_how(qtbot: QtBot, desk: DeskModel) -> None:
    desk.judged(desk_scenes.unpaid())
    desk.payment_asked()
    assert desk.ask is not None
    desk.answered(Answer(picked=("cash",), blanks={"amount": "much", "currency": "EUR"}))
    assert desk.ask.error.startswith("Give an amount")
    with qtbot.waitSignal(desk.payment_wanted) as wanted:
        desk.answered(Answer(picked=("card_terminal",), blanks={"amount": "12,50", "currency": "eur"}))
    assert wanted.args[1] == Taken(1250, "EUR", PayMethod.CARD)
    desk.payment_asked()
    assert [blank.value for blank in desk.ask.blanks] == ["12,50", "eur".upper()], "the next one costs the same"


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12", "EUR", 1200), (" 7.5 ", "CHF", 750), ("1500", "JPY", 1500), ("1.234", "KWD", 1234)],
)
def test_sums_follow_their_currency(amount: str, currency: str, minor: int) -> None:
    assert taken_of(amount, currency, "cash") == Taken(minor, currency, PayMethod.CASH)


@pytest.mark.parametrize("amount", ["", "0", "-5", "1.234", "NaN", "Infinity", "1e30", "12 EUR", "1,000.00"])
def test_what_is_no_sum_is_not_taken(amount: str) -> None:
    assert taken_of(amount, "EUR", "cash") is None
    assert taken_of("12", "euro", "cash") is None


def test_a_party_is_shown_with_those_ticked_who_may_come_in(qtbot: QtBot, desk: DeskModel) -> None:
    desk.judged(desk_scenes.mother())
    with qtbot.waitSignal(desk.party_wanted) as wanted:
        desk.party_asked()
    assert wanted.args == [night.SERIAL]
    desk.party_found(FAMILY)
    assert desk.ask is not None
    assert [(each.picked, each.enabled) for each in desk.ask.choices] == [
        (False, False), (True, True), (True, True), (False, False),
    ]  # fmt: skip
    assert desk.ask.choices[0].state == "in since 14:02"
    desk.party_found(replace(FAMILY, at=night.NOON + timedelta(days=1)))
    assert desk.ask.choices[0].state.startswith("in since 22 "), "another day is said"
    desk.answered(Answer())
    assert desk.ask.error == "Tick at least one."
    with qtbot.waitSignal(desk.party_admitted) as admitted:
        desk.answered(Answer(picked=("02" * 8,)))
    assert admitted.args == [[b"\x02" * 8]]


def test_a_question_about_one_guest_is_never_answered_for_another(qtbot: QtBot, desk: DeskModel) -> None:
    desk.judged(desk_scenes.unpaid())
    desk.payment_asked()
    desk.judged(replace(desk_scenes.mother(), entered=Chosen(b"\x07" * 8)))
    desk.party_asked()  # and before the party is found the operator answers
    with qtbot.waitSignal(desk.payment_wanted) as wanted:
        desk.answered(Answer(picked=("cash",), blanks={"amount": "12", "currency": "EUR"}))
    assert wanted.args[0] == desk_scenes.unpaid().entered


def test_of_several_told_together_the_keys_speak_of_whom_something_is_to_be_done_for(
    qtbot: QtBot, desk: DeskModel
) -> None:
    unpaid = desk_scenes.unpaid()
    family = [unpaid, desk_scenes.mother(), night.admitted("Emil", "Family ticket")]
    for each in family:
        desk.judged(each)
    desk.judged_together(family)
    desk.payment_asked()
    assert desk.ask is not None
    assert (desk.ask.matter, str(unpaid.name) in desk.ask.sentence) == (Matter.PAYMENT, True)


def test_no_key_speaks_of_a_guest_of_the_rehearsal_when_it_is_over_or_of_the_place_that_was_left(
    desk: DeskModel,
) -> None:
    desk.judged(desk_scenes.unpaid())
    desk.payment_asked()
    desk.left()
    assert desk.ask is None, "nor is a question about one left open"
    desk.payment_asked()
    desk.override_asked()
    desk.party_asked()
    desk.party_found(FAMILY)
    assert desk.ask is None


def test_an_undo_that_comes_too_late_asks_a_supervisor(qtbot: QtBot, desk: DeskModel) -> None:
    desk.undo_asked(LINE)
    with qtbot.waitSignal(desk.undo_wanted) as wanted:
        desk.answered(Answer())
    assert wanted.args == [FACT, None]
    desk.not_undone(FACT, WhyNot.TOO_LATE)
    assert desk.ask is not None
    assert desk.ask.matter is Matter.LATE_UNDO
    desk.answered(Answer(picked=(AYSE.id,), blanks={"reason": "wrong guest", "pin": "1212"}))
    with qtbot.waitSignal(desk.undo_wanted) as again:
        desk.pin_checked(AYSE)
    assert again.args == [FACT, Allowed(AYSE.id, "Ayşe Yılmaz: wrong guest")]


def test_an_undo_is_kept_or_fails_in_a_sentence_or_is_done(desk: DeskModel) -> None:
    desk.undo_asked(LINE)
    desk.answered(Answer(button="keep"))
    asked = [desk.ask]
    desk.undo_asked(LINE)
    desk.answered(Answer())
    desk.not_undone(FACT, WhyNot.ALREADY)
    assert desk.ask is not None
    assert desk.ask.error == "It is undone already."
    desk.undone(FACT)
    assert [*asked, desk.ask] == [None, None]


def test_a_rehearsal_begins_after_a_question_and_ends_at_once(qtbot: QtBot, desk: DeskModel) -> None:
    desk.rehearsal_asked(True)
    with qtbot.waitSignal(desk.rehearsal_wanted) as wanted:
        desk.answered(Answer())
    assert wanted.args == [True]
    with qtbot.waitSignal(desk.rehearsal_wanted) as wanted:
        desk.rehearsal_asked(False)
    assert wanted.args == [False]
