"""Serve until told to stop: database, certificate, socket, application, in this order, and back again."""

import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from types import FrameType
from typing import Any

import structlog
import uvicorn

from eventreg_core.problems import Problem
from server.app import create_app
from server.clock import utc_now
from server.draining import Draining
from server.jobs.worker import Pace
from server.lan import addresses, own_certificate
from server.one_write import OneWrite
from server.ready import ready_database
from server.settings import Settings
from server.welcome import greeting

EVERYWHERE = "0.0.0.0"
SHUTDOWN_WITHIN_S = 10
YOUNG = 10_000
"""Objects made until garbage is looked for."""
JOBS_AT_ONCE = 2
"""Few, beside requests; `eventreg-server worker` is for many."""
LOOP = "asyncio:SelectorEventLoop" if sys.platform == "win32" else "auto"
"""psycopg cannot use the loop that Windows has by default."""
log = structlog.get_logger("server.serve")
Greet = Callable[[Settings, str], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen; port 0 takes a free one. `lan`: on every address, with a certificate of our own.

    `does_jobs`: beside its requests, whether or not there are workers; none at all would mean no mails.
    """

    host: str
    port: int
    lan: bool = False
    does_jobs: bool = True


def serve(settings: Settings, place: Place, greet: Greet | None = None) -> None:
    """Serve until SIGINT or SIGTERM; whatever was started is stopped before this returns.

    `greet` gets the complete settings and the server's address before it answers, and returns what is printed once
    it does.
    Raises a Problem if it cannot begin: port taken, no database, another server on this data folder.
    """
    with leaving_on_signals(), _listen(place) as listening, ready_database(settings, alone=True) as url:
        # No pooler stands before a database of our own.
        direct = url if settings.database_url is None else settings.direct_url
        _run(replace(settings, database_url=url, direct_url=direct), place, listening, greet or greeting)
    log.info("stopped")


class _Told(BaseException):
    """A signal told us to stop; no `except Exception` may keep it."""


@contextmanager
def leaving_on_signals() -> Iterator[None]:
    """Turn the first signal into the end of the block; further ones must not leave the database running."""
    numbers = (signal.SIGINT, signal.SIGTERM)

    def leave(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise _Told

    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    except _Told:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listen(place: Place) -> socket.socket:
    host = EVERYWHERE if place.lan else place.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, place.port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = f"Port {place.port} is taken. Stop the other program, or choose another one with --port."
            raise Problem("port_taken", sentence) from error
        sentence = (
            f"Cannot listen on {host}, port {place.port}: {error.strerror}. Choose others with --host and --port."
        )
        raise Problem("cannot_listen", sentence) from error


def _run(settings: Settings, place: Place, listening: socket.socket, greet: Greet) -> None:
    port: int = listening.getsockname()[1]
    tls: dict[str, Any] = {}
    url = f"http://{_bracketed(place.host)}:{port}"
    if place.lan:
        certificate = own_certificate(settings.data, utc_now())
        tls = {"ssl_certfile": certificate.certificate, "ssl_keyfile": certificate.key}
        url = f"https://{addresses()[0]}:{port}"
        # Elsewhere a device's address is the one by which the organizer came.
        settings = replace(settings, certificate_pin=certificate.pin, public_url=settings.public_url or url)
    settings = replace(settings, own_url=url)
    app = create_app(settings, Pace(at_once=JOBS_AT_ONCE) if place.does_jobs else None)
    config = uvicorn.Config(
        app,
        loop=LOOP,
        http=OneWrite,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_WITHIN_S,
        **tls,
    )
    in_flight = partial(getattr, app.state.metrics, "in_flight")
    _Leaving(config, greet(settings, url), app.state.draining, in_flight).run([listening])


class _Leaving(uvicorn.Server):
    """Says where it can be reached, once it can be; told by SIGTERM to stop, it finishes what it has begun."""

    def __init__(self, config: uvicorn.Config, greeting: str, draining: Draining, in_flight: Callable[[], int]) -> None:
        super().__init__(config)
        self._greeting, self._draining, self._in_flight = greeting, draining, in_flight

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # The program itself stays: to look through it for garbage again and again held up everybody for a tenth of a
        # second each time, and cost a fifth of a scan.
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG)
        print(self._greeting, flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig != signal.SIGTERM or self._draining.begun:
            # Somebody waits at the keyboard, or asks a second time.
            super().handle_exit(sig, frame)
            return
        self._draining.begin(monotonic())
        log.info("draining")

    async def on_tick(self, counter: int) -> bool:
        if not self.should_exit and self._draining.may_go(monotonic(), self._in_flight()):
            super().handle_exit(signal.SIGTERM, None)
        return await super().on_tick(counter)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
