"""The table "Who may do what" of docs/security.md, as the tests read it."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
HEADING = "## Who may do what"
YES = "yes"
LADDER = (("viewer", "viewer"), ("staff", "staff"), ("supervisor", "supervisor"), ("organizer", "organizer"),
          ("maker", "organizer"), ("admin", "admin"))  # fmt: skip
"""Kinds of caller from the least to the most, and the word for each in the list of routes."""
PROGRAM = "program"
ABOUT_AN_ACCOUNT = ("/api/v1/users/me", "/api/v1/auth/logout · access token")
"""Names of rows begin so, or are this, where a program is refused; elsewhere it may what staff may."""
FIRST = re.compile(r"`(?P<method>[A-Z]+) (?P<path>\S+)`(?: · (?P<special>.+))?")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a kind of caller gets: `yes` or a status, on their own event and on somebody else's."""

    own: str
    foreign: str


@dataclass(frozen=True, slots=True)
class Row:
    """One route, maybe with what is special about the request, and a cell for each kind of caller, programs too."""

    method: str
    path: str
    special: str | None
    cells: dict[str, Cell]

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def name(self) -> str:
        return self.route if self.special is None else f"{self.route} · {self.special}"

    def callers(self) -> set[str]:
        """The least who may, in the words of the list of routes."""
        may = {kind for kind, cell in self.cells.items() if YES in (cell.own, cell.foreign)}
        if "visitor" in may:
            return {"public"}
        alone = may & {"device", "operator"}
        if "account" in may:
            return alone | {"user"}
        least = [word for kind, word in LADDER if kind in may][:1]
        return alone | set(least) | (may & {"guest"})


def read_rows() -> list[Row]:
    """Every row of the table, in its order."""
    section = PAGE.read_text("utf-8").partition(HEADING)[2].partition("\n## ")[0]
    lines = [_cells(line) for line in section.splitlines() if line.startswith("|")]
    header = next(cells for cells in lines if cells[0] == "route")
    kinds = header[1:]
    return [_row(kinds, cells) for cells in lines if FIRST.fullmatch(cells[0])]


def template(route: str, callers: tuple[str, ...]) -> str:
    """A row to begin with, for a route that has none."""
    kinds = [kind for kind in next(iter(read_rows())).cells if kind != PROGRAM]
    return f"| `{route}` | {' | '.join('…' for _ in kinds)} |   (columns: {', '.join(kinds)}; declared: {callers})"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _row(kinds: list[str], cells: list[str]) -> Row:
    first = FIRST.fullmatch(cells[0])
    assert first is not None
    assert len(cells) == len(kinds) + 1, f"{cells[0]} has {len(cells) - 1} cells for {len(kinds)} kinds of caller"
    found = dict(zip(kinds, (_cell(cells[0], text) for text in cells[1:]), strict=True))
    row = Row(first["method"], first["path"], first["special"], found)
    found[PROGRAM] = Cell("403", "403") if row.name.partition(" ")[2].startswith(ABOUT_AN_ACCOUNT) else found["staff"]
    return row


def _cell(name: str, text: str) -> Cell:
    own, _, foreign = (part.strip() for part in text.partition("/"))
    foreign = foreign or own
    assert {own, foreign} <= {YES, "401", "403", "404"}, f"{name}: what does {text!r} mean?"
    return Cell(own, foreign)
