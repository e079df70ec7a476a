"""A line of a guest list as somebody who asks for a place, or what is wrong with it. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from server.imports.mapping import Mapped
from server.imports.safe_cells import bare
from server.imports.table import Line
from server.imports.words import Field, find_payment, plain, told_answer
from server.questions.answers import Answer, BadAnswer, Question, read_answers
from server.registrations.models import PaymentStatus
from server.users.service import PLAUSIBLE

LONGEST_NAME, LONGEST_EMAIL, LONGEST_PHONE, LONGEST_NOTES = 255, 255, 50, 4_000
MANGLED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
A_NUMBER = re.compile(r"[+\d\s.]+")
IN_BRACKETS = re.compile(r".*<([^<>]+)>")
SEPARATORS = ("\n", ";", "|", "/", "&", ",")
"""Between companions; the first of them that occurs, so that "Smith, John; Doe, Jane" are two."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who a line says wants to come; `ticket_type_id` None: the line names none."""

    number: int
    user_email: str
    full_name: str
    phone: str | None
    ticket_type_id: UUID | None
    payment_status: PaymentStatus | None
    companions: tuple[str, ...]
    notes: str | None
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Wrong:
    """The line cannot be brought in; the code says why (see findings)."""

    number: int
    code: str


class Lines:
    """How the lines of one file are understood: where each field stands, and what the ticket types are called."""

    def __init__(
        self,
        columns: Sequence[str],
        mapping: Mapped,
        types: Mapping[UUID, str],
        type_for_others: UUID | None,
        questions: Sequence[Question] = (),
    ) -> None:
        self._width = len(columns)
        self._places = {
            field: [place for place, column in enumerate(columns) if mapping.get(column) is field] for field in Field
        }
        held = {mapping[column]: place for place, column in enumerate(columns) if column in mapping}
        self._questions = [(question, held[question.id]) for question in questions if question.id in held]
        called = Counter(plain(name) for name in types.values())
        # A name that two types have is none; their ids are.
        self._types = {plain(name): type_id for type_id, name in types.items() if called[plain(name)] == 1}
        self._types |= {plain(str(type_id)): type_id for type_id in types}
        self._type_for_others = type_for_others

    def guest(self, line: Line) -> Guest | Wrong:
        """Who this line speaks of."""
        if any(line.cells[self._width :]):
            return Wrong(line.number, "too_many_cells")
        try:
            type_id = self._type(self._one(line, Field.TICKET_TYPE))
            return Guest(
                line.number,
                _email(self._one(line, Field.USER_EMAIL)),
                self._name(line),
                _phone(self._one(line, Field.PHONE)),
                type_id,
                _payment(self._one(line, Field.PAYMENT_STATUS)),
                _companions(self._all(line, Field.COMPANIONS)),
                _notes(self._all(line, Field.NOTES)),
                self._answers(line, type_id),
            )
        except _IsWrong as wrong:
            return Wrong(line.number, wrong.code)

    def _all(self, line: Line, field: Field) -> list[str]:
        cells = (line.cells[place] for place in self._places[field] if place < len(line.cells))
        return [bare(cell) for cell in cells if cell]

    def _one(self, line: Line, field: Field) -> str:
        for place in self._places[field]:
            if place < len(line.cells) and line.cells[place]:
                return _in_one_line(bare(line.cells[place]))
        return ""

    def _name(self, line: Line) -> str:
        parts = [self._one(line, Field.FIRST_NAME), self._one(line, Field.LAST_NAME)]
        name = self._one(line, Field.FULL_NAME) or " ".join(part for part in parts if part)
        if not name:
            raise _IsWrong("name_missing")
        return _no_longer(name, LONGEST_NAME, "name_too_long")

    def _type(self, told: str) -> UUID | None:
        if not told:
            return self._type_for_others
        found = self._types.get(plain(told))
        if found is None:
            raise _IsWrong("unknown_ticket_type")
        return found

    def _answers(self, line: Line, type_id: UUID | None) -> Mapping[str, Answer]:
        told = {
            question: bare(line.cells[place])
            for question, place in self._questions
            if place < len(line.cells) and line.cells[place] and question.is_asked_of(type_id)
        }
        given = {str(question.id): told_answer(question, cell) for question, cell in told.items()}
        read = read_answers(list(told), given, type_id, complete=False)
        if isinstance(read, BadAnswer):
            raise _IsWrong("answer_invalid")
        return read


class _IsWrong(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _email(told: str) -> str:
    in_brackets = IN_BRACKETS.fullmatch(told)
    email = (in_brackets[1] if in_brackets else told).strip().lower().removeprefix("mailto:")
    if not email:
        raise _IsWrong("email_missing")
    if len(email) > LONGEST_EMAIL or not PLAUSIBLE.fullmatch(email):
        raise _IsWrong("email_invalid")
    return email


def _phone(told: str) -> str | None:
    if MANGLED.fullmatch(told):
        raise _IsWrong("phone_mangled")
    return _no_longer(told, LONGEST_PHONE, "phone_too_long") or None


def _payment(told: str) -> PaymentStatus | None:
    if not told:
        return None
    found = find_payment(told)
    if found is None:
        raise _IsWrong("unknown_payment_status")
    return found


def _companions(told: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for cell in told:
        separator = next((each for each in SEPARATORS if each in cell), None)
        names += [_in_one_line(part) for part in (cell.split(separator) if separator else [cell])]
    named = [name for name in names if name and plain(name) not in ("0", "no", "none", "nein", "keine")]
    if any(A_NUMBER.fullmatch(name) for name in named):
        raise _IsWrong("companion_unnamed")
    return tuple(_no_longer(name, LONGEST_NAME, "companion_too_long") for name in named)


def _notes(told: Sequence[str]) -> str | None:
    return _no_longer("\n".join(told), LONGEST_NOTES, "notes_too_long") or None


def _no_longer(text: str, most: int, code: str) -> str:
    if len(text) > most:
        raise _IsWrong(code)
    return text


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
