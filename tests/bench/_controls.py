"""What registering is compared with: selling without a lock, which oversells, and one locked row at a time."""

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from uuid import UUID

import psycopg

from server.audit.author import Author
from server.clock import new_id
from server.db import open_database
from server.registrations.places import Registering
from server.registrations.registering import Registered, register
from server.tickets.codes import new_serial, new_short_code

AT_ONCE = 32
_SOLD = "SELECT count(*) FROM tickets WHERE event_id = %s"
_BUY = "INSERT INTO tickets (serial, event_id, ticket_type_id, short_code) VALUES (%s, %s, %s, %s)"


async def sell_naively(url: str, event: UUID, ticket_type: UUID, buyers: int, places: int) -> int:
    """Let so many buyers each look how much is sold and then buy, 32 at once; how many were sold.

    The first 32 have all looked before one of them buys, however busy the machine is.
    """
    waiting, lines = iter(range(buyers)), min(AT_ONCE, buyers)
    looked = asyncio.Barrier(lines)

    async def line() -> None:
        async with await psycopg.AsyncConnection.connect(url) as connection:
            for number in waiting:
                async with connection.transaction():
                    left = places - await _sold(connection, event)
                    if number < lines:
                        await looked.wait()
                    if left > 0:
                        await connection.execute(_BUY, [new_serial(), event, ticket_type, new_short_code()])

    await asyncio.gather(*(line() for _ in range(lines)))
    async with await psycopg.AsyncConnection.connect(url) as connection:
        return await _sold(connection, event)


async def _sold(connection: psycopg.AsyncConnection[tuple[int]], event: UUID) -> int:
    row = await (await connection.execute(_SOLD, [event])).fetchone()
    assert row is not None
    return row[0]


def sell_one_by_one(url: str, data_keys: tuple[bytes, ...], event: UUID, buyers: int, processes: int) -> float:
    """Registrations a second where each takes the head's lock by itself: the same work, without HTTP, 32 at once."""
    context = multiprocessing.get_context("spawn")
    shares = [range(buyers)[number::processes] for number in range(processes)]
    with context.Pool(processes) as pool:
        # Everybody has imported everything before the clock starts.
        pool.map(_nothing, shares, chunksize=1)
        began = time.perf_counter()
        pool.starmap(_sell, [(url, data_keys, event, share, AT_ONCE // processes) for share in shares], chunksize=1)
        return buyers / (time.perf_counter() - began)


def _nothing(_: Sequence[int]) -> None:
    return None


def _sell(url: str, data_keys: tuple[bytes, ...], event: UUID, share: Sequence[int], at_once: int) -> None:
    asyncio.run(_sell_share(url, data_keys, event, share, at_once))


async def _sell_share(url: str, data_keys: tuple[bytes, ...], event: UUID, share: Sequence[int], at_once: int) -> None:
    database, waiting = open_database(url, at_once), iter(share)
    author = Author("visitor", data_keys=data_keys)

    async def line() -> None:
        for buyer in waiting:
            asker = Registering(f"single{buyer}@example.org", f"Single {buyer}", id=new_id())
            async with database.begin() as connection:
                [outcome] = await register(connection, author, event, [asker])
            assert isinstance(outcome, Registered), outcome

    try:
        await asyncio.gather(*(line() for _ in range(at_once)))
    finally:
        await database.close()
