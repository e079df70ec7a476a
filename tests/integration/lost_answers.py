"""A line between server and database that breaks right after a commit, before anybody hears of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg.conninfo import conninfo_to_dict

CHUNK = 65_536
WRITES = "Ana Müller".encode()
"""Who is written down; a statement that is prepared already does not say what it does."""


class Line:
    """A TCP proxy in front of a database. `url` leads through it, `break_next()` lets one commit's answer be lost."""

    def __init__(self, url: str) -> None:
        told = conninfo_to_dict(url)
        self._target = str(told["host"]), int(str(told["port"]))
        self._listening = socket.create_server(("127.0.0.1", 0))
        here = f"{self._target[0]}:{self._target[1]}"
        self.url = url.replace(here, f"127.0.0.1:{self._listening.getsockname()[1]}")
        assert self.url != url, f"the address does not say {here}"
        self._armed = threading.Event()
        self.broken = 0

    def break_next(self) -> None:
        """Cut the connection of the next transaction that registers, once the database has committed it."""
        self._armed.set()

    def serve(self) -> None:
        """Take connections until the line is closed."""
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(self._target)
                call = _Call(self, near, far)
                for pump in (call.forth, call.back):
                    threading.Thread(target=pump, daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._listening.close()

    def breaks(self) -> bool:
        """Whether this commit is the one."""
        if not self._armed.is_set():
            return False
        self._armed.clear()
        self.broken += 1
        return True


class _Call:
    def __init__(self, line: Line, near: socket.socket, far: socket.socket) -> None:
        self._line, self._near, self._far = line, near, far
        self._writes = self._lost = False

    def forth(self) -> None:
        """What the server says to the database."""
        with suppress(OSError):
            while data := self._near.recv(CHUNK):
                self._writes = self._writes or WRITES in data
                if b"COMMIT" in data and self._writes:
                    self._writes = False
                    self._lost = self._lost or self._line.breaks()
                self._far.sendall(data)
        self._end()

    def back(self) -> None:
        """What the database answers; the answer to a commit that is to be lost goes nowhere."""
        with suppress(OSError):
            while data := self._far.recv(CHUNK):
                if self._lost and b"COMMIT" in data:
                    break
                self._near.sendall(data)
        self._end()

    def _end(self) -> None:
        for side in (self._near, self._far):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()


@contextmanager
def breakable(url: str) -> Iterator[Line]:
    """A line to this database for as long as the block runs."""
    line = Line(url)
    thread = threading.Thread(target=line.serve, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.close()
