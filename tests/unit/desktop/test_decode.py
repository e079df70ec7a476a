import os
import subprocess
import sys

import numpy as np
import pytest
import zxingcpp

from eventreg_desktop.work import looks
from eventreg_desktop.work.decode import Turns, Watch, texts
from eventreg_desktop.work.opencv import Picture, cv2
from eventreg_desktop.work.stillness import Stillness
from tests.bad_nights import Trouble, frame
from tests.sights import NOBODY, OTHER, TICKET, code, holding, product_code, scrambled, showing, spoilt


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


STRANGE: dict[str, Picture] = {
    "nobody there": NOBODY,
    "noise": np.random.default_rng(3).integers(0, 256, (480, 640, 3), dtype=np.uint8),
    "stripes": np.repeat(np.random.default_rng(4).integers(0, 256, (1, 640, 3), dtype=np.uint8), 480, axis=0),
    "lens cap": np.zeros((720, 1280, 3), dtype=np.uint8),
    "one pixel": np.full((1, 1, 3), 200, dtype=np.uint8),
    "a strip": np.zeros((2, 700, 3), dtype=np.uint8),
    "a column": np.zeros((700, 1, 3), dtype=np.uint8),
    "nothing": np.zeros((0, 640, 3), dtype=np.uint8),
    "grey": np.full((48, 64), 90, dtype=np.uint8),
    "one channel": np.full((48, 64, 1), 90, dtype=np.uint8),
    "with alpha": np.full((48, 64, 4), 90, dtype=np.uint8),
    "every other pixel": np.random.default_rng(5).integers(0, 256, (97, 131, 3), dtype=np.uint8)[::2, ::-2],
}


@pytest.mark.parametrize("frame", STRANGE.values(), ids=STRANGE)
def test_a_picture_without_a_code_gives_nothing_in_any_turn(frame: Picture) -> None:
    assert texts(frame) == []
    assert first_turn(frame, 13) is None


@pytest.mark.parametrize("shape", [(480, 640), (480, 640, 1), (480, 640, 2), (480, 640, 4)], ids=str)
def test_a_grey_camera_or_one_with_alpha_reads_as_well(shape: tuple[int, ...]) -> None:
    grey = holding(TICKET)[..., :1]
    seen = np.ascontiguousarray(grey[..., 0] if len(shape) == 2 else np.repeat(grey, shape[2], axis=2))
    assert texts(seen) == Turns().texts(seen) == [TICKET]


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
    assert [TICKET] in [texts(frame) for frame in held[:3]]


@pytest.mark.parametrize(
    ("trouble", "seed"),
    [
        (Trouble.SMALL, 0),
        (Trouble.BLUR, 401),
        (Trouble.SHAKE, 402),
        (Trouble.TILT, 0),
        (Trouble.DIM, 0),
        (Trouble.GLARE, 1),
        (Trouble.SHADOW, 1),
        (Trouble.FADED, 1),
        (Trouble.INVERTED, 0),
        (Trouble.SQUEEZED, 1),
    ],
)
def test_a_code_on_a_bad_night_is_read_by_a_door_within_a_third_of_a_second(trouble: Trouble, seed: int) -> None:
    night = frame(trouble, seed)
    assert texts(night.picture) == [night.text]
    assert first_turn(night.picture, 10) is not None


def test_a_code_half_out_of_the_picture_is_seen_but_not_guessed() -> None:
    frame = np.ascontiguousarray(holding(TICKET)[:190])
    assert texts(frame) == []
    assert first_turn(frame) is None


def test_a_picture_larger_than_any_door_needs_is_looked_at_smaller_and_places_are_told_in_its_own_pixels() -> None:
    torn = looks.look(showing(scrambled(TICKET))[..., 0]).places[0]
    large = np.kron(showing(scrambled(TICKET))[..., 0], np.ones((4, 4), dtype=np.uint8))
    seen = looks.within(640 * 480, looks.look, large).places[0]
    assert [seen.left, seen.bottom] == pytest.approx([4 * torn.left, 4 * torn.bottom], abs=12)


def test_codes_too_damaged_to_read_are_never_guessed() -> None:
    torn, cracked = showing(scrambled(TICKET)), frame(Trouble.CRACKS, 1)
    assert (texts(torn), first_turn(torn, 9)) == ([], None)
    eyes = Turns()
    assert {text for _ in range(6) for text in eyes.texts(cracked.picture)} <= {cracked.text}


def test_the_middle_of_a_blurred_ticket_is_no_micro_code() -> None:
    """zxing-cpp's Micro QR codes carry so little against errors that it saw the digit 5 in one."""
    micro = zxingcpp.create_barcode("5", zxingcpp.BarcodeFormat.MicroQRCode).to_image(scale=6)
    drawn = np.pad(np.asarray(micro, dtype=np.uint8), 24, constant_values=255)
    assert zxingcpp.read_barcodes(drawn)
    assert texts(showing(drawn)) == []
    assert first_turn(showing(drawn)) is None


def test_three_phones_are_all_read_also_where_one_is_difficult() -> None:
    third = TICKET[60:] + TICKET[:60]
    family = showing(code(TICKET, 3), code(OTHER, 3), code(third, 3))
    assert sorted(texts(family)) == sorted(Turns().texts(family)) == sorted([TICKET, OTHER, third])
    soft = np.asarray(cv2.GaussianBlur(code(OTHER, 4), (0, 0), 2.3), dtype=np.uint8)
    assert looks.look(soft).texts == []
    both, eyes = showing(code(TICKET, 4), soft), Turns()
    told = {text for n in range(24) for text in eyes.texts(np.roll(both, 3 * (n % 2), axis=1))}
    assert told == {TICKET, OTHER}


def test_a_camera_that_mirrors_its_pictures_reads_as_well() -> None:
    assert Turns().texts(np.ascontiguousarray(holding(TICKET)[:, ::-1])) == [TICKET]


def test_while_nothing_moves_pictures_are_hardly_read_and_what_was_read_stays_in_view() -> None:
    eyes, grainy = Turns(), [spoilt(holding(TICKET), blur=0.5, light=1, grain=3, seed=n) for n in range(3)]
    read = [(eyes.texts(grainy[n % 3]), eyes.resting) for n in range(45)]
    assert all(told == [TICKET] for told, _ in read)
    assert sum(rested for _, rested in read) > 24
    assert (eyes.texts(NOBODY), eyes.resting) == ([], False)
    assert [eyes.texts(NOBODY) for _ in range(30)] == [[]] * 30
    assert eyes.resting
    assert eyes.texts(holding(OTHER)) == [OTHER]


def test_a_light_that_is_switched_ends_the_rest_and_what_comes_then_is_seen_at_once() -> None:
    stillness, ticket = Stillness(), np.pad(code(TICKET, 2), 60, constant_values=70)
    doorway = np.full_like(ticket, 70)
    brighter, held = doorway + 30, ticket // 2 + 65
    told = [stillness.changed(each) for each in (doorway, doorway, brighter, brighter, held, held, brighter)]
    assert told == [True, False, True, False, True, False, True]


def test_slow_changes_end_the_rest() -> None:
    eyes = Turns()
    rested = [eyes.resting for n in range(60) if eyes.texts(np.full((240, 320, 3), 60 + n // 2, dtype=np.uint8)) == []]
    assert (len(rested), any(rested)) == (60, False)


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


def test_what_is_in_view_beside_a_new_code_came_with_it_if_it_came_within_a_second() -> None:
    watch, third = Watch(), TICKET[60:] + TICKET[:60]
    watch.fresh([TICKET, OTHER], 1_000)
    assert watch.beside([TICKET, OTHER], 1_000) == [], "they are the news themselves"
    watch.fresh([OTHER, third], 1_066)
    assert watch.beside([OTHER, third], 1_066) == [OTHER], "the first is lowered"
    watch.fresh([TICKET, OTHER], 2_000)
    assert watch.beside([TICKET, OTHER], 2_000) == [], "they were there for long"


def test_a_video_that_begins_again_begins_new_scans() -> None:
    watch = Watch()
    assert watch.fresh([TICKET], 30_000) == [TICKET]
    assert watch.fresh([TICKET], 0) == [TICKET]
