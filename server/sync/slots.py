"""Doors share a few slots instead of being counted: what they bring goes before what they ask for."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from itertools import count
from typing import cast

from starlette.requests import HTTPConnection

from server.limits import too_many

AT_ONCE = 8
"""Fewer than the pool has connections: requests of people never wait for all doors."""
WAITING = 64
"""So many of each kind. More are told to come back; a door tries again by itself, and nothing is lost by it."""
COME_BACK_S = 2


class Turn(IntEnum):
    """Who goes first of those who wait."""

    PUSH = 0
    PULL = 1
    SNAPSHOT = 2


class Slots:
    """At most `at_once` requests of devices at work; of those who wait, the more urgent and then the earlier one.

    However many ask, there is room for who brings: each kind has its own `waiting` places.
    """

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._free = at_once
        self._most_waiting = waiting
        self._waiting: list[tuple[Turn, int, asyncio.Future[None]]] = []
        self._number = count()

    @asynccontextmanager
    async def taken(self, turn: Turn) -> AsyncIterator[None]:
        """Hold a slot for the block; raises ApiProblem 429 `too_many_requests` when too many of its kind wait."""
        await self._take(turn)
        try:
            yield
        finally:
            self._give()

    async def _take(self, turn: Turn) -> None:
        if self._free > 0:
            self._free -= 1
            return
        if sum(each is turn and not future.done() for each, _, future in self._waiting) >= self._most_waiting:
            raise too_many("too_many_requests", COME_BACK_S)
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (turn, next(self._number), mine))
        try:
            await mine
        except asyncio.CancelledError:
            # Given to us in the very moment in which we left: pass it on.
            if mine.done() and not mine.cancelled():
                self._give()
            raise

    def _give(self) -> None:
        while self._waiting:
            _, _, first = heapq.heappop(self._waiting)
            if not first.done():
                first.set_result(None)
                return
        self._free += 1


def slots_of(connection: HTTPConnection) -> Slots:
    """The application's slots for devices."""
    return cast(Slots, connection.app.state.slots)
