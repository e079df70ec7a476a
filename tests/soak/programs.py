"""The server's programs for long runs: started at once, told from outside what they say, killed wherever they are.

A program starts as a fork of a process that has imported everything and done nothing (where the system cannot fork, as
a process like any other), so that a kill costs tenths of a second and not the seconds that importing takes. It runs the
same entry as the command line and is a process of its own with the system's own end.
"""

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from io import TextIOBase
from multiprocessing import get_context
from multiprocessing.connection import Connection

PRELOADED = ["server.__main__", "server.commands", "server.serve", "server.jobs.command", "server.tasks", __name__]


class Program:
    """One of our programs, started and, once it is ready, able to be killed and started anew."""

    def __init__(self, environ: Mapping[str, str], *words: str) -> None:
        self._environ, self._words = dict(environ), words
        self.address = ""
        self._start()

    def _start(self) -> None:
        # On Windows there is no forking.
        context = get_context("spawn") if sys.platform == "win32" else get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        heard, says = context.Pipe(duplex=False)
        self.ready = threading.Event()
        self._process = context.Process(target=run_program, args=(says, self._environ, self._words), daemon=True)
        self._process.start()
        # The program has its own end; with ours closed, its death ends what we hear.
        says.close()
        self._reader = threading.Thread(target=self._read, args=(heard, self.ready), name="reader")
        self._reader.start()

    def _read(self, heard: Connection, ready: threading.Event) -> None:
        with heard:
            while True:
                try:
                    text: str = heard.recv()
                except (EOFError, OSError):
                    # OSError where it was killed in the middle of a word.
                    return
                for line in text.splitlines():
                    if line.startswith("EventReg is at "):
                        self.address = line.split()[-1]
                    if "Ctrl-C" in line:
                        ready.set()

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


def run_program(says: Connection, environ: Mapping[str, str], words: Sequence[str]) -> None:
    """Be `eventreg-server WORDS` in this environment, as its own process."""
    from server.__main__ import main

    os.environ.clear()
    os.environ.update(environ)
    sys.stdout, sys.stderr = Mouth(says), open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.exit(main(words))
