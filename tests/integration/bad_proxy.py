"""A proxy on loopback, between laptops and a server, that misbehaves as it is told: request by request.

A mischief is a function of one `Call`. `Proxy.plan` has those of the next requests, in turn; when it is empty all goes
as it should.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPResponse
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

PATIENCE_S = 120.0
NEVER = threading.Event()
"""Nobody sets it: waiting for it takes time."""
RESET = struct.pack("ii", 1, 0)
HOTEL = b"<!doctype html><title>Welcome</title><p>Please accept our terms."


@dataclass
class Call:
    """One request on its way, as the bytes that came, and where its answer goes."""

    proxy: "Proxy"
    raw: bytes
    _line: socket.socket

    @property
    def method(self) -> str:
        """Its first word."""
        return self.raw.split(b" ", 1)[0].decode()

    @property
    def body(self) -> bytes:
        """What follows its headers."""
        return self.raw.partition(b"\r\n\r\n")[2]

    def answer(self) -> bytes:
        """The server's answer to the whole request."""
        return self.proxy.ask(self.raw)

    def send(self, data: bytes) -> None:
        """Give this to the laptop."""
        self._line.sendall(data)

    def hang_up(self, rudely: bool = False) -> None:
        """End the line to the laptop, with a reset if `rudely`."""
        if rudely:
            self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        else:
            self._line.shutdown(socket.SHUT_RDWR)
        raise EOFError  # whoever serves it closes it


Mischief = Callable[[Call], None]


@dataclass
class Proxy:
    """What stands between; `kept` are requests that came by, as bytes, `delay_s` what each takes besides."""

    target: tuple[str, int]
    url: str = ""
    plan: list[Mischief] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    delay_s: float = 0.0

    def ask(self, raw: bytes) -> bytes:
        """Send it to the server over a line of its own; the whole answer, with its length said."""
        with socket.create_connection(self.target, PATIENCE_S) as line:
            line.sendall(raw)
            answer = HTTPResponse(line, method=raw.split(b" ", 1)[0].decode())
            answer.begin()
            body = answer.read()
        head = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        framing = ("content-length", "transfer-encoding", "connection")
        head += [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() not in framing]
        return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode() + body

    def serve(self, call: Call) -> None:
        """Do with it what is planned."""
        mischief = self.plan.pop(0) if self.plan else passes
        self.kept.append(call.raw)
        if self.delay_s:
            NEVER.wait(self.delay_s)
        mischief(call)

    def pushes(self) -> list[bytes]:
        """The requests so far that brought facts."""
        return [raw for raw in self.kept if raw.startswith(b"POST /api/v1/sync/push ")]


def passes(call: Call) -> None:
    """As it should be."""
    call.send(call.answer())


def cuts_request(share: float, rudely: bool = False) -> Mischief:
    """The line breaks after this share of the request's bytes (0 to 1); the server sees no more of it."""

    def cut(call: Call) -> None:
        with socket.create_connection(call.proxy.target, PATIENCE_S) as line:
            line.sendall(call.raw[: int(share * len(call.raw))])
        call.hang_up(rudely)

    return cut


def cuts_answer(share: float, rudely: bool = False) -> Mischief:
    """The server has done it, and the line breaks after this share of its answer's bytes (0 to 1)."""
    return lambda call: _cut_at(call, int(share * len(call.answer())), rudely)


def cuts_answer_at(byte: int) -> Mischief:
    """The line breaks before this byte of the answer."""
    return lambda call: _cut_at(call, byte, rudely=False)


def _cut_at(call: Call, byte: int, rudely: bool) -> None:
    # Where it was asked for its length it is asked once more: a request that comes twice is one of the mischiefs.
    call.send(call.answer()[:byte])
    call.hang_up(rudely)


def doubles(call: Call) -> None:
    """The server hears it twice, the laptop the second answer."""
    call.answer()
    call.send(call.answer())


def brings_up_the_first_push(call: Call) -> None:
    """An old request comes a second time, before this one."""
    for raw in call.proxy.pushes()[:1]:
        call.proxy.ask(raw)
    passes(call)


def answers_with_the_answer_before(call: Call) -> None:
    """The server hears it, the laptop what the request before it was answered."""
    call.answer()
    call.send(call.proxy.ask(call.proxy.kept[-2] if len(call.proxy.kept) > 1 else call.raw))


def says(status: int, body: bytes = HOTEL, kind: str = "text/html", **headers: str) -> Mischief:
    """Never asks the server, and says this itself."""
    named = {"Content-Type": kind, "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return lambda call: call.send(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + body)


def says_though_done(status: int) -> Mischief:
    """The server does it, and the proxy says that it did not."""

    def told(call: Call) -> None:
        call.answer()
        says(status)(call)

    return told


def babbles(call: Call) -> None:
    """What comes is not even HTTP."""
    call.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)))
    call.hang_up()


def lets_through(most_bytes: int) -> Mischief:
    """Bodies larger than so many bytes are refused, as by nginx."""
    refuses = says(413, b"<html><h1>413 Request Entity Too Large</h1></html>")
    return lambda call: (refuses if len(call.body) > most_bytes else passes)(call)


def drips(size: int, pause_s: float = 0.0) -> Mischief:
    """The answer comes in drops of `size` bytes, `pause_s` apart."""

    def drip(call: Call) -> None:
        answer = call.answer()
        for begun in range(0, len(answer), size):
            call.send(answer[begun : begun + size])
            NEVER.wait(pause_s)

    return drip


@contextmanager
def proxy(port: int) -> Iterator[Proxy]:
    """A proxy in front of the server that listens on this port of loopback."""
    one = Proxy(("127.0.0.1", port))

    class Handler(StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            with suppress(OSError, EOFError):
                while raw := _request(self.rfile):
                    one.serve(Call(one, raw, self.connection))

        def finish(self) -> None:
            with suppress(OSError):
                super().finish()

    class Quiet(ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

        def shutdown_request(self, request: Any) -> None:
            self.close_request(request)

    with Quiet(("127.0.0.1", 0), Handler) as listening:
        one.url = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield one
        finally:
            listening.shutdown()
            thread.join()


def _request(file: Any) -> bytes:
    """The next request as it came; nothing when the line has ended."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = file.readline()
        if not line:
            return b""
        head += line
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2]) if lengths else 0
    return head + bytes(file.read(length))
