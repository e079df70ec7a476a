"""A table of texts, whatever kind of file it came as: its columns, its lines, and how much of it is taken."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from eventreg_core.problems import Problem

MOST_LINES: Final = 50_000
"""Lines below the header."""
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 10_000
LONGEST_HEADER: Final = 100
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ud800-\udfff\ufeff\ufffe\uffff]")
"""What nobody types and no table of names needs; tabs and ends of lines stay."""


class UnreadableTable(Problem):
    """This file is no table that we read, or too large a one; the sentence says what to bring instead."""

    def __init__(self, sentence: str, code: str = "unreadable_file") -> None:
        super().__init__(code, sentence)


@dataclass(frozen=True, slots=True)
class Line:
    """One line below the header; `number` is that of the file, as its author sees it. Cells are trimmed."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns have names that differ; a line may have fewer cells than there are columns, or more.

    `source` says how it was read: an encoding and a delimiter, or a sheet; `sheets` are those that could be chosen.
    """

    columns: tuple[str, ...]
    lines: Sequence[Line]
    source: str
    sheets: tuple[str, ...] = ()


def table_of(lines: Iterable[Line], source: str, sheets: tuple[str, ...] = ()) -> Table:
    """The table in these lines, the first of which that is not empty is the header, unless an e-mail stands in it.

    Raises UnreadableTable where there is nothing, or too much.
    """
    filled = _filled(lines)
    first = next(filled, None)
    if first is None:
        raise UnreadableTable("The file is empty. Bring one with a header and a line for each guest.", "empty_file")
    rest = _counted(filled)
    if any("@" in cell for cell in first.cells):
        kept = [first, *rest]
        return Table(unique_names([""] * max(len(line.cells) for line in kept)), kept, source, sheets)
    kept = list(rest)
    if not kept:
        raise UnreadableTable("The file has a header and no line below it. Add the guests.", "empty_file")
    return Table(unique_names(first.cells), kept, source, sheets)


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """Names of columns that differ: an empty one is called by its place, one that was there before gets a number."""
    names: list[str] = []
    for place, told in enumerate(header, 1):
        name = base = " ".join(told.split())[:LONGEST_HEADER] or f"Column {place}"
        again = 2
        while name in names:
            name = f"{base} ({again})"
            again += 1
        names.append(name)
    return tuple(names)


def clean_cell(text: str) -> str:
    """What was typed: without signs that nobody types, ends of lines alike, and nothing around it."""
    if not text.isprintable():
        text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()


def _filled(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        cells = list(line.cells)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise UnreadableTable(
                f"Line {line.number} has {len(cells)} cells; {MOST_COLUMNS} are taken. Remove columns.", "too_large"
            )
        if max(map(len, cells)) > LONGEST_CELL:
            raise UnreadableTable(
                f"A cell in line {line.number} has more than {LONGEST_CELL:,} signs. Shorten it, or look for a quote"
                " that is never closed.",
                "too_large",
            )
        yield Line(line.number, tuple(cells))


def _counted(lines: Iterator[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines, 1):
        if count > MOST_LINES:
            raise UnreadableTable(f"The file has more than {MOST_LINES:,} lines. Bring it in parts.", "too_large")
        yield line
