"""What was reckoned of an event, remembered as long as nothing has changed there that a device could see."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Final, TypeVar, cast
from uuid import UUID
from weakref import WeakValueDictionary

from starlette.requests import HTTPConnection

from server.sync import feed
from server.sync.feed import Executor

Answer = TypeVar("Answer")

MOST: Final = 256
"""Answers that a process remembers."""
KEPT_S: Final = 60.0
"""However little happens: a database that was restored may come to a revision again, with something else behind it."""
LARGE: Final = 50_000
"""Changes of an event of which things are counted for a second."""
RECENT_S: Final = 5.0
"""So old may an answer about a large event be, where whoever asks can do with that."""


@dataclass(frozen=True, slots=True)
class _Known:
    revision: int
    begun: float
    answer: object

    def is_good(self, revision: int | None, now: float, *, roughly: bool) -> bool:
        """Whether it answers who asks now, at this revision."""
        recent = roughly and self.revision >= LARGE and now < self.begun + RECENT_S
        return recent or (self.revision == revision and now < self.begun + KEPT_S)


class Remembered:
    """Answers to questions about events, by the event's revision: whoever asks again before the next change hears it.

    Only for what is made of published things alone: facts, tickets, ticket types, lists, gates. Those who ask the same
    at one time hear one answer, begun after each of them had asked.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    async def answer(
        self,
        session: Executor,
        event: UUID,
        question: Hashable,
        reckon: Callable[[], Awaitable[Answer]],
        *,
        roughly: bool = False,
    ) -> Answer:
        """What `reckon` said at this revision, or says now; `roughly`: an answer of a moment ago will do."""
        # Before it is reckoned: what changes meanwhile makes the answer newer than it is thought to be, never older.
        return await self.answer_at(await feed.find_revision(session, event), event, question, reckon, roughly=roughly)

    async def answer_at(
        self,
        revision: int | None,
        event: UUID,
        question: Hashable,
        reckon: Callable[[], Awaitable[Answer]],
        *,
        roughly: bool = False,
    ) -> Answer:
        """As `answer`, for who has just read the event's revision."""
        asked, key = self._clock(), (event, question)
        known = self._known.get(key)
        if known is not None and known.is_good(revision, asked, roughly=roughly):
            return cast(Answer, known.answer)
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            known = self._known.get(key)
            if known is not None and (known.begun > asked or known.is_good(revision, asked, roughly=roughly)):
                return cast(Answer, known.answer)
            begun = self._clock()
            answer = await reckon()
            if revision is not None:
                self._keep(key, _Known(revision, begun, answer))
        return answer

    def _keep(self, key: Hashable, known: _Known) -> None:
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > MOST:
            self._known.popitem(last=False)


def remembered_of(connection: HTTPConnection) -> Remembered:
    """The application's own."""
    return cast(Remembered, connection.app.state.remembered)
