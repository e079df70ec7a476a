"""What the door says to who holds a code that is seen but not read."""

import numpy as np
import pytest

from eventreg_desktop.work.decode import Turns
from eventreg_desktop.work.filters import grey_of
from eventreg_desktop.work.hints import Advice, Hint, hint_of
from eventreg_desktop.work.looks import Place
from eventreg_desktop.work.opencv import Picture, cv2
from tests.sights import NOBODY, TICKET, code, holding, scrambled, showing

SHEET = code(TICKET, 6)
PLACE = Place(64, 64, 40 + SHEET.shape[0] - 24, 40 + SHEET.shape[0] - 24)
"""Where the code of `SHEET` stands when it is shown, without its quiet zone."""


def shown(sheet: Picture) -> Picture:
    return grey_of(showing(sheet))


def glaring(sheet: Picture) -> Picture:
    lit = sheet.copy()
    cv2.ellipse(lit, (120, 110), (70, 50), 20, 0, 360, 255, -1)
    return lit


def test_a_sharp_code_that_is_not_read_gets_no_hint() -> None:
    assert hint_of(shown(SHEET), PLACE) is None
    assert hint_of(shown(255 - SHEET), PLACE) is None


def test_a_code_far_away_is_to_come_closer() -> None:
    assert hint_of(grey_of(holding(TICKET, 2)), Place(48, 48, 48 + 74, 48 + 74)) is Hint.CLOSER


def test_a_blurred_code_is_to_be_held_still() -> None:
    soft = np.asarray(cv2.GaussianBlur(SHEET, (0, 0), 4.0), dtype=np.uint8)
    assert hint_of(shown(soft), PLACE) is Hint.STILL


def test_a_code_under_a_lamp_is_to_be_tilted() -> None:
    assert hint_of(shown(glaring(SHEET)), PLACE) is Hint.TILT


@pytest.mark.parametrize("place", [Place(-400, -300, 5, 4), Place(600, 440, 900, 700), Place(0, 0, 9e5, 9e5)])
def test_a_place_beyond_the_picture_is_no_trouble(place: Place) -> None:
    assert hint_of(grey_of(NOBODY), place) in (None, Hint.STILL)


def test_a_door_hints_while_a_blurred_code_is_held_and_no_more_when_it_is_read() -> None:
    eyes, soft = Turns(), np.asarray(cv2.GaussianBlur(scrambled(TICKET), (0, 0), 3.0), dtype=np.uint8)
    hints = [eyes.hint for n in range(4) if not eyes.texts(np.roll(showing(soft), 3 * (n % 2), axis=1))]
    assert hints == [Hint.STILL] * 4
    assert eyes.texts(showing(scrambled(TICKET, 2))) == []
    assert eyes.hint is Hint.CLOSER
    assert eyes.texts(holding(TICKET)) == [TICKET]
    assert eyes.hint is None


def test_a_hint_is_shown_when_it_held_for_half_a_second_and_goes_a_second_after_it() -> None:
    advice = Advice()
    assert [advice.heard(Hint.STILL, False, at_ms) for at_ms in (0, 300, 499)] == [None, None, None]
    assert advice.heard(Hint.STILL, False, 500) is Hint.STILL
    assert [advice.heard(None, False, at_ms) for at_ms in (900, 1500)] == [Hint.STILL, Hint.STILL]
    assert advice.heard(None, False, 1501) is None


def test_a_hint_goes_at_once_when_the_code_is_read_and_another_takes_half_a_second() -> None:
    advice = Advice()
    for at_ms in (0, 600):
        advice.heard(Hint.CLOSER, False, at_ms)
    assert [advice.heard(Hint.TILT, False, at_ms) for at_ms in (700, 1100)] == [Hint.CLOSER, Hint.CLOSER]
    assert advice.heard(Hint.TILT, False, 1200) is Hint.TILT
    assert advice.heard(None, True, 1250) is None
    assert advice.heard(Hint.TILT, False, 1300) is None
