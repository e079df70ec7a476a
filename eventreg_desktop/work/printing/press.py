"""One printer's lane: one that never answers holds up none of the others, so that choosing another mends it."""

from collections.abc import Callable

from eventreg_desktop.store.db import Connection
from eventreg_desktop.work.printing.lane import Lane

LONG_NS = 30_000_000_000
"""A badge that is on its way for longer says that the printer has stopped."""


class Press:
    """Prints one badge after another, with a connection of its own to the log."""

    def __init__(self, open_log: Callable[[], Connection]) -> None:
        """`open_log` is called in the lane, when the first badge comes."""
        self._lane = Lane("printer")
        self._open_log = open_log
        self._log: Connection | None = None
        self._begun_ns: int | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Print this after what was asked before."""
        self._lane.do(work)

    def begin(self, now_ns: int) -> Connection:
        """In the lane: a badge is on its way now; the log. Raises Problem as `prints.open_log` does."""
        self._begun_ns = now_ns
        if self._log is None:
            self._log = self._open_log()
        return self._log

    def end(self) -> None:
        """In the lane: it is not, any more."""
        self._begun_ns = None

    def is_stuck(self, now_ns: int) -> bool:
        """Whether a badge is on its way for too long; from any thread."""
        begun_ns = self._begun_ns
        return begun_ns is not None and now_ns - begun_ns > LONG_NS

    def stop(self, patience_s: float) -> bool:
        """Print what was asked, then give the log back; whether that was done within so many seconds."""
        self._lane.do(self._close)
        return self._lane.stop(patience_s)

    def _close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None
