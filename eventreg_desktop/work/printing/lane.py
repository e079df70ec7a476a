"""A thread that does one thing after another, and that nobody has to wait for."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from eventreg_desktop import log


class Lane:
    """Work in the order in which it was asked. A printer that never answers holds up this lane and nothing else."""

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._name = name
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def do(self, work: Callable[[], None]) -> None:
        """Do it after what was asked before."""
        self._work.put(work)

    def stop(self, patience_s: float) -> bool:
        """Do what was asked, then end; whether it did within `patience_s` seconds. A thread that hangs is left."""
        self._work.put(None)
        self._thread.join(patience_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except Exception:  # noqa: BLE001 - a mistake of ours; the next job may do better
                log.logger(self._name).exception("work failed")
