"""The table of docs/scenarios.md: each case is there once, and each test that it names exists."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROWS = [
    line.strip("| ").split(" | ")
    for line in (TESTS.parent / "docs" / "scenarios.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [A-Z]\d\d \|", line)
]
CASES = {
    "R": (1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16),
    "I": (1, 2, 4, 5, 7, 8, 10, 11),
    "F": (1, 2, 4, 5, 7, 8, 10),
    "P": (1, 2, 4, 5, 7, 8, 10, 11),
    "X": (1, 2, 4, 5),
    "O": (1, 2, 4, 5, 7, 8, 10, 11, 13, 14),
    "G": (1, 2, 4, 5, 7, 8),
    "W": tuple(range(1, 31)),
}


def test_every_case_has_its_row_in_its_order() -> None:
    expected = [f"{letter}{number:02}" for letter, numbers in CASES.items() for number in numbers]
    assert [row[0] for row in ROWS] == expected


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_case_names_tests_that_exist_or_another_case_or_says_why_it_is_none_of_ours(row: list[str]) -> None:
    _, about, cell = row
    assert about
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", cell)
    also = re.match(r"as ([A-Z]\d\d)\b", cell)
    assert named or cell.startswith("— ") or (also and also[1] in {other[0] for other in ROWS})
    for path, name in named:
        text = (TESTS / path).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, f"{path} has no {name}"
