import asyncio
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.coalesce import Busy, Gathering, TooLate, busy

LATER = math.inf


class Outage(Exception):
    """The database is away."""


class Desk:
    """What runs batches here: by hand, one after another, or all at once when `open`."""

    def __init__(self, *, open_: bool = False, guilty: frozenset[int] = frozenset(), outages: int = 0) -> None:
        self.batches: list[tuple[str, list[int]]] = []
        self.guilty = guilty
        self.outages = outages
        self.now = 0.0
        self._open = asyncio.Event()
        if open_:
            self._open.set()

    async def run(self, key: str, items: Sequence[int]) -> list[str]:
        self.batches.append((key, list(items)))
        await self._open.wait()
        if self.outages:
            self.outages -= 1
            raise Outage
        if self.guilty & set(items):
            raise ValueError("one of these")
        return [f"{key}{item}" for item in items]

    def open(self) -> None:
        self._open.set()

    def clock(self) -> float:
        return self.now


async def turns() -> None:
    """Let everybody who can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


Asked = asyncio.Task[str | Busy | TooLate]


def asking(gathering: Gathering[str, int, str], key: str, *items: int, deadline: float = LATER) -> list[Asked]:
    return [asyncio.create_task(gathering.ask(key, item, deadline)) for item in items]


def test_at_rest_each_goes_alone_and_what_waits_meanwhile_goes_together_in_its_order() -> None:
    async def run() -> None:
        desk = Desk()
        gathering = Gathering(desk.run)
        asked = asking(gathering, "a", 1)
        await turns()
        asked += asking(gathering, "a", 2, 3, 4)
        await turns()
        assert desk.batches == [("a", [1])]
        desk.open()
        assert await asyncio.gather(*asked) == ["a1", "a2", "a3", "a4"]
        assert desk.batches == [("a", [1]), ("a", [2, 3, 4])]

    asyncio.run(run())


def test_who_comes_back_as_soon_as_they_are_answered_goes_with_those_who_waited_meanwhile() -> None:
    async def run() -> None:
        sizes: list[int] = []
        begun = asyncio.Event()

        async def slowly(key: str, items: Sequence[int]) -> list[str]:
            sizes.append(len(items))
            begun.set()
            await turns()
            return [f"{key}{item}" for item in items]

        gathering = Gathering(slowly)

        async def ask_again_and_again() -> None:
            for item in range(5):
                await gathering.ask("a", item, LATER)

        async with asyncio.TaskGroup() as everybody:
            for _ in range(8):
                everybody.create_task(ask_again_and_again())
                # Once the first batch is under way the others wait.
                await begun.wait()
        assert sizes == [1, 7, 8, 8, 8, 8]

    asyncio.run(run())


def test_events_are_served_in_turn_and_one_that_is_held_up_holds_up_no_other() -> None:
    async def run() -> None:
        desk = Desk()
        gathering = Gathering(desk.run, lanes=1, most=2)
        asked = asking(gathering, "a", 1, 2, 3, 4) + asking(gathering, "b", 1) + asking(gathering, "c", 1)
        desk.open()
        await asyncio.gather(*asked)
        assert [key for key, _ in desk.batches] == ["a", "b", "c", "a"]
        held = Desk()
        gathering = Gathering(held.run, lanes=2)
        waiting = asking(gathering, "a", 1)
        await turns()
        waiting += asking(gathering, "a", 2) + asking(gathering, "b", 1)
        await turns()
        assert held.batches == [("a", [1]), ("b", [1])], "a second batch of one event, or none of another"
        held.open()
        await asyncio.gather(*waiting)

    asyncio.run(run())


def test_a_full_queue_takes_nobody_and_a_deadline_that_passed_is_told_and_not_run() -> None:
    async def run() -> None:
        desk = Desk()
        gathering = Gathering(desk.run, longest_queue=2, clock=desk.clock)
        first = asking(gathering, "a", 1)
        await turns()
        queued = asking(gathering, "a", 2, deadline=1.0) + asking(gathering, "a", 3, deadline=3.0)
        await turns()
        assert await gathering.ask("a", 4, LATER) == Busy()
        desk.now = 2.0
        desk.open()
        assert await asyncio.gather(*first, *queued) == ["a1", TooLate(), "a3"]
        assert desk.batches == [("a", [1]), ("a", [3])]
        assert (busy().status, busy().code, busy().headers) == (503, "busy", {"Retry-After": "1"})

    asyncio.run(run())


def test_who_leaves_is_not_run_and_who_leaves_too_late_harms_nobody() -> None:
    async def run() -> None:
        desk = Desk()
        gathering = Gathering(desk.run)
        under_way = asking(gathering, "a", 1, 2)
        await turns()
        queued = asking(gathering, "a", 3, 4)
        await turns()
        under_way[0].cancel()
        queued[0].cancel()
        desk.open()
        assert [await under_way[1], await queued[1]] == ["a2", "a4"]
        assert desk.batches == [("a", [1, 2]), ("a", [4])]
        assert await gathering.ask("a", 5, LATER) == "a5"

    asyncio.run(run())


def test_an_outage_is_tried_once_more_as_it_was_since_the_commit_may_have_happened() -> None:
    async def run() -> None:
        desk = Desk(open_=True, outages=1)
        gathering = Gathering(desk.run, outages=(Outage,))
        assert await asyncio.gather(*asking(gathering, "a", 1, 2)) == ["a1", "a2"]
        assert desk.batches == [("a", [1, 2]), ("a", [1, 2])]
        desk.outages = 2
        answers = await asyncio.gather(*asking(gathering, "a", 3, 4), return_exceptions=True)
        assert [type(answer) for answer in answers] == [Outage, Outage]
        assert desk.batches[2:] == [("a", [3, 4]), ("a", [3, 4])]

    asyncio.run(run())


def test_closing_takes_no_more_and_finishes_what_waits() -> None:
    async def run() -> None:
        desk = Desk()
        gathering = Gathering(desk.run)
        asked = asking(gathering, "a", 1)
        await turns()
        asked += asking(gathering, "a", 2) + asking(gathering, "b", 3)
        await turns()
        closing = asyncio.create_task(gathering.close())
        await turns()
        assert await gathering.ask("a", 9, LATER) == Busy()
        assert not closing.done()
        desk.open()
        await closing
        assert [task.done() and task.result() for task in asked] == ["a1", "a2", "b3"]
        assert [item for _, items in desk.batches for item in items].count(9) == 0

    asyncio.run(run())


def test_a_server_that_is_killed_leaves_nobody_waiting() -> None:
    async def run() -> None:
        desk = Desk()
        gathering = Gathering(desk.run)
        [asked] = asking(gathering, "a", 1)
        await turns()
        for task in asyncio.all_tasks() - {asyncio.current_task(), asked}:
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    asyncio.run(run())


@given(
    items=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40)), max_size=60, unique=True),
    guilty=st.frozensets(st.integers(0, 40), max_size=8),
    lanes=st.integers(1, 3),
    most=st.integers(1, 16),
    outages=st.integers(0, 1),
)
def test_everybody_gets_exactly_their_own_answer_whatever_fails(
    items: list[tuple[str, int]], guilty: frozenset[int], lanes: int, most: int, outages: int
) -> None:
    async def run() -> None:
        desk = Desk(open_=True, guilty=guilty, outages=outages)
        gathering = Gathering(desk.run, lanes=lanes, most=most, outages=(Outage,))
        asked = [gathering.ask(key, item, LATER) for key, item in items]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for (key, item), answer in zip(items, answers, strict=True):
            assert isinstance(answer, ValueError) if item in guilty else answer == f"{key}{item}"
        assert all(len(batch) <= most for _, batch in desk.batches)

    asyncio.run(run())
