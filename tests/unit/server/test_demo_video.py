from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from eventreg_desktop.work.camera import frames, open_camera, scans
from eventreg_desktop.work.decode import Turns
from server.demo.props import Look
from server.demo.video import FPS, Shot, pictures, render_video
from tests.sights import OTHER, TICKET

SHOTS = [
    Shot(TICKET, Look.PHONE, "Łukasz Wiśniewski", "Lakeside Festival 2026", "Day ticket"),
    Shot(OTHER, Look.PAPER, "李", "Lakeside Festival 2026", "Weekend pass"),
    Shot("https://menu.example.org/bar", Look.MENU),
    Shot(TICKET[::3] * 3, Look.DARK_PHONE, "Bo", "Lakeside Festival 2026", "Day ticket"),
]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("demo") / "door.mp4"
    render_video(path, SHOTS)
    return str(path)


def test_the_demo_video_is_what_a_webcam_gives(film: str) -> None:
    with open_camera(film) as camera:
        assert camera.frame_ms == pytest.approx(1000 / FPS)
        shapes = {frame.image.shape for frame in frames(camera)}
    assert shapes == {(720, 1280, 3)}
    assert Path(film).stat().st_size < 2_000_000 * len(SHOTS)


def test_a_door_scans_each_thing_in_the_demo_video_once_in_its_order(film: str) -> None:
    assert [scan.text for scan in scans(film)] == [shot.text for shot in SHOTS]


def test_each_code_in_the_demo_video_is_readable_in_several_pictures(film: str) -> None:
    eyes = Turns()
    with open_camera(film) as camera:
        read = [text for frame in frames(camera) for text in eyes.texts(frame.image)]
    assert {shot.text: read.count(shot.text) >= 5 for shot in SHOTS} == {shot.text: True for shot in SHOTS}


def test_somebody_who_shows_the_same_ticket_again_at_once_stays_away_long_enough_to_count_twice(tmp_path: Path) -> None:
    render_video(tmp_path / "door.mp4", [SHOTS[0], SHOTS[0]])
    assert [scan.text for scan in scans(str(tmp_path / "door.mp4"))] == [TICKET, TICKET]


def test_the_same_shots_make_the_same_pictures() -> None:
    first, second = (list(islice(pictures(SHOTS[:1]), 10)) for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first[0], first[9])


def test_a_video_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"cannot write a video to .*nowhere"):
        render_video(tmp_path / "nowhere" / "door.mp4", SHOTS)
