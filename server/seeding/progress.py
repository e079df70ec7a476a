"""How far a long command is, on standard error: what it does, how much is done, when it will be ready."""

from dataclasses import dataclass, field
from time import monotonic
from typing import TextIO

EACH_S = 0.5
LINES_EACH_S = 5.0
"""Where nobody watches a terminal, a line now and then is enough for a log."""


@dataclass(slots=True)
class Progress:
    """Says how far a command is: one line that changes on a terminal, now and then a line elsewhere."""

    to: TextIO
    phase: str = ""
    total: int = 0
    done: int = 0
    _began: float = field(default_factory=monotonic)
    _said: float = 0.0

    def begin(self, phase: str, total: int) -> None:
        """A new part of the work, of so many steps."""
        self._end_line()
        self.phase, self.total, self.done = phase, total, 0
        self._began = monotonic()
        self._say()

    def add(self, steps: int) -> None:
        """So many more are done."""
        self.done += steps
        if monotonic() - self._said >= (EACH_S if self.to.isatty() else LINES_EACH_S):
            self._say()

    def end(self) -> None:
        """The last part is done."""
        self.done = self.total
        self._say()
        self._end_line()

    def line(self) -> str:
        """What is said now."""
        took = monotonic() - self._began
        left = took / self.done * (self.total - self.done) if self.done else None
        eta = "" if left is None or self.done >= self.total else f", ready in {_time(left)}"
        return f"{self.phase}: {self.done:,} of {self.total:,} ({_time(took)}{eta})"

    def _say(self) -> None:
        self._said = monotonic()
        if self.to.isatty():
            print(f"\r\x1b[K{self.line()}", end="", file=self.to, flush=True)
        else:
            print(self.line(), file=self.to, flush=True)

    def _end_line(self) -> None:
        if self.phase and self.to.isatty():
            print(file=self.to, flush=True)


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"
