"""Listens for what is new on the server, in a thread of its own: a hint to pull, and nothing depends on it."""

import random
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Protocol
from uuid import UUID

from eventreg_core.problems import Problem
from eventreg_desktop import log
from eventreg_desktop.sync.backoff import Backoff

FIRST_S, MOST_S = 1.0, 60.0


class Line(Protocol):
    """Whatever tells revisions: the server over HTTP, or one in a test."""

    def listen(self, event: UUID) -> Iterator[int]:
        """The event's revisions as they come; ends when the server ends it, raises Problem when it cannot be had."""
        ...

    def hang_up(self) -> None:
        """Listen no more; from any thread."""
        ...

    def close(self) -> None:
        """Let the connection go; nobody listens by now."""
        ...


class Ear:
    """One line to the server, opened again and again with growing pauses until `stop`."""

    def __init__(self, line: Line, event: UUID, chance: Callable[[], float] = random.random) -> None:
        self._line = line
        self._event = event
        self._backoff = Backoff(FIRST_S, MOST_S, chance)
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self, heard: Callable[[int], None], lost: Callable[[], None]) -> None:
        """Listen from now on: `heard` is called with each revision, `lost` when the line is down; in its thread."""
        if self._thread is None:
            self._thread = Thread(target=self._run, args=(heard, lost), name="nudges", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Returns when nothing will be heard any more."""
        self._stopped.set()
        self._line.hang_up()
        if self._thread is not None:
            self._thread.join()
        self._line.close()

    def _run(self, heard: Callable[[int], None], lost: Callable[[], None]) -> None:
        while not self._stopped.is_set():
            try:
                for revision in self._line.listen(self._event):
                    self._backoff.worked()
                    heard(revision)
            except Problem as problem:
                log.logger("sync").info("not listening", code=problem.code)
            except Exception:  # noqa: BLE001 - a mistake of ours; the door asks now and then all the same
                log.logger("sync").exception("listening failed")
            lost()
            self._stopped.wait(self._backoff.failed())
