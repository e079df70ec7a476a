"""What a guest may answer: each kind of question reads its answers, and everything else is refused. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

LONGEST_TEXT = 1000
NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Answer = str | bool
"""A number is kept as the text that was typed, a date as YYYY-MM-DD, yes or no as a boolean."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; of everybody, or of those with one of `ticket_type_ids`."""

    id: UUID
    kind: str
    label: str
    required: bool = False
    choices: tuple[str, ...] = ()
    ticket_type_ids: tuple[UUID, ...] = ()

    def is_asked_of(self, ticket_type_id: UUID | None) -> bool:
        """Whether a guest with this ticket type is asked; None: with the only type that there is."""
        return not self.ticket_type_ids or ticket_type_id is None or ticket_type_id in self.ticket_type_ids


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """An answer that cannot be kept, or one that is missing; `question` is the id that was told."""

    question: str
    code: Literal["answer_missing", "answer_invalid", "unknown_question"]
    sentence: str


def read_answers(
    questions: Sequence[Question],
    given: Mapping[str, object],
    ticket_type_id: UUID | None,
    *,
    complete: bool = True,
) -> dict[str, Answer] | BadAnswer:
    """The answers by the id of their question, as they are kept; or the first thing that is wrong with them.

    Empty texts and null are no answers. `complete` False: required ones may be missing, as where the staff registers.
    """
    asked = {str(question.id): question for question in questions if question.is_asked_of(ticket_type_id)}
    for name in given:
        if name not in asked:
            return BadAnswer(name, "unknown_question", "The event does not ask this, or not with this ticket type.")
    kept: dict[str, Answer] = {}
    for name, question in asked.items():
        told = given.get(name)
        if told is None or (isinstance(told, str) and not told.strip()):
            if question.required and complete:
                return BadAnswer(name, "answer_missing", f"Please answer: {question.label}")
            continue
        read = _READERS[question.kind](question, told)
        if read is None:
            return BadAnswer(name, "answer_invalid", _WANTED[question.kind].format(label=question.label))
        kept[name] = read
    return kept


def _text(_: Question, told: object) -> Answer | None:
    if not isinstance(told, str) or len(told.strip()) > LONGEST_TEXT:
        return None
    text = told.strip()
    return None if any(sign < " " and sign not in "\n\t" for sign in text.replace("\r\n", "\n")) else text


def _choice(question: Question, told: object) -> Answer | None:
    return told if isinstance(told, str) and told in question.choices else None


def _number(_: Question, told: object) -> Answer | None:
    # A fraction of JSON may have lost digits on its way here: those are sent as text.
    text = str(told) if isinstance(told, int) and not isinstance(told, bool) else told
    if not isinstance(text, str):
        return None
    return text.strip() if NUMBER.fullmatch(text.strip()) else None


def _date(_: Question, told: object) -> Answer | None:
    if not isinstance(told, str) or not ISO_DATE.fullmatch(told.strip()):
        return None
    try:
        return date.fromisoformat(told.strip()).isoformat()
    except ValueError:
        return None


def _yes_no(_: Question, told: object) -> Answer | None:
    return told if isinstance(told, bool) else None


_READERS: Mapping[str, Callable[[Question, object], Answer | None]] = {
    "text": _text,
    "choice": _choice,
    "number": _number,
    "date": _date,
    "yes_no": _yes_no,
}
_WANTED = {
    "text": f"{{label}}: write at most {LONGEST_TEXT} characters.",
    "choice": "{label}: choose one of the answers that are offered.",
    "number": '{label}: write a number such as "3" or "3.24".',
    "date": "{label}: write a date such as 2026-11-28.",
    "yes_no": "{label}: answer true or false.",
}
