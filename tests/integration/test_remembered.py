"""What is counted of an event is counted as seldom as it may be."""

import asyncio
from uuid import UUID

import httpx

from server.db import Database
from server.remembered import LARGE, RECENT_S, Remembered
from tests.integration.arrange import make_event
from tests.integration.conftest import Rows
from tests.integration.opened import with_database


class Clock:
    """Moves a little with each look, and further when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


def test_what_many_ask_at_once_is_counted_once_and_a_large_report_may_be_of_a_moment_ago(
    database_url: str, organizer: httpx.Client, sql: Rows
) -> None:
    event = UUID(make_event(organizer)["id"])
    clock = Clock()
    counted: list[int] = []

    async def told(database: Database) -> None:
        remembered, begun, over = Remembered(clock), asyncio.Event(), asyncio.Event()

        async def reckon() -> int:
            counted.append(len(counted))
            begun.set()
            await over.wait()
            return counted[-1]

        async def ask(*, roughly: bool = False) -> int:
            async with database.reading() as session:
                return await remembered.answer(session, event, "how many", reckon, roughly=roughly)

        first = asyncio.create_task(ask())
        await begun.wait()
        sql.execute("UPDATE event_heads SET revision = %s WHERE event_id = %s", [LARGE, event])
        others = [asyncio.create_task(ask()) for _ in range(4)]
        over.set()
        assert [await first, *[await one for one in others]] == [0, 1, 1, 1, 1]
        sql.execute("UPDATE event_heads SET revision = revision + 1 WHERE event_id = %s", [event])
        assert await ask(roughly=True) == 1
        assert await ask() == 2
        sql.execute("UPDATE event_heads SET revision = revision + 1 WHERE event_id = %s", [event])
        clock.now += RECENT_S
        assert await ask(roughly=True) == 3
        sql.execute("UPDATE event_heads SET revision = 7 WHERE event_id = %s", [event])
        clock.now += RECENT_S
        assert await ask(roughly=True) == 4
        sql.execute("UPDATE event_heads SET revision = 8 WHERE event_id = %s", [event])
        assert await ask(roughly=True) == 5

    with_database(database_url, told)
