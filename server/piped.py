"""Statements that go to the database together: one journey for all of them, where a hot path would make many."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg
from psycopg.rows import args_row
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.ext.asyncio import AsyncConnection

Row = TypeVar("Row")
NULL = "NULL"
_PSYCOPG = dialect()  # type: ignore[no-untyped-call]


class Pipe:
    """Sends statements of one transaction, each after the one before it; their rows can be read once it is closed."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    async def send(
        self, statement: TextClause, parameters: Mapping[str, object], row: Callable[..., Row]
    ) -> psycopg.AsyncCursor[Row]:
        """Send one statement; each of its rows becomes `row(*columns)`."""
        cursor = self._connection.cursor(row_factory=args_row(row))
        return await cursor.execute(_spoken(statement), parameters)

    async def execute(self, statement: TextClause, parameters: Mapping[str, object]) -> None:
        """Send one statement whose rows nobody reads."""
        await self._connection.execute(_spoken(statement), parameters)


@asynccontextmanager
async def piped(connection: AsyncConnection) -> AsyncIterator[Pipe]:
    """A pipe within the connection's transaction. What a statement raises is raised at the latest when it is closed.

    In READ COMMITTED each statement still sees what was committed before it began, also before one that it waited for.
    """
    driver = (await connection.get_raw_connection()).driver_connection
    raw = cast("psycopg.AsyncConnection[Any]", driver)
    async with raw.pipeline():
        yield Pipe(raw)


def uuid_array(ids: Iterable[UUID | None]) -> str:
    """A value for `CAST(… AS uuid[])`: a tenth of what the driver takes for a list."""
    return "{" + ",".join([NULL if each is None else each.hex for each in ids]) + "}"


def bytea_array(values: Iterable[bytes | None]) -> str:
    """A value for `CAST(… AS bytea[])`."""
    return "{" + ",".join([NULL if each is None else f'"\\\\x{each.hex()}"' for each in values]) + "}"


def text_array(values: Iterable[str | None]) -> str:
    """A value for `CAST(… AS text[])`, whatever the texts say."""
    return "{" + ",".join([NULL if each is None else _quoted(each) for each in values]) + "}"


def number_array(values: Iterable[float | None]) -> str:
    """A value for a `CAST` to an array of numbers."""
    return "{" + ",".join([NULL if each is None else str(each) for each in values]) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def _spoken(statement: TextClause) -> bytes:
    # As SQLAlchemy itself would say it to this driver.
    return str(statement.compile(dialect=_PSYCOPG)).encode()
