"""The camera's thread on real videos and on a camera on the loopback network."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from eventreg_desktop.work.camera_thread import CameraThread
from eventreg_desktop.work.hints import Hint
from eventreg_desktop.work.opencv import Picture, cv2
from tests.sights import NOBODY, OTHER, TICKET, NetworkCamera, holding, scrambled, showing, write_video

Look = Callable[..., CameraThread]


@pytest.fixture
def look() -> Iterator[Look]:
    """Makes threads, and stops them after the test."""
    made: list[CameraThread] = []

    def through(spec: int | str, *, loop: bool = False) -> CameraThread:
        made.append(CameraThread(spec, loop=loop, pauses_s=(0.01,)))
        return made[-1]

    yield through
    for thread in made:
        thread.stop()


def test_a_video_is_shown_read_and_ends(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    film = [NOBODY, *[holding(TICKET, 4)] * 4, NOBODY, *[holding(OTHER, 4)] * 3]
    thread = look(write_video(tmp_path / "door.avi", film, rate=30))
    pictures: list[Picture] = []
    told: list[tuple[list[str], int, float]] = []
    thread.pictured.connect(pictures.append)
    thread.saw.connect(lambda texts, at_ms, decode_ms: told.append((texts, at_ms, decode_ms)))
    with qtbot.waitSignals([thread.running, thread.ended]):
        thread.start()
    qtbot.waitUntil(lambda: len(pictures) == len(film))
    assert [(texts, at_ms) for texts, at_ms, _ in told] == [([TICKET], 33), ([OTHER], 200)]
    assert all(decode_ms > 0 for _, _, decode_ms in told)


def test_a_large_picture_is_made_smaller_for_the_window(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    frame = holding(TICKET, 24)
    thread = look(write_video(tmp_path / "door.avi", [frame] * 2, rate=30))
    with qtbot.waitSignal(thread.pictured) as pictured:
        thread.start()
    assert frame.shape[1] > 960
    assert pictured.args is not None
    assert pictured.args[0].shape == (frame.shape[0] * 960 // frame.shape[1], 960, 3)


def test_a_video_that_loops_goes_on_with_its_time(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    film = [holding(TICKET, 4), *[NOBODY] * 49]
    thread = look(write_video(tmp_path / "door.avi", film, rate=30), loop=True)
    told: list[int] = []
    thread.saw.connect(lambda texts, at_ms, decode_ms: told.append(at_ms))
    thread.start()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0] == 0
    assert told[1] == pytest.approx(50 * 1000 / 30, abs=1)


def test_a_video_that_is_not_there_says_so_once_and_ends(qtbot: QtBot, look: Look) -> None:
    thread = look("nowhere/door.avi", loop=True)
    told: list[str] = []
    thread.failed.connect(lambda code, sentence: told.extend((code, sentence)))
    with qtbot.waitSignals([thread.failed, thread.ended]):
        thread.start()
    assert told == ["video_unreadable", "The video door.avi cannot be read. Choose another video or a camera."]


def test_a_camera_that_nobody_could_have_is_lost_like_any_other(qtbot: QtBot, look: Look) -> None:
    thread = look("99999999999")
    told: list[str] = []
    thread.failed.connect(lambda code, sentence: told.extend((code, sentence)))
    thread.start()
    qtbot.waitUntil(lambda: bool(told))
    assert told[0] == "broken"
    assert thread.isRunning(), "it is tried again"


def test_a_camera_that_vanishes_is_missed_once_and_seen_again_when_it_is_back(qtbot: QtBot, look: Look) -> None:
    camera = NetworkCamera([[holding(TICKET, 4)] * 16, [], [], [holding(OTHER, 4)] * 16], hold=False)
    with camera.on() as url:
        thread = look(url)
        events: list[str] = []
        thread.running.connect(lambda: events.append("running"))
        thread.failed.connect(lambda code, sentence: events.append(code))
        thread.saw.connect(lambda texts, at_ms, decode_ms: events.extend(texts))
        thread.start()
        qtbot.waitUntil(lambda: events.count("camera_gone") == 2)
        thread.stop()
    assert events == ["running", TICKET, "camera_gone", "running", OTHER, "camera_gone"]


def test_a_camera_that_is_plugged_in_later_is_found(qtbot: QtBot, look: Look) -> None:
    camera = NetworkCamera([[], [], [holding(TICKET, 4)] * 16], hold=True)
    with camera.on() as url:
        thread = look(url)
        with qtbot.waitSignals([thread.failed, thread.running, thread.saw], order="strict"):
            thread.start()
        thread.stop()


def test_a_camera_that_hangs_does_not_keep_the_program_from_closing(qtbot: QtBot, look: Look) -> None:
    camera = NetworkCamera([[NOBODY] * 16], hold=True)
    with camera.on() as url:
        thread = look(url)
        with qtbot.waitSignal(thread.running):
            thread.start()
        assert camera.all_sent.wait(120)
        thread.stop()
        assert thread.isFinished()
        assert not camera.let_go.is_set()


def test_who_holds_a_blurred_code_is_told_to_hold_it_still_until_it_is_read(
    qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    soft = np.asarray(cv2.GaussianBlur(scrambled(TICKET), (0, 0), 3.0), dtype=np.uint8)
    night, clear = showing(soft), holding(TICKET)
    film = [np.roll(night, 3 * (n % 2), axis=1) for n in range(12)] + [clear] * 3
    thread = look(write_video(tmp_path / "door.avi", film, rate=15))
    hints: list[Hint | None] = []
    thread.hinted.connect(hints.append)
    with qtbot.waitSignal(thread.ended):
        thread.start()
    qtbot.waitUntil(lambda: len(hints) == 2)
    assert hints == [Hint.STILL, None]


def test_where_nothing_moves_few_pictures_are_shown_and_a_ticket_is_still_one_scan(
    qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    thread = look(write_video(tmp_path / "door.avi", [NOBODY, *[holding(TICKET, 4)] * 60], rate=60))
    pictures: list[Picture] = []
    told: list[str] = []
    thread.pictured.connect(pictures.append)
    thread.saw.connect(lambda texts, at_ms, decode_ms: told.extend(texts))
    with qtbot.waitSignal(thread.ended):
        thread.start()
    qtbot.waitUntil(lambda: told == [TICKET])
    assert 14 <= len(pictures) < 30
