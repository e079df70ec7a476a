"""Which column of a guest list holds what: proposed by the columns' names, or as the organizer says."""

from collections.abc import Mapping, Sequence

from server.imports.words import Field, find_field, plain

Mapped = Mapping[str, Field]
"""Columns by name; a column that is not named here is not brought in."""
SEVERAL = frozenset({Field.NOTES, Field.COMPANIONS})
"""Fields that more than one column may fill."""
NAMES = frozenset({Field.FULL_NAME, Field.FIRST_NAME, Field.LAST_NAME})
JUST_NAME = frozenset({"name", "namn", "navn", "naam"})
"""Beside a column of first names this is the last name."""


def propose(columns: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> dict[str, Field]:
    """What the columns seem to hold; of two that seem to hold the same the first is taken.

    Where no name tells, a column with an e-mail in most of these rows is one of e-mails.
    """
    proposed: dict[str, Field] = {}
    for column in columns:
        field = find_field(column)
        if field is not None and (field in SEVERAL or field not in proposed.values()):
            proposed[column] = field
    _settle_names(proposed)
    if Field.USER_EMAIL not in proposed.values():
        _find_emails(columns, rows, proposed)
    return proposed


def missing_fields(mapping: Mapped) -> list[Field]:
    """What a guest cannot be registered without, and no column holds."""
    held = set(mapping.values())
    missing = [] if Field.USER_EMAIL in held else [Field.USER_EMAIL]
    return missing if held & NAMES else [*missing, Field.FULL_NAME]


def doubled_fields(mapping: Mapped) -> list[Field]:
    """What two columns hold and only one may."""
    held = list(mapping.values())
    return [field for field in Field if field not in SEVERAL and held.count(field) > 1]


def _settle_names(proposed: dict[str, Field]) -> None:
    by_field = {field: column for column, field in proposed.items() if field in NAMES}
    match sorted(by_field):
        case [Field.FIRST_NAME, Field.FULL_NAME] if plain(by_field[Field.FULL_NAME]) in JUST_NAME:
            proposed[by_field[Field.FULL_NAME]] = Field.LAST_NAME
        case [Field.FIRST_NAME | Field.LAST_NAME as alone]:
            # "Nom" and "Nome" alone are whole names.
            proposed[by_field[alone]] = Field.FULL_NAME


def _find_emails(columns: Sequence[str], rows: Sequence[Sequence[str]], proposed: dict[str, Field]) -> None:
    for place, column in enumerate(columns):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        if column not in proposed and cells and 2 * sum("@" in cell for cell in cells) > len(cells):
            proposed[column] = Field.USER_EMAIL
            return
