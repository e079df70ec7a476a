"""Where pictures come from: a camera by its number, a video file, or a camera on the network. No Qt, no event loop.

`scans(spec)` is a whole door's sight in one line: it yields what is held before the camera, once each.
"""

import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from eventreg_core.problems import Problem
from eventreg_desktop.work.decode import Turns, Watch
from eventreg_desktop.work.opencv import Picture, cv2

NUMBERS = range(5)
"""The numbers under which a laptop's cameras are looked for."""

Size = tuple[int, int]
"""Pixels across and down."""
SIZES: tuple[Size, ...] = ((640, 480), (1280, 720), (1920, 1080))
"""What may be asked of a camera; it gives the nearest that it can."""
USUAL_SIZE: Size = (1280, 720)
"""Enough for a ticket at arm's length, and read in time on a small laptop."""


@dataclass(frozen=True, slots=True)
class Source:
    """What somebody chose to look through: `spec` is a camera's number, the path of a video, or an address."""

    spec: int | str

    @classmethod
    def of(cls, spec: int | str) -> Self:
        """The source that `spec` names; a text of digits alone is a camera's number, as on a command line."""
        return cls(int(spec) if isinstance(spec, str) and spec.isdecimal() else spec)

    @property
    def is_file(self) -> bool:
        """Whether the source has an end, and time in it passes as the video says."""
        return isinstance(self.spec, str) and "://" not in self.spec

    @property
    def name(self) -> str:
        """What to call it before people; an address loses the password in it."""
        if isinstance(self.spec, int):
            return f"Camera {self.spec + 1}"
        return Path(self.spec).name if self.is_file else re.sub(r"//[^/@]*@", "//", self.spec)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, blue green red, and when: the position in a file, else monotonic time, in milliseconds."""

    image: Picture
    at_ms: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A text that came into view, in which picture, and how long (ms) reading that picture took."""

    text: str
    at_ms: int
    decode_ms: float
    frame: Picture


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """One entry of the list from which an operator chooses."""

    spec: int | str
    name: str


def monotonic_ms() -> int:
    """This computer's monotonic clock in milliseconds."""
    return time.monotonic_ns() // 1_000_000


class Camera:
    """An open source of pictures; close it, or use it in a `with`."""

    def __init__(self, source: Source, capture: cv2.VideoCapture, now_ms: Callable[[], int]) -> None:
        """Only `open_camera()` makes cameras."""
        self.source = source
        self._capture = capture
        self._now_ms = now_ms
        self._frames = 0
        rate = capture.get(cv2.CAP_PROP_FPS)
        self.frame_ms = 1000 / rate if 1 <= rate <= 240 else 40.0
        """How long a picture of a file stands, in milliseconds."""

    def read(self) -> Frame | None:
        """The next picture, or None at the end of a file.

        Raises Problem `camera_gone` when a live source gives no more, `video_broken` when a file breaks off.
        """
        image = _next_image(self._capture)
        if image is not None:
            at_ms = round(self._frames * self.frame_ms) if self.source.is_file else self._now_ms()
            self._frames += 1
            return Frame(image, at_ms)
        if not self.source.is_file:
            raise Problem(
                "camera_gone",
                f"{self.source.name} gives no more pictures. Check its cable or network, or choose another camera; "
                "hand scanner and name search go on working.",
            )
        stated = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)  # some formats only estimate it
        if self._frames == 0 or self._frames < 0.9 * stated:
            raise Problem("video_broken", f"The video {self.source.name} breaks off. Choose another video or a camera.")
        return None

    def close(self) -> None:
        """Let others use the camera; twice is once."""
        self._capture.release()

    def __enter__(self) -> Self:
        """The camera itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def open_camera(spec: int | str, now_ms: Callable[[], int] = monotonic_ms, size: Size = USUAL_SIZE) -> Camera:
    """The camera, file or address that `spec` names, ready to read; a camera of this computer is asked for `size`.

    Raises Problem `camera_missing` or `video_unreadable` with what to do instead.
    """
    source = Source.of(spec)
    if not _is_text(source.spec):
        raise Problem("video_unreadable", "The video's name is no text. Give it another name, or choose a camera.")
    capture = _capture(source.spec, size)
    if capture.isOpened():
        return Camera(source, capture, now_ms)
    capture.release()
    if source.is_file:
        raise Problem("video_unreadable", f"The video {source.name} cannot be read. Choose another video or a camera.")
    raise Problem(
        "camera_missing",
        f"{source.name} cannot be opened. Close other programs that use it, check its cable or network, "
        "or choose another camera; hand scanner and name search work without one.",
    )


def _is_text(spec: int | str) -> bool:
    """Whether OpenCV can be asked: a path that is no UTF-8 makes it read through a null pointer."""
    try:
        str(spec).encode()
    except UnicodeEncodeError:
        return False
    return True


def frames(camera: Camera) -> Iterator[Frame]:
    """Every picture until the end of the file, as fast as they are asked for; raises as `Camera.read` does."""
    while (frame := camera.read()) is not None:
        yield frame


def scans(spec: int | str) -> Iterator[Seen]:
    """What comes into view before the camera that `spec` names, one scan for as long as it is held.

    Reads every picture: a file at full speed, a camera at its own. Raises as `open_camera` and `Camera.read` do.
    """
    turns, watch = Turns(), Watch()
    with open_camera(spec) as camera:
        for frame in frames(camera):
            texts, decode_ms = timed_texts(turns, frame)
            for text in watch.fresh(texts, frame.at_ms):
                yield Seen(text, frame.at_ms, decode_ms, frame.image)


def timed_texts(turns: Turns, frame: Frame) -> tuple[list[str], float]:
    """The texts in `frame`, and how many milliseconds it took to read them."""
    began = time.perf_counter()
    texts = turns.texts(frame.image)
    return texts, (time.perf_counter() - began) * 1000


def list_cameras(in_use: int | None = None, numbers: Sequence[int] = NUMBERS) -> list[CameraChoice]:
    """The cameras that can be chosen now, by opening each number for a moment, which may light its lamp.

    The camera `in_use` is listed without opening it, since most can be opened only once.
    """
    there = [number for number in numbers if number == in_use or _answers(number)]
    return [CameraChoice(number, Source(number).name) for number in there]


def _answers(number: int) -> bool:
    if sys.platform == "linux" and not Path(f"/dev/video{number}").exists():
        return False
    capture = _capture(number, USUAL_SIZE)
    try:
        return capture.isOpened() and _next_image(capture) is not None  # numbers exist that never give a picture
    finally:
        capture.release()


def _capture(spec: int | str, size: Size) -> cv2.VideoCapture:
    if isinstance(spec, str):
        patience = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 4000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 3000]
        return cv2.VideoCapture(spec, cv2.CAP_FFMPEG, patience)
    backend = cv2.CAP_DSHOW if sys.platform == "win32" else cv2.CAP_ANY  # Windows' default takes seconds to open
    capture = cv2.VideoCapture(spec, backend)
    if size[0] >= USUAL_SIZE[0]:  # raw pictures of this size come ten times a second, compressed ones thirty times
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
    return capture


def _next_image(capture: cv2.VideoCapture) -> Picture | None:
    try:
        there, image = capture.read()
    except cv2.error:
        return None
    return np.asarray(image, dtype=np.uint8) if there and image is not None else None
