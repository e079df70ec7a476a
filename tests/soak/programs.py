"""The server's programs as processes: started at once, told from outside what they say, stopped or killed.

A program starts as a fork of a process that has imported everything and done nothing (where the system cannot fork, as
a process like any other), so that a start costs tenths of a second and not the seconds that importing takes. It runs
the same entry as the command line and is a process of its own with the system's own end.
"""

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from io import TextIOBase
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

PRELOADED = ["server.__main__", "server.commands", "server.serve", "server.jobs.command", "server.tasks", __name__]
PATIENCE_S = 180
QUICK_WORKER = "quick-worker"
"""As `worker`, which notices the death of another one only after fifteen seconds; this one after one and a half."""


class Program:
    """One of our programs, `eventreg-server WORDS` in an environment; killed when the block ends.

    What it logs goes to the file `log`, or nowhere. `said` has every line that it printed, `address` where it serves.
    """

    def __init__(self, environ: Mapping[str, str], *words: str, log: Path | None = None) -> None:
        self._environ, self._words, self._log = dict(environ), words, log
        self.address = ""
        self._start()

    def _start(self) -> None:
        # On Windows there is no forking.
        context = get_context("spawn") if sys.platform == "win32" else get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        heard, says = context.Pipe(duplex=False)
        self.said: list[str] = []
        self.ready = threading.Event()
        told = (says, self._environ, self._words, self._log)
        self._process = context.Process(target=run_program, args=told, daemon=True)
        self._process.start()
        # The program has its own end; with ours closed, its death ends what we hear.
        says.close()
        self._reader = threading.Thread(target=self._read, args=(heard, self.said, self.ready), name="reader")
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill(again=False)

    def _read(self, heard: Connection, said: list[str], ready: threading.Event) -> None:
        with heard:
            while True:
                try:
                    text: str = heard.recv()
                except (EOFError, OSError):
                    # OSError where it was killed in the middle of a word.
                    return
                said += filter(None, map(str.strip, text.splitlines()))
                for line in text.splitlines():
                    if line.startswith("EventReg is at "):
                        self.address = line.split()[-1]
                if "Ctrl-C" in text:
                    ready.set()

    def begun(self) -> Self:
        """Itself, once it is ready."""
        assert self.ready.wait(PATIENCE_S), f"`{' '.join(self._words)}` did not begin"
        return self

    @property
    def code(self) -> int | None:
        """With what it ended; None while it runs."""
        return self._process.exitcode

    def tell(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal: to stop, as a service manager does."""
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def wait(self) -> int | None:
        """The code with which it ends by itself; None when it does not."""
        self._process.join(PATIENCE_S)
        return self.code

    def kill(self, again: bool = True) -> None:
        """End it at once, wherever it is: SIGKILL, on Windows TerminateProcess."""
        self._process.kill()
        self._process.join()
        self._reader.join()
        self._process.close()
        if again:
            self._start()


class Mouth(TextIOBase):
    """Standard output that says each text to whoever started the program."""

    def __init__(self, says: Connection) -> None:
        self._says = says

    def write(self, text: str) -> int:
        """Say it at once."""
        self._says.send(text)
        return len(text)


def run_program(says: Connection, environ: Mapping[str, str], words: Sequence[str], log: Path | None) -> None:
    """Be `eventreg-server WORDS` in this environment, as its own process."""
    from server.__main__ import main

    os.environ.clear()
    os.environ.update(environ)
    sys.stdout, sys.stderr = Mouth(says), open(log or os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.exit(quick_worker() if words == (QUICK_WORKER,) else main(words))


def quick_worker() -> int:
    """Be `eventreg-server worker` with little patience."""
    from server.jobs.command import run_worker
    from server.jobs.worker import Pace
    from server.settings import read_settings
    from server.tasks import TASKS

    run_worker(read_settings(os.environ), TASKS, Pace(poll_s=0.1, heartbeat_s=0.2, stalled_s=1.5, tend_s=0.2))
    return 0
