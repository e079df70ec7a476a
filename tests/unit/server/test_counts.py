"""Counts in this process: they end by themselves, and what is over takes no room."""

import asyncio

from server.counts import SWEPT_EACH_S, Counts


def test_a_count_begins_anew_when_its_time_is_over_and_is_forgotten_if_nobody_asks() -> None:
    now = 1000.0

    async def run() -> None:
        nonlocal now
        counts = Counts(lambda: now)
        assert [await counts.incr("ana", 60) for _ in range(3)] == [1, 2, 3]
        assert (await counts.get("ana"), await counts.get_expiry("ana")) == (3, 1060)
        for visitor in range(1000):
            await counts.incr(str(visitor), SWEPT_EACH_S)
        now += SWEPT_EACH_S
        assert (await counts.get("7"), await counts.get("ana")) == (0, 3)
        await counts.incr("ben", 60)
        assert counts.storage.keys() == counts.expirations.keys() == {"ana", "ben"}
        now = 1060
        assert (await counts.get("ana"), await counts.incr("ana", 60)) == (0, 1)
        await counts.clear("ana")
        assert await counts.get("ana") == 0

    asyncio.run(run())
