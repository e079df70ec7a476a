"""How late the event loop is: whatever blocks it, every scan waits for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

EVERY_S = 0.1


@asynccontextmanager
async def measuring(observe: Callable[[float], object]) -> AsyncIterator[None]:
    """While the block runs, tell `observe` ten times a second how many milliseconds too late the loop came."""
    task = asyncio.create_task(_measure(observe), name="loop lag")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _measure(observe: Callable[[float], object]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_S
        await asyncio.sleep(EVERY_S)
        observe(max(0.0, loop.time() - due) * 1000)
