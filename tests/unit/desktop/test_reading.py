"""What keyboard scanners add to a code, or do to its letters."""

import pytest

from eventreg_desktop.door.reading import as_coded
from tests.sync.festival import Festival, serial

TICKET = Festival().text(serial(1))
ENROLMENT = "eventreg:enrol?url=https://tickets.example.org&code=AbC"


@pytest.mark.parametrize(
    "marker",
    [
        pytest.param("\\000026", id="an ECI marker"),
        pytest.param("]Q1", id="the kind of code"),
        pytest.param("]Q2\\000026", id="both"),
    ],
)
@pytest.mark.parametrize("code", [TICKET, ENROLMENT])
def test_a_scanner_that_names_the_alphabet_before_the_code_is_understood(marker: str, code: str) -> None:
    assert as_coded(marker + code) == code


@pytest.mark.parametrize("typed", [TICKET.lower(), TICKET.swapcase(), "]Q1" + TICKET.lower()])
def test_a_scanner_with_caps_lock_on_is_understood(typed: str) -> None:
    assert as_coded(typed) == TICKET


@pytest.mark.parametrize(
    "typed", [TICKET, ENROLMENT, TICKET + "\n", " " + TICKET, TICKET + " ", TICKET[1:], "\\00026" + TICKET, "", "aß"]
)
def test_nothing_else_is_taken_off_or_changed(typed: str) -> None:
    assert as_coded(typed) == typed
