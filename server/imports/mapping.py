"""Which column of a guest list holds what: proposed by the columns' names, or as the organizer says."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final
from uuid import UUID

from server.imports.table import unique_names
from server.imports.words import Field, find_field, plain

Held = Field | UUID
"""What a column holds: a field, or answers to the question with this id."""
Mapped = Mapping[str, Held]
"""Columns by name; a column that is not named here is not brought in."""
NOTHING_ASKED: Final[Mapping[UUID, str]] = MappingProxyType({})
SEVERAL = frozenset({Field.NOTES, Field.COMPANIONS})
"""Fields that more than one column may fill."""
NAMES = frozenset({Field.FULL_NAME, Field.FIRST_NAME, Field.LAST_NAME})
JUST_NAME = frozenset({"name", "namn", "navn", "naam"})
"""Beside a column of first names this is the last name."""


def propose(
    columns: Sequence[str], rows: Sequence[Sequence[str]] = (), questions: Mapping[UUID, str] = NOTHING_ASKED
) -> dict[str, Held]:
    """What the columns seem to hold; of two that seem to hold the same the first is taken.

    A question's column is called as it is asked. Where no name tells, a column with an e-mail in most of these rows is
    one of e-mails.
    """
    names = unique_names(tuple(questions.values()))
    asked = {plain(name): question for question, name in zip(questions, names, strict=True)}
    proposed: dict[str, Held] = {}
    for column in columns:
        field, question = find_field(column), asked.get(plain(column))
        # An event may ask for remarks, which are the guest's own and not the staff's notes.
        held: Held | None = question if field is None or (field in SEVERAL and question is not None) else field
        if held is not None and (held in SEVERAL or held not in proposed.values()):
            proposed[column] = held
    _settle_names(proposed)
    if Field.USER_EMAIL not in proposed.values():
        _find_emails(columns, rows, proposed)
    return proposed


def missing_fields(mapping: Mapped) -> list[Field]:
    """What a guest cannot be registered without, and no column holds."""
    held = set(mapping.values())
    missing = [] if Field.USER_EMAIL in held else [Field.USER_EMAIL]
    return missing if held & NAMES else [*missing, Field.FULL_NAME]


def doubled(mapping: Mapped) -> list[Held]:
    """What two columns hold and only one may."""
    held = list(mapping.values())
    return [each for each in dict.fromkeys(held) if each not in SEVERAL and held.count(each) > 1]


def _settle_names(proposed: dict[str, Held]) -> None:
    by_field = {field: column for column, field in proposed.items() if isinstance(field, Field) and field in NAMES}
    match sorted(by_field):
        case [Field.FIRST_NAME, Field.FULL_NAME] if plain(by_field[Field.FULL_NAME]) in JUST_NAME:
            proposed[by_field[Field.FULL_NAME]] = Field.LAST_NAME
        case [Field.FIRST_NAME | Field.LAST_NAME as alone]:
            # "Nom" and "Nome" alone are whole names.
            proposed[by_field[alone]] = Field.FULL_NAME


def _find_emails(columns: Sequence[str], rows: Sequence[Sequence[str]], proposed: dict[str, Held]) -> None:
    for place, column in enumerate(columns):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        if column not in proposed and cells and 2 * sum("@" in cell for cell in cells) > len(cells):
            proposed[column] = Field.USER_EMAIL
            return
