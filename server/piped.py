"""Statements that go to the database together: one journey for all of them, where a hot path would make many.

The driver has a pipeline of its own, which waits and looks at its buffers for each statement; here a journey waits
once. It is made of the same driver's parts: its view of libpq, its reading and writing of values, its errors.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from itertools import count
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import psycopg
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.ext.asyncio import AsyncConnection

Row = TypeVar("Row")
NULL = "NULL"
_PSYCOPG = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_INDENTATION = re.compile(r"\n +")
_KEPT = "kept between journeys"
_NUMBERS = count()
_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED)


class Rows(Generic[Row]):
    """What a statement found; to be read once its pipe is closed."""

    def __init__(self, row: Callable[..., Row]) -> None:
        self._row = row
        self._found: list[Row] = []

    def all(self) -> list[Row]:
        """Every row, in the statement's order."""
        return self._found

    def first(self) -> Row | None:
        """The first row, if there is one."""
        return self._found[0] if self._found else None

    def read(self, values: abc.Transformer, result: PGresult) -> None:
        """Take in a statement's result."""
        if result.ntuples:
            values.set_pgresult(result)
            self._found = values.load_rows(0, result.ntuples, lambda columns: self._row(*columns))


class Pipe:
    """Gathers statements of one transaction; when it is closed they go, each after the one before it."""

    def __init__(self) -> None:
        self.statements: list[tuple[TextClause, Mapping[str, object], Rows[Any] | None]] = []
        self.ends = False

    def send(self, statement: TextClause, parameters: Mapping[str, object], row: Callable[..., Row]) -> Rows[Row]:
        """Send one statement; each of its rows becomes `row(*columns)`."""
        rows = Rows(row)
        self.statements.append((statement, parameters, rows))
        return rows

    async def execute(self, statement: TextClause, parameters: Mapping[str, object]) -> None:
        """Send one statement whose rows nobody reads; awaited like those of a session."""
        self.statements.append((statement, parameters, None))

    def commit(self) -> None:
        """End the transaction after the last statement, in the same journey; not if any of them fails."""
        self.ends = True


@asynccontextmanager
async def piped(connection: AsyncConnection) -> AsyncIterator[Pipe]:
    """A pipe within the connection's transaction. What a statement raises is raised when it is closed.

    In READ COMMITTED each statement still sees what was committed before it began, also before one that it waited for.
    """
    pipe = Pipe()
    yield pipe
    if pipe.statements:
        driver = driver_of(connection)
        try:
            await _Journey(driver.pgconn, _Kept.of(connection, driver)).travel(pipe)
        except BaseException:
            if driver.closed:
                # So that its rollback does not hide what happened.
                await connection.invalidate()
            raise


def driver_of(connection: AsyncConnection) -> "psycopg.AsyncConnection[Any]":
    """The driver's own connection."""
    if connection.sync_connection is None:
        raise RuntimeError("the connection was not opened yet")
    return cast("psycopg.AsyncConnection[Any]", connection.sync_connection.connection.driver_connection)


class _Kept:
    """What a connection keeps from one journey to the next: how values are written and read, and what is prepared.

    `prepared` names statements by their text and types. A driver that prepares statements itself drops all there are
    at each rollback, those of others too; beside one nothing is.
    """

    def __init__(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        self.values = Transformer(connection)
        self.prepared: dict[object, bytes] | None = {} if connection.prepare_threshold is None else None

    @classmethod
    def of(cls, connection: AsyncConnection, driver: "psycopg.AsyncConnection[Any]") -> "_Kept":
        """This connection's own."""
        info = connection.info
        kept: _Kept | None = info.get(_KEPT)
        if kept is None:
            kept = info[_KEPT] = cls(driver)
        return kept


class _Journey:
    """There and back on a connection that has kept something."""

    def __init__(self, pgconn: PGconn, kept: _Kept) -> None:
        self._pgconn, self._values, self._prepared = pgconn, kept.values, kept.prepared
        self._new: dict[object, bytes] = {}
        # Who reads each of the results.
        self._readers: list[Rows[Any] | None] = []

    async def travel(self, pipe: Pipe) -> None:
        """Send it all, wait, and read it all."""
        self._pgconn.enter_pipeline_mode()
        try:
            if self._pgconn.transaction_status == TransactionStatus.IDLE:
                self._command(b"BEGIN")
            for one in pipe.statements:
                self._send(*one)
            if pipe.ends:
                self._command(b"COMMIT")
            self._pgconn.pipeline_sync()
            results = await _results(self._pgconn)
            self._pgconn.exit_pipeline_mode()
        except BaseException:
            # Nobody knows what of it is under way still: the pool opens another.
            self._pgconn.finish()
            raise
        for result in results:
            if result.status in _FAILED:
                raise error_from_result(result)
        if self._prepared is not None:
            self._prepared |= self._new
        for reader, result in zip(self._readers, results, strict=True):
            if reader is not None:
                reader.read(self._values, result)
        self._values.set_pgresult(None)

    def _command(self, words: bytes) -> None:
        self._pgconn.send_query_params(words, None)
        self._readers.append(None)

    def _send(self, statement: TextClause, parameters: Mapping[str, object], rows: Rows[Any] | None) -> None:
        spoken, names = _spoken(statement)
        values = self._values.dump_sequence([parameters[name] for name in names], [PyFormat.AUTO] * len(names))
        types, formats = self._values.types or (), self._values.formats
        if self._prepared is None:
            self._pgconn.send_query_params(spoken, values, types, formats)
        else:
            self._pgconn.send_query_prepared(self._name(self._prepared, spoken, types), values, formats)
        self._readers.append(rows)

    def _name(self, prepared: dict[object, bytes], spoken: bytes, types: tuple[int, ...]) -> bytes:
        """The statement's name on this connection; it is prepared first where it is new."""
        name = prepared.get((spoken, types)) or self._new.get((spoken, types))
        if name is None:
            # No name is used twice: after an error nobody knows which of them the database knows.
            name = self._new[spoken, types] = b"journey_%d" % next(_NUMBERS)
            self._pgconn.send_prepare(name, spoken, types)
            self._readers.append(None)
        return name


async def _results(pgconn: PGconn) -> list[PGresult]:
    """Every command's result up to the synchronisation, in their order."""
    results: list[PGresult] = []
    unsent = pgconn.flush()
    while True:
        while unsent or pgconn.is_busy():
            await _ready(pgconn.socket, to_write=bool(unsent))
            pgconn.consume_input()
            unsent = pgconn.flush() if unsent else 0
        result = pgconn.get_result()
        if result is None:
            if pgconn.status == ConnStatus.BAD:
                raise psycopg.OperationalError("the connection to the database was lost")
        elif result.status == ExecStatus.PIPELINE_SYNC:
            return results
        else:
            results.append(result)


async def _ready(socket: int, *, to_write: bool) -> None:
    """Wait until the database has said something, or can be told more."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(socket, _wake, ready)
    if to_write:
        loop.add_writer(socket, _wake, ready)
    try:
        await ready
    finally:
        loop.remove_reader(socket)
        if to_write:
            loop.remove_writer(socket)


def _wake(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)


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
def _spoken(statement: TextClause) -> tuple[bytes, Sequence[str]]:
    """A statement as libpq takes it, and the names of its parameters, $1 first."""
    compiled = statement.compile(dialect=_PSYCOPG)
    return _INDENTATION.sub("\n", str(compiled)).encode(), tuple(compiled.positiontup or ())
