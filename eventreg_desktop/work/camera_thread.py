"""The camera's thread: what is before the camera, on its way to the window and, as texts, to the door."""

from collections.abc import Iterator
from itertools import chain, repeat
from threading import Event

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from eventreg_core.problems import Problem
from eventreg_desktop import log
from eventreg_desktop.work.background import BROKEN
from eventreg_desktop.work.camera import (
    USUAL_SIZE,
    Camera,
    Frame,
    Size,
    Source,
    frames,
    monotonic_ms,
    open_camera,
    timed_texts,
)
from eventreg_desktop.work.decode import Turns, Watch
from eventreg_desktop.work.hints import Advice, Hint
from eventreg_desktop.work.live import Live
from eventreg_desktop.work.opencv import Picture, cv2

PAUSES_S = (0.5, 1.0, 2.0, 4.0)
"""How long to wait before a lost camera is tried again; the last pause stays."""
LET_GO_S = 1.0
"""So long is waited for a camera to be let go, so that who looks through it next finds it free."""
WIDEST = 960
"""Pixels across of a picture for the window; the door reads the whole one."""
AT_REST = 8
"""While nothing moves, every so many pictures are shown: the others look the same."""


class CameraThread(QThread):
    """Looks through one source until it is stopped. A camera that vanished is tried again and again.

    A file plays at its own pace, every picture read; a live camera drops the pictures for which there is no time.
    """

    pictured = Signal(object)
    """A `Picture` to show, blue green red, at most `WIDEST` across."""
    saw = Signal(object, int, float, object)
    """New texts (list[str]), when (ms: position in the file, or since this thread began), how long reading took (ms),
    and the texts (list[str]) in the same picture that came just before them. A text held in view is told once."""
    hinted = Signal(object)
    """The `Hint` to show to who holds a code that is seen but not read, or None when there is no more to say."""
    running = Signal()
    """Pictures come, for the first time or again."""
    failed = Signal(str, str)
    """Code and sentence: no pictures come. Said once for each loss."""
    ended = Signal()
    """The file is over; no more pictures will come."""

    def __init__(
        self,
        spec: int | str,
        *,
        size: Size = USUAL_SIZE,
        loop: bool = False,
        pauses_s: tuple[float, ...] = PAUSES_S,
        parent: QObject | None = None,
    ) -> None:
        """Look through `spec`, in pictures of about `size` where it is this computer's own camera.

        `loop` begins a file again when it is over. Nothing happens before `start()`.
        """
        super().__init__(parent)
        self._source = Source.of(spec)
        self._size = size
        self._loop = loop
        self._pauses_s = pauses_s
        self._stopped = Event()
        self._live: Live | None = None
        self._turns, self._watch, self._advice = Turns(), Watch(), Advice()
        self._hint: Hint | None = None
        self._pictures = 0
        self._running = self._told = False
        self._began_ms = monotonic_ms()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended, within the reading of one picture."""
        self._stopped.set()
        if self._live is not None:
            self._live.close()
        self.wait()

    def run(self) -> None:
        """Called by Qt in the new thread."""
        if self._source.is_file:
            self._play()
        else:
            self._look_on()

    def _play(self) -> None:
        """The file once, or again and again with its time going on."""
        from_ms = 0
        try:
            while not self._stopped.is_set():
                with open_camera(self._source.spec) as camera:
                    from_ms = self._play_once(camera, from_ms)
                if not self._loop:
                    break
        except Problem as problem:
            self._lose(problem)
        except Exception:  # noqa: BLE001 - a mistake of ours, or of who reads cameras; the door goes on without
            log.logger("camera").exception("video failed")
            self._lose(BROKEN)
        self._advise(None)
        self.ended.emit()

    def _play_once(self, camera: Camera, from_ms: int) -> int:
        """Play to the end; returns when the next picture would be due, in milliseconds since the thread began."""
        began_ms, at_ms = self._since_began_ms(), from_ms
        for frame in frames(camera):
            due_in_ms = began_ms + frame.at_ms - self._since_began_ms()
            if self._stopped.wait(max(0, due_in_ms) / 1000):
                break
            at_ms = from_ms + frame.at_ms
            self._look(frame.image, at_ms)
        return at_ms + round(camera.frame_ms)

    def _look_on(self) -> None:
        """A live camera, opened again after each loss with growing pauses."""
        pauses = self._pauses()
        while not self._stopped.is_set():
            try:
                self._look_while_there()
            except Problem as problem:
                lost = problem
            except Exception:  # noqa: BLE001 - a mistake of ours, or of who reads cameras; the next look may go well
                log.logger("camera").exception("camera failed")
                lost = BROKEN
            else:
                continue
            if self._running:
                pauses = self._pauses()
            self._lose(lost)
            self._stopped.wait(next(pauses))

    def _look_while_there(self) -> None:
        self._live = live = Live(lambda: open_camera(self._source.spec, self._since_began_ms, self._size))
        try:
            while not self._stopped.is_set() and (frame := live.newest()) is not None:
                self._look(frame.image, frame.at_ms)
        finally:
            live.close()
            live.wait(LET_GO_S)

    def _look(self, image: Picture, at_ms: int) -> None:
        if not self._running:
            self._running = True
            self.running.emit()
        self._pictures += 1
        if not self._turns.resting or self._pictures % AT_REST == 0:
            self.pictured.emit(_for_window(image))
        try:
            texts, decode_ms = timed_texts(self._turns, Frame(image, at_ms))
        except Exception:  # noqa: BLE001 - a mistake with one picture; the next may be read
            log.logger("camera").exception("picture not read")
            return
        fresh = self._watch.fresh(texts, at_ms)
        if fresh:
            self.saw.emit(fresh, at_ms, decode_ms, self._watch.beside(texts, at_ms))
        self._advise(self._advice.heard(self._turns.hint, bool(texts), at_ms))

    def _advise(self, hint: Hint | None) -> None:
        if hint is not self._hint:
            self._hint = hint
            self.hinted.emit(hint)

    def _lose(self, problem: Problem) -> None:
        """Say that no pictures come: once for each loss, not at each vain attempt after it."""
        if self._running or not self._told:
            log.logger("camera").warning("no pictures", code=problem.code)
            self.failed.emit(problem.code, problem.sentence)
        self._running, self._told = False, True
        self._advise(None)

    def _pauses(self) -> Iterator[float]:
        return chain(self._pauses_s, repeat(self._pauses_s[-1]))

    def _since_began_ms(self) -> int:
        return monotonic_ms() - self._began_ms


def _for_window(image: Picture) -> Picture:
    height, width = image.shape[:2]
    if width <= WIDEST:
        return image
    smaller = cv2.resize(image, (WIDEST, height * WIDEST // width), interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, dtype=np.uint8)
