"""A real server for tests: uvicorn in a thread, on a port of its own, with a database of its own."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from server.app import create_app
from server.auth import passwords
from server.one_write import OneWrite
from server.settings import Settings

API = "/api/v1"
NOBODYS_PORT = 1
"""Nothing listens there, and no test is ever given it when it asks for a free one."""
TLS = ssl.create_default_context()
"""Made once: reading the machine's certificates takes as long as twenty requests."""
# Threads that stand back behind other tests too would let a login take seconds.
passwords.NICE = 0


class _Announcing(uvicorn.Server):
    """Tells when it answers, so that nobody has to guess."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        """Look ten times as often as usual whether to stop: a thousand tests wait for it."""
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            await asyncio.sleep(0.01)


class Served:
    """One server, which can be stopped and started again on the same port and database.

    `url` has no path; `client()` gives an HTTP client whose base is the API.
    """

    def __init__(self, settings: Settings, port: int = 0) -> None:
        self.settings = settings
        self._socket = _bound(port)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: _Announcing | None = None
        self._thread: threading.Thread | None = None

    @property
    def database_url(self) -> str:
        """The address of this server's own database, for psycopg."""
        assert self.settings.database_url is not None
        return self.settings.database_url

    @property
    def is_running(self) -> bool:
        """Whether it answers."""
        return self._server is not None

    def start(self) -> None:
        """Serve; returns when the server answers."""
        assert self._server is None, "started already"
        if self._socket.fileno() < 0:
            self._socket = _bound(self.port)
        self.app = create_app(self.settings)
        config = uvicorn.Config(self.app, http=OneWrite, log_config=None, access_log=False, lifespan="on")
        self._server = _Announcing(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="server")
        self._thread.start()
        assert self._server.ready.wait(120), "the server did not start"
        assert self._server.started, "the server could not start; its log says why"

    def stop(self) -> None:
        """Stop serving, as a service manager would; a second call does nothing."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(120)
            assert not self._thread.is_alive(), "the server did not stop"
        self._server = self._thread = None
        self._socket.close()

    @contextmanager
    def client(self, email: str | None = None, password: str = "", *, token: str = "") -> Iterator[httpx.Client]:
        """A client of the API (base `/api/v1`), signed in if an e-mail or an access token is given."""
        with httpx.Client(base_url=self.url + API, verify=TLS) as client:
            if email is not None:
                answer = client.post("/auth/login", json={"email": email, "password": password})
                answer.raise_for_status()
                token = answer.json()["access_token"]
            if token:
                client.headers["Authorization"] = f"Bearer {token}"
            yield client


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound
