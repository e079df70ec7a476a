"""What a door knows of a phone number."""

import pytest

from eventreg_core.phone import tail_of, typed_tail


@pytest.mark.parametrize(
    ("number", "tail"),
    [
        pytest.param("+49 170 1234567", "4567", id="as people write it"),
        pytest.param("0170/123-45 67", "4567", id="with other marks"),
        pytest.param("٠١٧٠١٢٣٤٥٦٧", "4567", id="in Arabic digits"),
        pytest.param("4567", "4567", id="just enough"),
        pytest.param("567", "", id="too few"),
        pytest.param("ask Mum", "", id="none"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_door_learns_the_last_four_digits(number: str, tail: str) -> None:
    assert tail_of(number) == tail


@pytest.mark.parametrize(
    ("typed", "tail"),
    [
        pytest.param("4567", "4567", id="four"),
        pytest.param("123 45-67", "4567", id="more than a door knows"),
        pytest.param("+49 (170) 123 45 67", "4567", id="all of it"),
        pytest.param("456", "", id="too few"),
        pytest.param("AB-4567", "", id="a short code"),
        pytest.param("anna 4567", "", id="a name"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_four_digits_or_more_may_be_the_end_of_a_phone_number(typed: str, tail: str) -> None:
    assert typed_tail(typed) == tail
