"""SyncApi over HTTP: each request signed by this device's key."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import Any, Self
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.blanks import Stock
from eventreg_core.device_auth import DeviceSignature, signed_bytes
from eventreg_core.snapshot import MEDIA_TYPE
from eventreg_core.wire import Cursor, PullAnswer, PushAnswer, PushRequest, encode
from eventreg_desktop.clocks import Clock
from eventreg_desktop.store.anchor import unix_ms
from eventreg_desktop.store.device import Device
from eventreg_desktop.sync.answers import NoAnswer, answer_of, find_told, refusal_of
from eventreg_desktop.sync.clock_offset import read_time
from eventreg_desktop.sync.download import Download
from eventreg_desktop.sync.pin import open_client, unreached

NUDGES = "text/event-stream"
LONGEST_S = 300.0
"""No request takes longer, as its signature is good for so many seconds. Each read has its own, shorter time-out; but
somebody on the way who lets through a byte now and then would keep the laptop waiting, and its facts, for ever."""


class HttpSyncApi:
    """The server, over one connection that is kept open; belongs to the thread that syncs."""

    def __init__(
        self,
        device: Device,
        signing: Ed25519PrivateKey,
        clock: Clock,
        offset_ms: int | None = None,
        longest_s: float = LONGEST_S,
    ) -> None:
        """Nothing is sent yet. `offset_ms` is server − device, as far as known."""
        self._device = device
        self._signing = signing
        self._clock = clock
        self._offset_ms = offset_ms or 0
        self._client: httpx.Client | None = None
        self._hung_up = Event()
        self._longest_s = longest_s
        self._connected: socket.socket | None = None
        self._line: socket.socket | None = None
        self._downloads: dict[UUID, Download] = {}

    def push(self, request: PushRequest) -> PushAnswer:
        """Hand over facts; raises Problem where there is no answer of our own server."""
        return answer_of(self._ask("POST", "/api/v1/sync/push", encode(request)), PushAnswer)

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        """Ask for the changes after `cursor`; raises Problem as `push` does."""
        query = httpx.QueryParams({"cursor": str(cursor), "check": cursor.check, "journal": str(journal)})
        return answer_of(self._ask("GET", f"/api/v1/events/{event}/sync/pull?{query}", b""), PullAnswer)

    def snapshot(self, event: UUID) -> bytes:
        """Fetch the whole guest list, going on where it was cut off; raises Problem as `push` does."""
        download = self._downloads.setdefault(event, Download(MEDIA_TYPE))
        path = f"/api/v1/events/{event}/sync/snapshot"
        with self._in_time():
            return download.fetch(lambda headers: self._streamed(path, headers), self._hung_up.is_set)

    def blanks(self, event: UUID) -> Stock:
        """Fetch this device's own blanks of the event; raises Problem as `push` does."""
        return answer_of(self._ask("GET", f"/api/v1/events/{event}/sync/blanks", b""), Stock)

    def listen(self, event: UUID) -> Iterator[int]:
        """The event's revisions as they come, until the server ends the stream; raises Problem as `push` does."""
        with self._streamed(f"/api/v1/events/{event}/sync/nudges", {"Accept": NUDGES}) as response:
            if not response.is_success or not response.headers.get("Content-Type", "").startswith(NUDGES):
                response.read()
                self._set_right(response)
                raise refusal_of(response)
            for line in response.iter_lines():
                name, _, value = line.partition(": ")
                if name == "data" and value.isascii() and value.isdigit():
                    yield int(value)

    def hang_up(self) -> None:
        """Ask nothing more: what is under way ends with its answer, the next request with NoAnswer. From any thread.

        A file or stream that is under way is cut.
        """
        self._hung_up.set()
        _cut(self._line)

    def close(self) -> None:
        """Let the connection go."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def __enter__(self) -> Self:
        """The api itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _ask(self, method: str, path: str, body: bytes) -> httpx.Response:
        """Send it, and once more with the right time when the server says that this laptop's clock is wrong."""
        response = self._send(method, path, body)
        return self._send(method, path, body) if self._set_right(response) else response

    def _set_right(self, response: httpx.Response) -> bool:
        """Take over the server's time, where it says that this laptop's clock is wrong."""
        told = find_told(response)
        if told is None or told.code != "device_clock" or told.server_time is None:
            return False
        self._offset_ms = unix_ms(read_time(told.server_time)) - unix_ms(self._clock().wall)
        return True

    def _send(self, method: str, path: str, body: bytes) -> httpx.Response:
        with self._reaching() as client, self._in_time():
            return client.send(self._request(client, method, path, body, {}))

    @contextmanager
    def _streamed(self, path: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        with self._reaching() as client:
            response = client.send(self._request(client, "GET", path, b"", headers), stream=True)
            self._line = response.extensions["network_stream"].get_extra_info("socket")
            try:
                if self._hung_up.is_set():
                    raise NoAnswer
                yield response
            finally:
                self._line = None
                response.close()

    @contextmanager
    def _reaching(self) -> Iterator[httpx.Client]:
        """The client; what the network does to it becomes a Problem."""
        if self._hung_up.is_set():
            raise NoAnswer
        try:
            if self._client is None:
                self._client = open_client(self._device.url, self._device.pin)
            yield self._client
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            self.close()
            raise unreached(error) from error

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Cut the line if the block takes too long: a file goes on from there the next time."""
        timer = Timer(self._longest_s, lambda: _cut(self._connected))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _note_line(self, event: str, told: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._connected = told["return_value"].get_extra_info("socket")

    def _request(
        self, client: httpx.Client, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> httpx.Request:
        request = client.build_request(
            method, path, content=body, headers=headers, extensions={"trace": self._note_line}
        )
        if body:
            request.headers["Content-Type"] = "application/json"
        target = request.url.raw_path.decode("ascii")
        request.headers["Authorization"] = str(self._signature(method, target, body))
        return request

    def _signature(self, method: str, target: str, body: bytes) -> DeviceSignature:
        at_ms = unix_ms(self._clock().wall) + self._offset_ms
        signature = self._signing.sign(signed_bytes(method, target, at_ms, body))
        return DeviceSignature(self._device.id, at_ms, signature)


def _cut(line: socket.socket | None) -> None:
    """End it for whoever waits for its other end; from any thread."""
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
