"""Tell doors that something is new, within a quarter of a second, without a connection to the database for each.

A process that has listeners reads the heads of their events four times a second, all in one statement. Not by NOTIFY in
the causing transaction: commits that notify wait for each other in all of PostgreSQL (docs/adr/0014).
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from random import random
from typing import cast
from uuid import UUID

import psycopg
import structlog
from starlette.requests import HTTPConnection

from server.db import CONNECT_SECONDS, WATCHED
from server.draining import Draining
from server.errors import ApiProblem

EACH_S = 0.25
"""Between two looks: at most four nudges a second for an event."""
MOST_LISTENERS = 2000
AGAIN_S = 1.0
log = structlog.get_logger("server.sync")


class Listener:
    """Who listens to one event; `over` when this server wants to be rid of it."""

    def __init__(self) -> None:
        self.revision = -1
        self.over = False
        self._news = asyncio.Event()

    def tell(self, revision: int) -> None:
        """Have a revision told; a later one replaces one that was not heard yet."""
        if revision != self.revision:
            self.revision = revision
            self._news.set()

    def end(self) -> None:
        """Have no more told."""
        self.over = True
        self._news.set()

    async def heard(self, within_s: float) -> bool:
        """Wait for news, which stay news until they are taken; False when there are none for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._news.wait()
        return self._news.is_set()

    def take(self) -> int:
        """The newest revision, also one that came since news were heard; none of them is news from now on."""
        self._news.clear()
        return self.revision


class Nudges:
    """The listeners of this process, by event; `url` leads to the database: one connection, while anybody listens."""

    def __init__(self, url: str, draining: Draining) -> None:
        self._url = url
        self._draining = draining
        self._listeners: dict[UUID, set[Listener]] = {}
        self._count = 0
        self._wanted = asyncio.Event()

    def check_room(self) -> None:
        """Let one more listen; raises ApiProblem 503 `busy`."""
        if self._count >= MOST_LISTENERS:
            sentence = "Too many doors listen to this server. Ask now and then instead."
            raise ApiProblem(503, "busy", sentence, headers={"Retry-After": "60"})

    @asynccontextmanager
    async def listening(self, event: UUID) -> AsyncIterator[Listener]:
        """Hear of an event during the block, its present revision first."""
        listener = Listener()
        self._listeners.setdefault(event, set()).add(listener)
        self._count += 1
        self._wanted.set()
        try:
            yield listener
        finally:
            self._count -= 1
            left = self._listeners[event]
            left.discard(listener)
            if not left:
                del self._listeners[event]

    async def run(self) -> None:
        """Look as long as anybody listens, until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                async with await _connect(self._url) as connection:
                    await self._watch(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("nudges cannot be read", kind=type(error).__name__)
                await self._pause(AGAIN_S * (1 + random()))
                if self._listeners:
                    self._wanted.set()

    async def _watch(self, connection: psycopg.AsyncConnection[tuple[UUID, int]]) -> None:
        while self._listeners:
            for event, revision in await _revisions(connection, list(self._listeners)):
                for listener in self._listeners.get(event, ()):
                    listener.tell(revision)
            await self._pause(EACH_S)

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if self._draining.begun:
            for listeners in self._listeners.values():
                for listener in listeners:
                    listener.end()


@asynccontextmanager
async def nudging(nudges: Nudges) -> AsyncIterator[None]:
    """Nudge as long as the block runs."""
    task = asyncio.create_task(nudges.run(), name="nudges")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def nudges_of(connection: HTTPConnection) -> Nudges:
    """The application's nudges."""
    return cast(Nudges, connection.app.state.nudges)


async def _connect(url: str) -> psycopg.AsyncConnection[tuple[UUID, int]]:
    connection: psycopg.AsyncConnection[tuple[UUID, int]] = await psycopg.AsyncConnection.connect(
        url,
        autocommit=True,
        # A pooler in transaction mode knows no prepared statements.
        prepare_threshold=None,
        connect_timeout=CONNECT_SECONDS,
        application_name="eventreg nudges",
        **WATCHED,
    )
    return connection


async def _revisions(
    connection: psycopg.AsyncConnection[tuple[UUID, int]], events: Collection[UUID]
) -> list[tuple[UUID, int]]:
    cursor = await connection.execute(_HEADS, [list(events)])
    return await cursor.fetchall()


_HEADS = "SELECT event_id, revision FROM event_heads WHERE event_id = ANY(%s)"
