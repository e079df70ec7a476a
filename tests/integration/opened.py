"""The server's own database layer, opened for a moment by a test."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from server.db import Database, open_database

Answer = TypeVar("Answer")


def with_database(url: str, work: Callable[[Database], Awaitable[Answer]]) -> Answer:
    """What `work` gives for the database at this address."""

    async def run() -> Answer:
        database = open_database(url)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())
