import asyncio

import pytest

from server.errors import ApiProblem
from server.sync.slots import Slots, Turn


async def turns() -> None:
    """Let everybody who can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


class Queue:
    """Requests that hold a slot until told to end."""

    def __init__(self, at_once: int, waiting: int = 9) -> None:
        self.slots = Slots(at_once, waiting)
        self.begun: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, turn: Turn) -> None:
        self.ends[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._hold(name, turn))
        await turns()

    async def end(self, name: str) -> None:
        self.ends[name].set()
        await turns()

    async def _hold(self, name: str, turn: Turn) -> None:
        async with self.slots.taken(turn):
            self.begun.append(name)
            await self.ends[name].wait()


def test_what_doors_bring_goes_before_what_they_ask_for_and_else_the_first_comes_first() -> None:
    async def run() -> list[str]:
        queue = Queue(2)
        for name, turn in [("a", Turn.PULL), ("b", Turn.PULL), ("c", Turn.PULL), ("d", Turn.PUSH), ("e", Turn.PUSH)]:
            await queue.come(name, turn)
        assert queue.begun == ["a", "b"]
        for name in "abdec":
            await queue.end(name)
        assert all(task.done() for task in queue.tasks.values())
        return queue.begun

    assert asyncio.run(run()) == ["a", "b", "d", "e", "c"]


def test_one_who_leaves_the_queue_leaves_no_slot_behind() -> None:
    async def run() -> list[str]:
        queue = Queue(1)
        for name in "abc":
            await queue.come(name, Turn.PULL)
        queue.tasks["b"].cancel()
        await queue.end("a")
        assert queue.begun == ["a", "c"]
        # Given the slot and cancelled in the same moment.
        await queue.come("d", Turn.PULL)
        queue.ends["c"].set()
        await asyncio.sleep(0)
        queue.tasks["d"].cancel()
        await turns()
        await queue.come("e", Turn.PULL)
        await queue.end("e")
        return queue.begun

    assert asyncio.run(run())[-1] == "e"


def test_a_queue_that_is_full_says_when_to_come_back() -> None:
    async def run() -> ApiProblem:
        queue = Queue(1, waiting=1)
        for name in "ab":
            await queue.come(name, Turn.PUSH)
        with pytest.raises(ApiProblem) as refused:
            async with queue.slots.taken(Turn.PUSH):
                pytest.fail("a third one got in")
        await queue.end("a")
        await queue.end("b")
        return refused.value

    problem = asyncio.run(run())
    assert (problem.status, problem.code, problem.headers) == (429, "too_many_requests", {"Retry-After": "2"})


def test_however_many_doors_ask_one_that_brings_something_is_never_sent_away() -> None:
    async def run() -> list[str]:
        queue = Queue(1, waiting=1)
        for name, turn in [("a", Turn.PULL), ("b", Turn.PULL), ("c", Turn.SNAPSHOT)]:
            await queue.come(name, turn)
        with pytest.raises(ApiProblem):
            async with queue.slots.taken(Turn.PULL):
                pytest.fail("there was no place for it to wait")
        await queue.come("d", Turn.PUSH)
        for name in "adbc":
            await queue.end(name)
        return queue.begun

    assert asyncio.run(run()) == ["a", "d", "b", "c"]
