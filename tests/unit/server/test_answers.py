"""What guests may answer to each kind of question."""

from typing import Any

import pytest

from server.clock import new_id
from server.questions.answers import BadAnswer, Question, read_answers

BACKSTAGE, DAY_PASS = new_id(), new_id()


def question(kind: str = "text", **fields: Any) -> Question:
    choices = ("Vegan", "With cheese") if kind == "choice" else ()
    return Question(new_id(), kind, "What do you eat?", choices=choices, **fields)


@pytest.mark.parametrize(
    ("kind", "told", "kept"),
    [
        ("text", "  No nuts,\nplease. 李  ", "No nuts,\nplease. 李"),
        ("text", "x" * 1000, "x" * 1000),
        ("choice", "Vegan", "Vegan"),
        ("number", "3.240", "3.240"),
        ("number", " -12 ", "-12"),
        ("number", 7, "7"),
        ("number", "12345678901234567890.12345678901234567890", "12345678901234567890.12345678901234567890"),
        ("date", "2028-02-29", "2028-02-29"),
        ("yes_no", False, False),
        ("yes_no", True, True),
    ],
)
def test_an_answer_is_kept_exactly_as_it_was_meant(kind: str, told: object, kept: object) -> None:
    asked = question(kind, required=True)
    assert read_answers([asked], {str(asked.id): told}, None) == {str(asked.id): kept}


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("text", "x" * 1001),
        ("text", "a\x00b"),
        ("text", 3),
        ("choice", "vegan"),
        ("choice", True),
        ("number", "3,24"),
        ("number", "1e3"),
        ("number", "NaN"),
        ("number", 3.24),
        ("number", True),
        ("number", "٣"),
        ("date", "2027-02-29"),
        ("date", "28.11.2026"),
        ("date", "20261128"),
        ("yes_no", "yes"),
        ("yes_no", 1),
    ],
)
def test_an_answer_of_another_kind_is_refused_and_says_to_what(kind: str, told: object) -> None:
    asked = question(kind)
    outcome = read_answers([asked], {str(asked.id): told}, None)
    assert isinstance(outcome, BadAnswer)
    assert (outcome.question, outcome.code) == (str(asked.id), "answer_invalid")
    assert outcome.sentence.startswith("What do you eat?: ")


@pytest.mark.parametrize("told", [{}, {"told": None}, {"told": ""}, {"told": " \n"}])
def test_a_required_question_is_answered_by_guests_while_the_staff_may_leave_it(told: dict[str, Any]) -> None:
    asked = question(required=True)
    given = {str(asked.id): told["told"]} if told else {}
    outcome = read_answers([asked], given, None)
    assert isinstance(outcome, BadAnswer)
    assert outcome.code == "answer_missing"
    assert read_answers([asked], given, None, complete=False) == {}
    assert read_answers([question()], {}, None) == {}


def test_a_question_of_some_ticket_types_is_asked_of_nobody_else() -> None:
    asked = question(required=True, ticket_type_ids=(BACKSTAGE,))
    given = {str(asked.id): "Everything"}
    assert read_answers([asked], {}, DAY_PASS) == {}
    assert read_answers([asked], given, BACKSTAGE) == given
    for outcome in (read_answers([asked], given, DAY_PASS), read_answers([], given, None)):
        assert isinstance(outcome, BadAnswer)
        assert outcome.code == "unknown_question"
