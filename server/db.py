"""The database as the server sees it: tables, engine, sessions."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, cast

import msgspec
import psycopg
from fastapi import Depends
from sqlalchemy import AsyncAdaptedQueuePool, DateTime, LargeBinary, MetaData, Text, event, func
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from starlette.requests import HTTPConnection

from server.at_once import at_once
from server.glances import KEEPING, Glances
from server.lending import Lending
from server.liveness import was_left
from server.piped import Pipe

POOL_SIZE = 8
"""Connections that a node may hold for requests; with the others 20, and more backends lose throughput."""
GLANCES_AT_ONCE = 4
"""Connections for what is read in one journey, which has one for as long as that."""
BATCHES_AT_ONCE = 8
"""Connections for batches of scans and of registrations; see server/coalesce.py, which runs four of each at once."""
IDLE_SECONDS = 30
CONNECT_SECONDS = 5
WATCHED: Mapping[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}
"""Of every connection: a database whose machine fell silent is noticed in ten seconds, and not when TCP gives up."""

OUTAGES: tuple[type[Exception], ...] = (
    PoolExhausted,
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
"""How it looks when the database is away, restarts or is too busy: nobody's mistake."""

NAMES = {
    "pk": "pk_%(table_name)s",
    "ix": "idx_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
"""Every constraint has a predictable name, so that a migration can drop it again."""


class Model(DeclarativeBase):
    """What every table is declared with."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        datetime: DateTime(timezone=True),
        str: Text,
        bytes: LargeBinary,
    }


class Created:
    """Mixin: when the row was made, by the database's clock."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=90)


class Dated(Created):
    """Mixin: when the row was made and last changed, by the database's clock."""

    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now(), sort_order=91)


def driver_url(url: str) -> str:
    """The SQLAlchemy form of a `postgres://` or `postgresql://` address: psycopg 3."""
    scheme, colon, rest = url.partition("://")
    if not colon or scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("a database address begins with postgresql://")
    return f"postgresql+psycopg://{rest}"


@dataclass(frozen=True, slots=True)
class Pooled:
    """Connections that a node may hold, those in use now, and how many requests wait for one."""

    size: int
    in_use: int
    waiting: int


class CountedPool(AsyncAdaptedQueuePool):
    """A pool that knows how many wait: for a free connection, or for a new one to be opened."""

    waiting = 0

    def _do_get(self) -> ConnectionPoolEntry:
        self.waiting += 1
        try:
            return super()._do_get()
        finally:
            self.waiting -= 1


@dataclass(frozen=True, slots=True)
class Database:
    """Pools of connections to the primary, and what is opened on them.

    `sessions.begin()` is a transaction for rich objects; `begin()` one for Core
    statements of the hot routes, which pay for no object; `batch()` one for a batch of them, on connections that no
    other request may keep busy. `reading()` is for who only looks: each statement
    stands for itself, which spares the two journeys of a transaction. `glance()` is for whoever knows beforehand all
    that there is to ask: it goes in one journey.
    """

    engine: AsyncEngine
    batches: AsyncEngine
    lending: Lending
    looks: AsyncEngine
    glances: Glances
    sessions: async_sessionmaker[AsyncSession]
    reading: async_sessionmaker[AsyncSession]

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction on a bare connection: `async with database.begin() as connection`."""
        return self.engine.begin()

    def batch(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction for statements that find each row by its key, however many are asked for at once.

        They are planned once for a connection, for any number of keys and so that no table is read through; to plan
        them anew took the database longer than to run them.
        """
        return self.lending.transaction()

    def glance(self, *, planned: bool = False) -> AbstractAsyncContextManager[Pipe]:
        """Statements that change nothing, sent together when the block ends: `async with database.glance() as pipe`.

        Their plan is kept, one for all values, that goes along an index; `planned`: made for these values, where the
        best way depends on them. Rows are as the driver reads them: no object, no enumeration.
        """
        return self.glances.glance(planned=planned)

    def pooled(self) -> Pooled:
        """How busy the pool is at this moment."""
        pools = [cast(CountedPool, engine.pool) for engine in (self.engine, self.batches, self.looks)]
        return Pooled(
            sum(pool.size() for pool in pools),
            sum(pool.checkedout() for pool in pools) - self.lending.idle - self.glances.idle,
            sum(pool.waiting for pool in pools) + self.glances.waiting,
        )

    async def close(self) -> None:
        """Give every connection back; nothing may be opened afterwards."""
        await self.engine.dispose()
        for lent, pool in ((self.lending, self.batches), (self.glances, self.looks)):
            await lent.close()
            await pool.dispose()


def open_database(url: str, pool_size: int = POOL_SIZE) -> Database:
    """The pools of a node or of its worker; they connect at first use, not here."""
    # After five executions a prepared unnest() statement would get a generic
    # plan that is quadratic in the batch.
    engine = _engine(url, pool_size, "-c plan_cache_mode=force_custom_plan")
    by_key = " ".join(f"-c enable_{way}=off" for way in ("seqscan", "hashjoin", "mergejoin"))
    # Journeys prepare their own statements; a driver that prepared some too would drop them all at each rollback.
    batches = _engine(url, BATCHES_AT_ONCE, f"-c plan_cache_mode=force_generic_plan {by_key}", prepare_threshold=None)
    looks = _engine(url, GLANCES_AT_ONCE, KEEPING, prepare_threshold=None)
    at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
    return Database(
        engine,
        batches,
        Lending(batches),
        looks,
        Glances(looks, GLANCES_AT_ONCE, CONNECT_SECONDS),
        async_sessionmaker(engine, expire_on_commit=False),
        async_sessionmaker(at_once, expire_on_commit=False, autoflush=False),
    )


def _engine(url: str, pool_size: int, planning: str, **more: Any) -> AsyncEngine:
    engine = create_async_engine(
        driver_url(url),
        poolclass=CountedPool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        # An error is logged; what was written into the table is not.
        hide_parameters=True,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            **WATCHED,
            **more,
            "options": f"{planning} -c timezone=UTC"
            # To start workers costs more than a page of a list does, and takes the processors from everybody else.
            " -c max_parallel_workers_per_gather=0"
            f" -c idle_session_timeout={IDLE_SECONDS}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s",
            "application_name": "eventreg",
        },
    )
    # The database closes what was idle; this notices, also after a restart of the database.
    event.listen(engine.sync_engine, "checkout", _refuse_if_left)
    return engine


def _refuse_if_left(connection: Any, *_: object) -> None:
    """Have a connection opened anew that the database has left; a ping would cost a journey for each request."""
    if was_left(connection.driver_connection):
        raise DisconnectionError


def database_of(connection: HTTPConnection) -> Database:
    """The application's database, for plain Starlette routes and dependencies."""
    return cast(Database, connection.app.state.database)


async def open_session(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """One transaction for one request, committed before the answer leaves.

    A raised exception rolls it back. A layer around the route may have begun it (see server/idempotency) and ends it.
    """
    begun: AsyncSession | None = getattr(connection.state, "session", None)
    if begun is not None:
        yield begun
        return
    async with database_of(connection).sessions.begin() as session:
        yield session


Session = Annotated[AsyncSession, Depends(open_session, scope="function")]
"""Transaction of a request. Scope `function`: otherwise FastAPI commits after the answer."""


async def open_reading(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """What a request only reads by; nothing is committed."""
    async with database_of(connection).reading() as session:
        yield session


Reading = Annotated[AsyncSession, Depends(open_reading, scope="function")]
"""What a request reads by that changes nothing: each statement sees what is committed by then."""
Db = Annotated[Database, Depends(at_once(database_of))]
"""The pool itself, for use cases that open their own transaction."""
