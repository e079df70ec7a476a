"""Many requests for one thing become few transactions: what waits for an event goes to the database together.

Requests wait in a queue per key (an event) inside the process. Whenever one of a few lanes is free, the whole queue of
one key goes as one batch, keys in turn and at most one batch of a key at a time. No clock lets anything wait for
company: a server at rest runs batches of one, and a busy one makes them as large as the database is slow.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

from server.errors import ApiProblem

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Answer = TypeVar("Answer")

LANES = 4
"""Batches at once in a process: one that waits for a lock must not hold up other events; many lose throughput."""
MOST = 256
"""Items in a batch."""
LONGEST_QUEUE = 2048
"""Items that may wait for one key; more would only wait past their deadlines."""
COME_BACK_S = 1
TURNS = 6
"""Of the loop before the next batch of a key where one was shared: answers leave, and what has come by then goes along.

Without them as many who ask without a pause would go in two batches by turns, each half as large.
"""


@dataclass(frozen=True, slots=True)
class Busy:
    """Not even queued: too many wait already, or the server is stopping."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """Its turn came after its deadline; nothing was done."""


def busy() -> ApiProblem:
    """What a route answers instead of `Busy` and `TooLate`: 503 `busy`, with a time to come back."""
    sentence = "The server has too much to do at the moment. Send the same again in a second; nothing was done."
    return ApiProblem(503, "busy", sentence, headers={"Retry-After": str(COME_BACK_S)})


async def _let_in() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Item, Answer]):
    item: Item
    deadline: float
    answer: "asyncio.Future[Answer | TooLate]"


class Gathering(Generic[Key, Item, Answer]):
    """Queues of one process, emptied by `run`, which answers a whole batch of one key in its order.

    `run` is one transaction and must be repeatable: items carry the ids of what they make, so that a batch which was
    committed without our hearing of it finds itself done. When it raises, the batch is halved until the one guilty
    item has its error and every other its answer. Errors of the types `outages` are nobody's fault: such a batch is
    run once more as it is, and a second time they are everyone's.
    """

    def __init__(
        self,
        run: Callable[[Key, Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        lanes: int = LANES,
        most: int = MOST,
        longest_queue: int = LONGEST_QUEUE,
        outages: tuple[type[Exception], ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._most_lanes, self._most, self._longest_queue = lanes, most, longest_queue
        self._outages = outages
        self._clock = clock
        self._queues: dict[Key, deque[_Waiting[Item, Answer]]] = {}
        # Keys that wait and have no batch under way, in the order in which they are served.
        self._turns: deque[Key] = deque()
        self._in_flight: set[Key] = set()
        self._lanes = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def ask(self, key: Key, item: Item, deadline: float) -> Answer | Busy | TooLate:
        """The item's own answer; raises what `run` raised because of it.

        `deadline` is a time of the gathering's clock (seconds): an item whose turn comes later is not run. Whoever
        leaves while waiting is not run either; an item that is under way is finished without its asker.
        """
        queue = self._queues.get(key)
        if self._closed or (queue is not None and len(queue) >= self._longest_queue):
            return Busy()
        if queue is None:
            queue = self._queues[key] = deque()
            if key not in self._in_flight:
                self._turns.append(key)
        answer: asyncio.Future[Answer | TooLate] = asyncio.get_running_loop().create_future()
        queue.append(_Waiting(item, deadline, answer))
        self._open_lane()
        return await answer

    async def close(self) -> None:
        """Take no more, finish what waits; returns when every asker has an answer."""
        self._closed = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _open_lane(self) -> None:
        if self._turns and self._lanes < self._most_lanes:
            self._lanes += 1
            # A batch belongs to nobody's request: what it logs carries no request's id.
            task = asyncio.get_running_loop().create_task(self._work(), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        # Nothing is awaited between the last look at the turns and the lane's end, so no turn is missed.
        try:
            while self._turns:
                key = self._turns.popleft()
                self._in_flight.add(key)
                try:
                    batch = self._take(key)
                    await self._serve(key, batch)
                    if len(batch) > 1:
                        await _let_in()
                finally:
                    self._in_flight.discard(key)
                    if key in self._queues:
                        self._turns.append(key)
        finally:
            self._lanes -= 1

    def _take(self, key: Key) -> list[_Waiting[Item, Answer]]:
        """Those of the key's queue who go now; of the others the late hear it, and the gone are forgotten."""
        queue, now = self._queues[key], self._clock()
        batch: list[_Waiting[Item, Answer]] = []
        while queue and len(batch) < self._most:
            first = queue.popleft()
            if first.answer.done():
                continue
            if first.deadline < now:
                first.answer.set_result(TooLate())
            else:
                batch.append(first)
        if not queue:
            del self._queues[key]
        return batch

    async def _serve(self, key: Key, batch: Sequence[_Waiting[Item, Answer]], *, again: bool = False) -> None:
        error = await self._answer(key, batch) if batch else None
        if error is None:
            return
        outage = isinstance(error, self._outages)
        if outage and not again:
            await self._serve(key, batch, again=True)
        elif outage or len(batch) == 1:
            for one in batch:
                if not one.answer.done():
                    one.answer.set_exception(error)
        else:
            middle = len(batch) // 2
            await self._serve(key, batch[:middle])
            await self._serve(key, batch[middle:])

    async def _answer(self, key: Key, batch: Sequence[_Waiting[Item, Answer]]) -> Exception | None:
        """Run a batch and tell everybody; what went wrong, if nobody was told anything."""
        try:
            answers = await self._run(key, [one.item for one in batch])
            told = list(zip(batch, answers, strict=True))
        except asyncio.CancelledError:
            for one in batch:
                one.answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to those who asked
            return error
        for one, answer in told:
            if not one.answer.done():
                one.answer.set_result(answer)
        return None
