"""What is remembered of an event, and for how long."""

import asyncio
from typing import Any, cast
from uuid import UUID

from server.remembered import KEPT_S, MOST, Remembered
from server.sync.feed import Executor

EVENT = UUID(int=1)


class Head:
    """An event's head, as a statement reads it."""

    def __init__(self, revision: int | None) -> None:
        self.revision = revision

    async def execute(self, *_: Any) -> "Head":
        return self

    def scalar_one_or_none(self) -> int | None:
        return self.revision


def test_an_answer_holds_until_something_happens_at_its_event_or_a_minute_is_over() -> None:
    now, head, reckoned = [0.0], Head(7), list[object]()
    remembered = Remembered(lambda: now[0])

    def ask(question: object = "how many") -> int:
        async def reckon() -> int:
            reckoned.append(question)
            return len(reckoned)

        return asyncio.run(remembered.answer(cast(Executor, head), EVENT, question, reckon))

    assert [ask(), ask()] == [1, 1]
    assert ask("how long") == 2
    head.revision = 8
    assert [ask(), ask()] == [3, 3]
    now[0] = KEPT_S
    assert ask() == 4
    for number in range(MOST):
        ask(number)
    assert ask() == len(reckoned)
    head.revision = None
    assert [ask(), ask()] == [len(reckoned) - 1, len(reckoned)]
