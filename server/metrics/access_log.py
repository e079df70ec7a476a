"""The line that the log gets for each request: who asked for what, and how it went; no address, no name, no token."""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from datetime import datetime
from typing import TextIO
from uuid import UUID

import msgspec

ACCESS = "server.access"
"""The logger of these lines."""
log = logging.getLogger(ACCESS)


class Answered(msgspec.Struct, frozen=True):
    """One request and its answer. `caller` is `user`, `device` or `visitor`; `ms` are milliseconds."""

    event: str
    request: str
    method: str
    route: str
    status: int
    ms: float
    caller: str
    caller_id: UUID | None
    level: str
    timestamp: datetime

    def __str__(self) -> str:
        who = self.caller if self.caller_id is None else f"{self.caller} {self.caller_id}"
        return f"{self.status} {self.method} {self.route} {self.ms} ms {who}"


class JsonLines(logging.Handler):
    """Writes each Answered as a line of JSON, and those of one turn of the loop together.

    A record, a lock and a write for each of them cost as much as a tenth of a scan.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._waiting: deque[bytes] = deque()

    def add(self, line: Answered) -> None:
        """Write it at the end of this turn."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self.flush)
        self._waiting.append(msgspec.json.encode(line))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line that came by the logger."""
        self._waiting.append(msgspec.json.encode(record.msg))
        self.flush()

    def flush(self) -> None:
        """Write what waits."""
        lines = [self._waiting.popleft().decode() + "\n" for _ in range(len(self._waiting))]
        # A log that cannot be written stops nobody.
        with suppress(OSError, ValueError):
            self._stream.write("".join(lines))
            self._stream.flush()


def tell(line: Answered) -> None:
    """Let the log have a line for this request, in whichever form it is kept."""
    handler = log.handlers[0] if log.handlers else None
    if isinstance(handler, JsonLines):
        handler.add(line)
    else:
        log.info(line)
