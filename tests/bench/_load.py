"""A light HTTP/1.1 client in a process of its own, so that what clients cost is not counted as the server's."""

import asyncio
import multiprocessing
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.connection import Connection
from typing import cast

LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: *([0-9]+)")
GIVEN_UP_S = 60
OPENED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Load:
    """Whole requests for servers on `ports`, over so many kept connections; none is begun after `seconds`.

    The requests are sent once each or, where they `repeat`, over and over.
    """

    ports: Sequence[int]
    connections: int
    requests: Sequence[bytes]
    seconds: float
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: how long each answer took (milliseconds), how often each status, and the whole in seconds."""

    ms: list[float]
    statuses: dict[int, int]
    seconds: float


class Clients:
    """The other process, which is told what to send."""

    def __init__(self, end: Connection) -> None:
        self._end = end

    def send(self, load: Load, on_connected: Callable[[], None] = lambda: None) -> Told:
        """Connect, call `on_connected`, send; raises EOFError where the other process died."""
        self._end.send(load)
        self._end.recv()
        on_connected()
        self._end.send("go")
        return cast(Told, self._end.recv())


@contextmanager
def clients() -> Iterator[Clients]:
    """Start the process, and stop it when the block ends."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Clients(ours)
    finally:
        ours.send(None)
        process.join()


def _work(end: Connection) -> None:
    # uvloop has no Windows.
    factory = None if sys.platform == "win32" else __import__("uvloop").new_event_loop
    while (load := end.recv()) is not None:
        with asyncio.Runner(loop_factory=factory) as runner:
            end.send(runner.run(_send(load, end)))


async def _send(load: Load, end: Connection) -> Told:
    loop, run = asyncio.get_running_loop(), _Run(cycle(load.requests) if load.repeat else iter(load.requests))
    lines: list[_Line] = []
    while len(lines) < load.connections:
        count = min(OPENED_AT_ONCE, load.connections - len(lines))
        ports = [load.ports[(len(lines) + number) % len(load.ports)] for number in range(count)]
        opened = [loop.create_connection(lambda: _Line(run), "127.0.0.1", port) for port in ports]
        lines += [line for _, line in await asyncio.gather(*opened)]
    end.send("connected")
    end.recv()
    began = time.perf_counter()
    run.until = began + load.seconds
    for line in lines:
        line.next()
    async with asyncio.timeout(load.seconds + GIVEN_UP_S):
        await asyncio.gather(*(line.done for line in lines))
    return Told(run.ms, dict(run.statuses), time.perf_counter() - began)


class _Run:
    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.until = 0.0
        self.ms: list[float] = []
        self.statuses: Counter[int] = Counter()


class _Line(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._heard = b""
        self._began = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def next(self) -> None:
        self._began = time.perf_counter()
        request = next(self._run.requests, None) if self._began < self._run.until else None
        if request is None:
            self._transport.close()
            self.done.set_result(None)
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head = self._heard.find(b"\r\n\r\n")
        length = LENGTH.search(self._heard, 0, head + 2) if head >= 0 else None
        if length is not None and len(self._heard) >= head + 4 + int(length[1]):
            self._run.ms.append((time.perf_counter() - self._began) * 1000)
            self._run.statuses[int(self._heard[9:12])] += 1
            self._heard = b""
            self.next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server hung up"))
