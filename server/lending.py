"""Connections lent to one batch after another, without what a pool does each time: that took longer than the batch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg.pq import TransactionStatus
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.liveness import was_left
from server.piped import driver_of


class Lending:
    """Connections of an engine's pool that stay out of it between batches, for as long as all goes well.

    Nobody waits for one: there are no more batches at once than the pool has connections.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._idle: list[AsyncConnection] = []

    @property
    def idle(self) -> int:
        """Connections that nobody has at the moment."""
        return len(self._idle)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A connection, and a transaction on it from the first statement on; committed at the end, unless it was."""
        connection = await self._ready() or await self._engine.connect()
        try:
            yield connection
            await _commit(connection)
        except BaseException:
            # The pool takes back what was not committed. Whoever is told to stop does not stop half way.
            await asyncio.shield(connection.close())
            raise
        self._idle.append(connection)

    async def close(self) -> None:
        """Give every connection back."""
        while self._idle:
            await self._idle.pop().close()

    async def _ready(self) -> AsyncConnection | None:
        """An idle one that the database has not left meanwhile, as it does with all when it starts again."""
        while self._idle:
            connection = self._idle.pop()
            if not was_left(driver_of(connection)):
                return connection
            await connection.invalidate()
            await connection.close()
        return None


async def _commit(connection: AsyncConnection) -> None:
    if connection.in_transaction():
        await connection.commit()
    driver = driver_of(connection)
    if driver.pgconn.transaction_status != TransactionStatus.IDLE:
        await driver.commit()
