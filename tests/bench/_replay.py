"""A busy hour at a door, replayed: codes before the camera, a hand scanner that types, names that are searched."""

import itertools
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import cv2
import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from eventreg_desktop.app import App
from eventreg_desktop.door.door import Scanned
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.work.opencv import Picture
from server.demo.scene import draw_entrance
from tests.sights import code

FPS = 30
HELD, BETWEEN = 2, 4
"""Pictures of the video with a code in it, and without one before the next: five codes a second."""
ROUND_MS = 200
"""So often the hand scanner types a code, and somebody a letter of a name after it."""
KEY_MS, LETTER_AFTER_MS = 0.9, 160
"""Between two keys of the scanner, and from its first to the letter; both as their time stamps say."""
AT_ONCE, EACH_MS = 12, 10
"""So many keys reach the window together, so often: a busy machine changes nothing in what they mean."""
PATIENCE_S = 30.0
"""Without a verdict for so long, none will come."""
SEARCHES = (*"mül", Qt.Key.Key_Escape, *"anna s", Qt.Key.Key_Escape)
MENU = "https://menu.example.org/drinks/and/snacks/of/the/evening"


@dataclass(frozen=True, slots=True)
class Key:
    """A key pressed at `at_ms`; the one that `ends` a scanner's text says which."""

    to: QWidget
    key: str | Qt.Key
    at_ms: float
    ends: str = ""

    def event(self) -> QKeyEvent:
        """As Qt tells of it."""
        number = ord(self.key.upper()) if isinstance(self.key, str) else self.key.value
        text = self.key if isinstance(self.key, str) else {Qt.Key.Key_Return: "\r"}.get(self.key, "")
        made = QKeyEvent(QEvent.Type.KeyPress, number, Qt.KeyboardModifier.NoModifier, text)
        made.setTimestamp(round(self.at_ms))
        return made


def film(path: Path, tokens: Sequence[str]) -> str:
    """A video of the entrance in which each code is held up once; its path as people type it."""
    entrance, light = draw_entrance(Random(1)), (0.8, 0.8, 0.8)
    behind = [entrance.at(5 * number, light) for number in range(HELD + BETWEEN)]
    height, width = behind[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (width, height))
    for token in tokens:
        drawn = code(token, 7)
        for number, picture in enumerate(behind):
            writer.write(_held(picture, drawn) if number < HELD else picture)
    writer.release()
    return str(path)


def _held(behind: Picture, drawn: Picture) -> Picture:
    picture, (height, width) = behind.copy(), drawn.shape
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    picture[top : top + height, left : left + width] = drawn[..., None]
    return picture


class Replay(QObject):
    """Plays both kinds of scans into an open door; `took_ms` has each one's time from its text to its painted verdict.

    What the camera read counts from when it began to read that picture, what was typed from its last key.
    """

    def __init__(self, app: App, typed: Sequence[str], video: str, seen: int, parent: QObject | None = None) -> None:
        """Begin, with the video at its start; `seen` so many codes are in it."""
        super().__init__(parent)
        shift = app.shift
        assert shift is not None, "a door is open"
        self.took_ms: list[float] = []
        self.memory_mb: list[float] = []
        """After each verdict."""
        self._app, self._view = app, app.window.door
        self._wanted = seen + len(typed)
        self._typed, self._sought = _hand_scans(typed), itertools.cycle(SEARCHES)
        self._keys: deque[Key] = deque()
        self._rounds = 0
        self._began: dict[str, float] = {}
        self._unpainted: list[str] = []
        self._last = time.perf_counter()
        self._process = psutil.Process()
        shift.door.judged.connect(self._judged)
        shift.look_through(video)
        assert shift._camera is not None
        shift._camera.saw.connect(self._seen, Qt.ConnectionType.DirectConnection)
        self._view.banner.installEventFilter(self)
        for milliseconds, act in ((ROUND_MS, self._play_round), (EACH_MS, self._press)):
            timer = QTimer(self, interval=milliseconds)
            timer.timeout.connect(act)
            timer.start()

    @property
    def over(self) -> bool:
        """Whether every verdict was seen."""
        return len(self.took_ms) >= self._wanted

    @property
    def stuck(self) -> bool:
        """Whether nothing was seen for so long that nothing more will be."""
        return time.perf_counter() - self._last > PATIENCE_S

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """What was judged before the banner is painted is on the screen then."""
        if event.type() is QEvent.Type.Paint and self._unpainted:
            self._last = time.perf_counter()
            for text in self._unpainted:
                self.took_ms.append((self._last - self._began.pop(text)) * 1000)
                self.memory_mb.append(self._process.memory_info().rss / 1e6)
            self._unpainted.clear()
        return False

    @Slot(object)
    def _judged(self, outcome: Outcome) -> None:
        """The model was told just before, so that the painting to come shows it."""
        if isinstance(outcome.entered, Scanned) and outcome.entered.text in self._began:
            self._unpainted.append(outcome.entered.text)

    def _seen(self, texts: list[str], _at_ms: int, decode_ms: float) -> None:
        """Called in the camera's thread."""
        for text in texts:
            self._began[text] = time.perf_counter() - decode_ms / 1000

    @Slot()
    def _play_round(self) -> None:
        self._rounds += 1
        at_ms = self._rounds * ROUND_MS
        if (text := next(self._typed, None)) is not None:
            self._keys.extend(Key(self._view, letter, at_ms + number * KEY_MS) for number, letter in enumerate(text))
            self._keys.append(Key(self._view, Qt.Key.Key_Return, at_ms + len(text) * KEY_MS, text))
        self._keys.append(Key(self._view.search.line, next(self._sought), at_ms + LETTER_AFTER_MS))

    @Slot()
    def _press(self) -> None:
        for _ in range(min(AT_ONCE, len(self._keys))):
            key = self._keys.popleft()
            if key.ends:
                self._began[key.ends] = time.perf_counter()
            QCoreApplication.sendEvent(key.to, key.event())


def _hand_scans(tokens: Sequence[str]) -> Iterator[str]:
    """Each ticket once in turn; of ten scans one is a ticket of before, of fifty one a menu."""
    for number, token in enumerate(tokens):
        if number % 50 == 49:
            yield f"{MENU}/{number}"
        elif number % 10 == 9:
            yield tokens[number - 9]
        else:
            yield token
