"""Every process hears of what was taken back: by NOTIFY at once where it can listen, else by asking each second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import args_row

from server.auth.programs import Known, Programs
from server.auth.queries import CHANNEL
from server.auth.revoked import KEPT, Revoked, Taken
from server.clock import utc_now
from server.db import CONNECT_SECONDS, WATCHED
from server.settings import Settings
from server.users.models import UserRole

EACH_S = 0.75
"""Between two looks; with the time that a look takes, less than the second that is promised."""
log = structlog.get_logger("server.auth")


@asynccontextmanager
async def watching(settings: Settings, revoked: Revoked, programs: Programs) -> AsyncIterator[None]:
    """Keep both up to date as long as the block runs; what was revoked or made before is known when it begins.

    Uses one connection of its own, so that a busy pool delays nothing. While the database is away nothing is learned,
    and nothing can be asked of the server either.
    """
    known = asyncio.Event()
    task = asyncio.create_task(_watch(settings, revoked, programs, known), name="revocations")
    with suppress(TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            await known.wait()
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(settings: Settings, revoked: Revoked, programs: Programs, known: asyncio.Event) -> None:
    url = settings.direct_url or settings.database_url
    assert url is not None, "the application is started with the address of a database"
    while True:
        try:
            async with await _connect(url) as connection:
                if settings.direct_url is not None:
                    await connection.execute(f"LISTEN {CHANNEL}")
                while True:
                    await _learn(connection, revoked)
                    await _learn_programs(connection, programs)
                    known.set()
                    await _wait(connection, listens=settings.direct_url is not None)
        except (psycopg.Error, OSError) as error:
            log.warning("revocations cannot be read", kind=type(error).__name__)
            await asyncio.sleep(EACH_S)


async def _connect(url: str) -> psycopg.AsyncConnection[object]:
    connection: psycopg.AsyncConnection[object] = await psycopg.AsyncConnection.connect(
        url,
        autocommit=True,
        # A pooler in transaction mode knows no prepared statements.
        prepare_threshold=None,
        connect_timeout=CONNECT_SECONDS,
        application_name="eventreg revocations",
        **WATCHED,
    )
    return connection


async def _learn(connection: psycopg.AsyncConnection[object], revoked: Revoked) -> None:
    async with connection.cursor(row_factory=args_row(_taken)) as cursor:
        # The whole window each time: numbers commit out of order, so "after the last one" would lose some.
        await cursor.execute(_LATELY, {"kept": KEPT})
        revoked.learn(await cursor.fetchall(), utc_now())


async def _learn_programs(connection: psycopg.AsyncConnection[object], programs: Programs) -> None:
    async with connection.cursor(row_factory=args_row(Known)) as cursor:
        await cursor.execute(_GOOD_TOKENS)
        programs.learn(await cursor.fetchall())


async def _wait(connection: psycopg.AsyncConnection[object], *, listens: bool) -> None:
    if not listens:
        await asyncio.sleep(EACH_S)
        return
    async for _ in connection.notifies(timeout=EACH_S, stop_after=1):
        return


def _taken(id_: int, session_id: UUID | None, user_id: UUID | None, role: str | None, at: datetime) -> Taken:
    return Taken(id_, session_id, user_id, UserRole(role) if role is not None else None, at)


_LATELY = """
SELECT id, session_id, user_id, role::text, at FROM revocations WHERE at > clock_timestamp() - %(kept)s
"""
_GOOD_TOKENS = """
SELECT id, token_hash, user_id, extract(epoch FROM expires_at)::float8 FROM api_tokens
WHERE revoked_at IS NULL AND expires_at > clock_timestamp()
"""
