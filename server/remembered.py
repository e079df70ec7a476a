"""What was reckoned of an event, remembered as long as nothing has changed there that a device could see."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Final, TypeVar, cast
from uuid import UUID

from starlette.requests import HTTPConnection

from server.sync import feed
from server.sync.feed import Executor

Answer = TypeVar("Answer")

MOST: Final = 256
"""Answers that a process remembers."""
KEPT_S: Final = 60.0
"""However little happens: a database that was restored may come to a revision again, with something else behind it."""


@dataclass(frozen=True, slots=True)
class _Known:
    revision: int
    until: float
    answer: object


class Remembered:
    """Answers to questions about events, by the event's revision: whoever asks again before the next change hears it.

    Only for what is made of published things alone: facts, tickets, ticket types, lists, gates.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()

    async def answer(
        self, session: Executor, event: UUID, question: Hashable, reckon: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """What `reckon` said at this revision, or says now."""
        # Before it is reckoned: what changes meanwhile makes the answer newer than it is thought to be, never older.
        revision = await feed.find_revision(session, event)
        known = self._known.get((event, question))
        if known is not None and known.revision == revision and self._clock() < known.until:
            return cast(Answer, known.answer)
        answer = await reckon()
        if revision is not None:
            self._known[event, question] = _Known(revision, self._clock() + KEPT_S, answer)
            self._known.move_to_end((event, question))
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return answer


def remembered_of(connection: HTTPConnection) -> Remembered:
    """The application's own."""
    return cast(Remembered, connection.app.state.remembered)
