import threading
from pathlib import Path

import numpy as np
import pytest

from eventreg_core.problems import Problem
from eventreg_desktop.door.reading import is_ticket
from eventreg_desktop.work.camera import CameraChoice, Source, frames, list_cameras, open_camera, scans
from eventreg_desktop.work.live import Live
from eventreg_desktop.work.opencv import Picture, cv2
from tests.sights import NOBODY, OTHER, TICKET, NetworkCamera, code, holding, product_code, showing, write_video

MISSING_CAMERA = 97


def grey(level: int) -> Picture:
    return np.full((240, 320, 3), level, dtype=np.uint8)


def level(image: Picture) -> int:
    """How grey the picture is, in tens: compression shifts it a little."""
    return round(float(image.mean()) / 10) * 10


def test_a_video_gives_its_pictures_with_their_position(tmp_path: Path) -> None:
    video = write_video(tmp_path / "door.avi", [grey(40), grey(120), grey(200)], rate=10)
    with open_camera(video) as camera:
        seen = [(frame.at_ms, level(frame.image)) for frame in frames(camera)]
        assert camera.read() is None
    assert seen == [(0, 40), (100, 120), (200, 200)]


def test_a_folder_of_numbered_pictures_plays_as_a_video(tmp_path: Path) -> None:
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"door_{number:03}.png"), grey(50 + 20 * number))
    with open_camera(str(tmp_path / "door_%03d.png")) as camera:
        assert [level(frame.image) for frame in frames(camera)] == [50, 70, 90]


def test_a_family_with_three_phones_is_three_scans_of_one_picture(tmp_path: Path) -> None:
    third = TICKET[60:] + TICKET[:60]
    family = showing(code(TICKET, 3), code(OTHER, 3), code(third, 3))
    nobody = np.full_like(family, 96)
    seen = list(scans(write_video(tmp_path / "door.avi", [nobody] * 2 + [family] * 4 + [nobody] * 2, rate=10)))
    assert sorted(scan.text for scan in seen) == sorted([TICKET, OTHER, third])
    assert {scan.at_ms for scan in seen} == {200}


def test_menus_wifi_codes_and_bar_codes_come_as_texts_that_are_no_tickets(tmp_path: Path) -> None:
    shown = ["https://bar.example/menu", "WIFI:T:WPA;S=Bar;P=secret;;", TICKET[:119], TICKET[1:] + " "]
    film = [holding(text, 4) for text in shown for _ in range(2)] + [showing(product_code())] * 3
    height, width = (max(each.shape[side] for each in film) for side in (0, 1))
    level = [np.pad(f, ((0, height - f.shape[0]), (0, width - f.shape[1]), (0, 0)), constant_values=96) for f in film]
    seen = [scan.text for scan in scans(write_video(tmp_path / "door.avi", level, rate=10))]
    assert seen == shown
    assert not any(is_ticket(text) for text in seen)


def test_a_camera_on_the_network_gives_pictures_by_the_laptops_clock() -> None:
    clock = iter(range(5_000, 9_000, 100))
    with NetworkCamera([[grey(40), grey(120)] * 8]).on() as url, open_camera(url, lambda: next(clock)) as camera:
        first, second = camera.read(), camera.read()
    assert first is not None
    assert second is not None
    assert [(first.at_ms, level(first.image)), (second.at_ms, level(second.image))] == [(5_000, 40), (5_100, 120)]


def test_a_camera_that_hangs_up_mid_shift_says_what_to_do() -> None:
    with NetworkCamera([[grey(40)] * 3]).on() as url, open_camera(url) as camera, pytest.raises(Problem) as told:
        list(frames(camera))
    assert told.value.code == "camera_gone"
    assert "choose another camera" in told.value.sentence


def test_a_video_cut_off_by_a_full_disk_says_so_after_its_last_picture(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.avi", [holding(TICKET)] * 20)
    cut = tmp_path / "cut.avi"
    cut.write_bytes(Path(whole).read_bytes()[: Path(whole).stat().st_size // 2])
    told_before: list[str] = []
    with pytest.raises(Problem) as told:
        for scan in scans(str(cut)):
            told_before.append(scan.text)
    assert told_before == [TICKET]
    assert told.value.code == "video_broken"
    assert "cut.avi breaks off" in told.value.sentence


@pytest.mark.parametrize(
    ("spec", "code", "says"),
    [
        (MISSING_CAMERA, "camera_missing", "Camera 98 cannot be opened. Close other programs"),
        (str(MISSING_CAMERA), "camera_missing", "choose another camera"),
        ("http://guard:secret@127.0.0.1:9/video", "camera_missing", "http://127.0.0.1:9/video cannot be opened"),
        ("nowhere/door.avi", "video_unreadable", "The video door.avi cannot be read. Choose another"),
        pytest.param("nowhere/\udcff.avi", "video_unreadable", "Give it another name", id="bytes that are no text"),
    ],
)
def test_a_source_that_cannot_be_opened_says_what_to_do(spec: int | str, code: str, says: str) -> None:
    with pytest.raises(Problem) as told:
        open_camera(spec)
    assert told.value.code == code
    assert says in told.value.sentence
    assert "secret" not in told.value.sentence


def test_a_file_that_is_no_video_says_so_and_writes_nothing_on_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.avi").write_bytes(b"name;email\n" * 400)
    with pytest.raises(Problem) as told:
        open_camera(str(tmp_path / "list.avi"))
    with pytest.raises(Problem):
        open_camera(MISSING_CAMERA)
    assert told.value.code == "video_unreadable"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("spec", "name", "is_file"),
    [(0, "Camera 1", False), ("2", "Camera 3", False), ("/films/door.mp4", "door.mp4", True)],
)
def test_a_source_is_called_what_people_call_it(spec: int | str, name: str, is_file: bool) -> None:
    source = Source.of(spec)
    assert (source.name, source.is_file) == (name, is_file)


def test_the_camera_in_use_is_offered_without_opening_it_again_and_missing_ones_are_not() -> None:
    assert list_cameras(in_use=MISSING_CAMERA, numbers=[MISSING_CAMERA - 1, MISSING_CAMERA]) == [
        CameraChoice(MISSING_CAMERA, "Camera 98")
    ]


def test_a_code_held_for_ten_seconds_of_video_is_one_scan_and_back_later_a_second(tmp_path: Path) -> None:
    ticket, other = holding(TICKET, 4), holding(OTHER, 4)
    film = [NOBODY] * 5 + [ticket] * 100 + [NOBODY] * 16 + [ticket] * 5 + [other] * 5
    video = write_video(tmp_path / "door.avi", film, rate=10)
    seen = list(scans(video))
    assert [(scan.text, scan.at_ms) for scan in seen] == [(TICKET, 500), (TICKET, 12_100), (OTHER, 12_600)]
    assert all(scan.decode_ms > 0 and scan.frame.shape == NOBODY.shape for scan in seen)


def test_of_a_live_camera_only_the_newest_picture_is_kept_and_its_end_is_told_after_it() -> None:
    with NetworkCamera([[grey(40)] * 30 + [grey(200)]]).on() as url:
        live = Live(lambda: open_camera(url))
        for thread in threading.enumerate():
            if thread.name == "camera":
                thread.join()
        newest = live.newest()
        with pytest.raises(Problem) as told:
            live.newest()
    assert newest is not None
    assert level(newest.image) == 200
    assert told.value.code == "camera_gone"


def test_closing_a_live_camera_ends_the_wait_for_a_picture_that_never_comes() -> None:
    camera = NetworkCamera([[grey(40)] * 16], hold=True)
    with camera.on() as url:
        live = Live(lambda: open_camera(url))
        assert live.newest() is not None
        assert camera.all_sent.wait(120)
        live.close()
        assert live.newest() is None
        assert not camera.let_go.is_set()
