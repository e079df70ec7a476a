import os
import subprocess
import sys

import numpy as np
import pytest

from eventreg_desktop.work.decode import Turns, Watch, texts
from eventreg_desktop.work.opencv import Picture
from tests.sights import NOBODY, OTHER, TICKET, code, holding, product_code, showing, spoilt


def first_turn(frame: Picture, turns: int = 8) -> int | None:
    """At which picture of the same sight a door reads it."""
    eyes = Turns()
    return next((turn for turn in range(turns) if eyes.texts(frame)), None)


def test_a_ticket_held_before_the_camera_is_read_at_first_sight() -> None:
    assert texts(holding(TICKET)) == [TICKET]
    assert Turns().texts(holding(TICKET)) == [TICKET]


def test_a_phone_in_dark_mode_shows_light_on_dark_and_is_read() -> None:
    assert texts(holding(TICKET, inverted=True)) == [TICKET]


def test_two_tickets_in_one_picture_are_both_read() -> None:
    assert sorted(texts(showing(code(TICKET, 4), code(OTHER, 4)))) == sorted([TICKET, OTHER])


def test_the_same_code_twice_in_one_picture_is_named_once() -> None:
    assert texts(showing(code(TICKET, 4), code(TICKET, 4))) == [TICKET]


@pytest.mark.parametrize(
    "payload",
    [bytes(range(128, 256)), b"\xff\xfe\x00\x01", b"\xed\xa0\x80", b"\x00" * 20, b"\x1b[2J\x07", "Grüße 李".encode()],
    ids=["high bytes", "binary", "lone surrogate", "zeros", "terminal codes", "words"],
)
def test_whatever_bytes_a_code_holds_they_come_as_some_text(payload: bytes) -> None:
    read = texts(holding(payload))
    assert len(read) == 1
    assert read[0].encode("utf-8")


def test_control_characters_in_a_code_are_not_spelt_out() -> None:
    assert texts(holding(b"A\x1dB\x00C")) == ["A\x1dB\x00C"]


def test_the_bar_code_of_a_bottle_is_not_a_ticket() -> None:
    assert texts(showing(product_code())) == []


@pytest.mark.parametrize(
    "frame",
    [
        NOBODY,
        np.random.default_rng(3).integers(0, 256, (480, 640, 3), dtype=np.uint8),
        np.zeros((1080, 1920, 3), dtype=np.uint8),
        np.zeros((1, 1, 3), dtype=np.uint8),
        np.zeros((2, 700, 3), dtype=np.uint8),
    ],
    ids=["nobody there", "noise", "lens cap", "one pixel", "a strip"],
)
def test_a_picture_without_a_code_gives_nothing_in_any_turn(frame: Picture) -> None:
    assert texts(frame) == []
    assert first_turn(frame) is None


@pytest.mark.parametrize(
    ("module", "blur", "light", "grain"),
    [
        pytest.param(4, 2.3, 0.9, 3.0, id="out of focus"),
        pytest.param(4, 1.2, 0.2, 6.0, id="in the dark"),
        pytest.param(3, 1.7, 0.9, 2.0, id="far away"),
        pytest.param(3, 1.2, 0.2, 6.0, id="far away in the dark"),
    ],
)
def test_a_difficult_code_is_read_within_a_third_of_a_second(
    module: int, blur: float, light: float, grain: float
) -> None:
    held = [spoilt(holding(TICKET, module), blur=blur, light=light, grain=grain, seed=seed) for seed in range(10)]
    eyes = Turns()
    assert [TICKET] in [eyes.texts(frame) for frame in held]
    assert [TICKET] in [texts(frame) for frame in held]


def test_a_code_half_out_of_the_picture_is_seen_but_not_guessed() -> None:
    frame = np.ascontiguousarray(holding(TICKET)[:190])
    assert texts(frame) == []
    assert first_turn(frame) is None


def test_codes_are_read_where_the_library_of_pyzbar_is_missing() -> None:
    script = (
        "import sys; sys.modules['pyzbar.pyzbar'] = None\n"
        "from tests.sights import *\n"
        "from eventreg_desktop.work.decode import Turns, texts\n"
        "turns = Turns()\n"
        "assert [turns.texts(NOBODY) for _ in range(6)] == [[]] * 6\n"
        "assert texts(np.ascontiguousarray(holding(TICKET)[:190])) == []\n"
        "assert turns.texts(holding(TICKET)) == [TICKET]\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_opencv_leaves_our_windows_their_plugins_and_fonts() -> None:
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert "QT_QPA_FONTDIR" not in os.environ


def test_a_code_held_for_ten_seconds_is_one_scan() -> None:
    watch = Watch()
    assert [text for at_ms in range(0, 10_000, 66) for text in watch.fresh([TICKET], at_ms)] == [TICKET]


def test_a_code_that_comes_back_after_a_second_and_a_half_is_a_second_scan() -> None:
    watch = Watch()
    assert watch.fresh([TICKET], 1_000) == [TICKET]
    assert watch.fresh([], 1_500) == []
    assert watch.fresh([TICKET], 2_500) == [TICKET]


def test_a_code_lost_from_view_for_less_is_still_the_same_scan() -> None:
    watch = Watch()
    assert watch.fresh([TICKET], 1_000) == [TICKET]
    assert watch.fresh([TICKET], 2_499) == []
    assert watch.fresh([TICKET], 3_998) == []


def test_another_code_in_between_is_a_scan_of_its_own() -> None:
    watch = Watch()
    assert watch.fresh([TICKET], 0) == [TICKET]
    assert watch.fresh([TICKET, OTHER], 400) == [OTHER]
    assert watch.fresh([OTHER], 800) == []
    assert watch.fresh([TICKET], 1_000) == []


def test_a_video_that_begins_again_begins_new_scans() -> None:
    watch = Watch()
    assert watch.fresh([TICKET], 30_000) == [TICKET]
    assert watch.fresh([TICKET], 0) == [TICKET]
