"""How long a window's thread answers nobody, and how much of that is the program's doing.

The window's thread beats; a beat that comes late is a stall. On a busy machine a thread that could run waits for a
processor: Linux counts that time for each thread (`schedstat`, sched-stats.rst of the kernel), and it is the machine's.
So are such waits of our other threads meanwhile, as each may have held what the window waited for, one after the other.
What the window's own thread computed is always the program's.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer, Slot

BEAT_MS = 4
"""Between two beats; a stall reads up to this much shorter than it was."""
NOTED_MS = 8.0
LISTED_EACH = 64
"""Threads come and go: after so many beats they are listed anew."""
ROOT = Path(__file__).resolve().parents[2]
TASKS = Path("/proc/self/task")


@dataclass(frozen=True, slots=True)
class Stall:
    """The thread answered nobody for `late_ms`; it computed for `own_ms`, and for `machine_ms` the machine was busy."""

    late_ms: float
    own_ms: float
    machine_ms: float
    where: str

    @property
    def ours_ms(self) -> float:
        """What the program itself took."""
        return max(self.own_ms, self.late_ms - self.machine_ms)


class Pulse(QObject):
    """Beats in the thread that made it, the window's; `stalls` are the beats that came late."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stalls: list[Stall] = []
        self._beats = 0
        self._last_ns = self._own_ns = 0
        self._waits = _Waits()
        self._where = ""
        self._thread = threading.get_ident()
        self._over = threading.Event()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._last_ns, self._own_ns = time.monotonic_ns(), time.thread_time_ns()
        self._timer.start()
        self._watcher.start()

    def stop(self) -> None:
        """End; returns when nobody watches any more."""
        self._timer.stop()
        self._over.set()
        self._watcher.join()
        self._waits.close()

    @Slot()
    def _beat(self) -> None:
        now, own, machine_ms = time.monotonic_ns(), time.thread_time_ns(), self._waits.since_last_ms()
        late_ms = (now - self._last_ns) / 1e6 - BEAT_MS
        if late_ms > NOTED_MS:
            self.stalls.append(Stall(late_ms, (own - self._own_ns) / 1e6, machine_ms, self._where))
        if self._beats % LISTED_EACH == 0:
            self._waits.list_threads()
        self._beats += 1
        self._last_ns, self._own_ns, self._where = time.monotonic_ns(), time.thread_time_ns(), ""

    def _watch(self) -> None:
        """Look now and then what the window's thread does when it is late."""
        while not self._over.wait(0.006):
            if (time.monotonic_ns() - self._last_ns) / 1e6 > NOTED_MS + BEAT_MS and not self._where:
                frame = sys._current_frames().get(self._thread)
                self._where = _place(frame) if frame is not None else ""


class _Waits:
    """How long the threads of this process waited for a processor; nothing where the system does not count it."""

    def __init__(self) -> None:
        self._files: dict[int, int] = {}
        self._before: dict[int, int] = {}
        self.list_threads()

    def list_threads(self) -> None:
        """Heed the threads that came, and forget those that went."""
        there = {int(each.name) for each in TASKS.iterdir()} if TASKS.is_dir() else set()
        for gone in self._files.keys() - there:
            os.close(self._files.pop(gone))
            self._before.pop(gone, None)
        for new in there - self._files.keys():
            with suppress(OSError):
                self._files[new] = os.open(TASKS / str(new) / "schedstat", os.O_RDONLY)
        self.since_last_ms()

    def since_last_ms(self) -> float:
        """What the main thread waited since this was asked last, and what all others did."""
        return sum(self._since_last_ns(thread, file) for thread, file in self._files.items()) / 1e6

    def close(self) -> None:
        """Give the files back."""
        for file in self._files.values():
            os.close(file)
        self._files.clear()

    def _since_last_ns(self, thread: int, file: int) -> int:
        try:
            now = int(os.pread(file, 64, 0).split()[1])
        except (OSError, IndexError):
            return 0  # it has just ended
        before, self._before[thread] = self._before.get(thread, now), now
        return now - before


def over(lengths_ms: Sequence[float], milliseconds: float) -> int:
    """How many were longer."""
    return sum(1 for each in lengths_ms if each > milliseconds)


def _place(frame: FrameType) -> str:
    """The innermost three of our own functions that run, the innermost first."""
    names: list[str] = []
    for one in _outward(frame):
        file = Path(one.f_code.co_filename)
        if file.is_relative_to(ROOT) and ".venv" not in file.parts and len(names) < 3:
            names.append(f"{file.stem}.{one.f_code.co_name}:{one.f_lineno}")
    return " < ".join(names)


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
