"""Three tones, told apart without looking: admitted, look, refused. Played in a thread of their own.

A computer without sound stays silent and says so once; it is tried again at the next tone, at most every ten seconds.
"""

import ctypes
import ctypes.util
import queue
import sys
import threading
import time
from collections.abc import Callable, Generator
from enum import StrEnum
from functools import cache

import miniaudio
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

RATE = 44_100
"""Samples a second; 16 bits, one channel."""
RETRY_S = 10.0
NO_SOUND = "no_sound"


class Tone(StrEnum):
    """What a tone tells."""

    ADMITTED = "admitted"
    LOOK = "look"
    REFUSED = "refused"


class Sound(QObject):
    """Plays the newest tone at once, cutting an older one short; never blocks who asks for it."""

    noticed = Signal(str, str)
    """Code and sentence, once, when there is nothing to play on."""
    mended = Signal(str)
    """The code again, when a tone could be played after all."""

    def __init__(
        self,
        open_device: Callable[[], miniaudio.PlaybackDevice] | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_device = open_device or open_default
        self._clock = clock
        self._asked: queue.SimpleQueue[Tone | None] = queue.SimpleQueue()
        self._device: miniaudio.PlaybackDevice | None = None
        self._silent_since: float | None = None
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)

    def start(self) -> None:
        """Begin to listen for tones."""
        self._thread.start()

    def stop(self) -> None:
        """Fall silent, and return when the thread has ended."""
        self._asked.put(None)
        self._thread.join(timeout=5)

    @Slot(object)
    def play(self, tone: Tone) -> None:
        """Play this tone now; returns at once, from any thread."""
        self._asked.put(tone)

    def _run(self) -> None:
        pcm = {tone: render(tone) for tone in Tone}
        while (tone := self._newest()) is not None:
            self._sound(pcm[tone])
        self._close()

    def _newest(self) -> Tone | None:
        asked = self._asked.get()
        while asked is not None and not self._asked.empty():
            asked = self._asked.get()
        return asked

    def _sound(self, pcm: bytes) -> None:
        now = self._clock()
        if self._silent_since is not None and now - self._silent_since < RETRY_S:
            return
        try:
            self._device = self._device or self._open_device()
            self._device.stop()
            self._device.start(_feed(pcm))
        except miniaudio.MiniaudioError:
            self._fall_silent(now)
            return
        if self._silent_since is not None:
            self._silent_since = None
            self.mended.emit(NO_SOUND)

    def _fall_silent(self, now: float) -> None:
        self._close()
        if self._silent_since is None:
            self.noticed.emit(NO_SOUND, "No sound on this computer: watch the colour and the word.")
        self._silent_since = now

    def _close(self) -> None:
        if self._device is not None:
            self._device.close()
        self._device = None


def open_default() -> miniaudio.PlaybackDevice:
    """The computer's loudspeaker; raises MiniaudioError where there is none."""
    if sys.platform == "linux":
        _quieten_alsa()
    return miniaudio.PlaybackDevice(nchannels=1, sample_rate=RATE, buffersize_msec=20, app_name="EventReg")


def render(tone: Tone) -> bytes:
    """The tone's samples: 16-bit little-endian, one channel, `RATE` a second."""
    samples: bytes = (np.concatenate(_parts(tone)) * 0.6 * 32767).astype("<i2").tobytes()
    return samples


def _parts(tone: Tone) -> list[NDArray[np.float64]]:
    match tone:
        case Tone.ADMITTED:  # two notes that rise: glad
            return [_note(880, 0.09), _note(1318.5, 0.17)]
        case Tone.LOOK:  # the same note twice: attention
            return [_note(659.3, 0.12), _rest(0.06), _note(659.3, 0.12)]
        case Tone.REFUSED:  # one long low buzz: no
            return [_note(196, 0.5, overtones=(1.0, 0.0, 0.5, 0.0, 0.33, 0.0, 0.2))]


def _note(hertz: float, seconds: float, overtones: tuple[float, ...] = (1.0, 0.25)) -> NDArray[np.float64]:
    at = np.arange(int(seconds * RATE)) / RATE
    wave = np.zeros_like(at)
    for number, strength in enumerate(overtones, start=1):
        wave += strength * np.sin(2 * np.pi * hertz * number * at)
    ramp = np.minimum(1.0, np.minimum(at / 0.005, (seconds - at) / 0.03))  # no clicks at the ends
    note: NDArray[np.float64] = wave / np.abs(wave).max() * ramp
    return note


def _rest(seconds: float) -> NDArray[np.float64]:
    return np.zeros(int(seconds * RATE))


def _feed(pcm: bytes) -> Generator[bytes, int, None]:
    """A generator as miniaudio wants it: already started, it is sent a number of frames and yields their bytes."""

    def chunks() -> Generator[bytes, int, None]:
        at, frames = 0, (yield b"")
        while at < len(pcm):
            chunk = pcm[at : at + 2 * frames]
            at += len(chunk)
            frames = yield chunk

    made = chunks()
    next(made)
    return made


@cache
def _quieten_alsa() -> object:
    """Without a device ALSA writes thirty lines to the terminal; give it a handler that writes none.

    The handler lives as long as the program: ALSA keeps its address.
    """
    handler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)(
        lambda *_: None
    )
    name = ctypes.util.find_library("asound")
    if name is not None:
        ctypes.CDLL(name).snd_lib_error_set_handler(handler)
    return handler
