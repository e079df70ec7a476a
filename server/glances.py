"""Reading in one journey: statements that only look go together, on a connection that is lent for no longer.

What a session does for a statement beside sending it takes four times as long as the journey itself.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from sqlalchemy import BindParameter, Select, TextClause, literal_column, text
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.visitors import replacement_traverse

from server.lending import Lending
from server.piped import Pipe, piped

AVOIDED = ("seqscan", "hashjoin", "mergejoin", "sort")
"""Ways that a plan which is kept must not go: it is made for lists of any length, and begins where its index does."""
KEEPING = " ".join(["-c plan_cache_mode=force_generic_plan", *(f"-c enable_{way}=off" for way in AVOIDED)])
"""Options of connections to look by."""


class Glances:
    """So many connections at once; whoever finds none free waits for one, as at a pool."""

    def __init__(self, engine: AsyncEngine, at_once: int, within_s: float) -> None:
        self._lending, self._places, self._within_s = Lending(engine), asyncio.Semaphore(at_once), within_s
        self.waiting = 0

    @property
    def idle(self) -> int:
        """Connections that nobody has at the moment."""
        return self._lending.idle

    @asynccontextmanager
    async def glance(self, *, planned: bool = False) -> AsyncIterator[Pipe]:
        """What is sent in this block goes when it ends, and its rows are there after it.

        Each statement sees what is committed by then. Raises PoolExhausted where no connection came free in time.
        """
        await self._take_place()
        try:
            async with self._lending.transaction() as connection, piped(connection) as pipe:
                if planned:
                    await pipe.execute(_PLAN_ANEW, {})
                yield pipe
                pipe.commit()
        finally:
            self._places.release()

    async def close(self) -> None:
        """Give every connection back."""
        await self._lending.close()

    async def _take_place(self) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(self._within_s):
                await self._places.acquire()
        except TimeoutError as error:
            raise PoolExhausted("no connection to look by came free") from error
        finally:
            self.waiting -= 1


def sent(statement: Select[*tuple[Any, ...]]) -> TextClause:
    """A built statement as a pipe takes it, like one that was written: its own values stand in it.

    To be made once for all requests, since a pipe remembers how each statement is spoken.
    """
    return cast(TextClause, replacement_traverse(statement, {}, _written))


def _written(element: object, **_: object) -> Any:
    if not isinstance(element, BindParameter) or element.required:
        return None
    write = element.type.dialect_impl(_POSTGRESQL).literal_processor(_POSTGRESQL)
    if write is None:
        raise TypeError(f"{element.value!r} cannot be written into a statement")
    return literal_column(write(element.value), element.type)


_PLAN_ANEW = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), "
    + ", ".join(f"set_config('enable_{way}', 'on', true)" for way in AVOIDED)
)
_POSTGRESQL = dialect()  # type: ignore[no-untyped-call]
