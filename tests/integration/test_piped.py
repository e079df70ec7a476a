"""Journeys: statements that go together come back together, or fail together, and spoil no connection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest
from psycopg.errors import DivisionByZero
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.db import Database, open_database
from server.piped import piped

ADD = text("INSERT INTO events (name, slug, date, venue) VALUES (:name, :name, now(), 'Hall') RETURNING name, venue")
COUNT = text("SELECT count(*) FROM events WHERE name LIKE :like")
DIVIDE = text("SELECT 1 / CAST(:by AS integer)")
ECHO = text("SELECT length(CAST(:words AS text)), CAST(:nothing AS text)")
HANG = text("SELECT pg_terminate_backend(pg_backend_pid())")
MANY = 3_000_000
"""Characters: more than a socket takes at once, in either direction."""

Trip = Callable[[AsyncConnection], Awaitable[Any]]


def run(database_url: str, *trips: Trip, batch: bool = True) -> list[Any]:
    """Each trip in a transaction of its own, one after the other; what it gave, or raised."""

    async def each(database: Database, trip: Trip) -> Any:
        try:
            async with database.batch() if batch else database.begin() as connection:
                return await trip(connection)
        except (psycopg.Error, TimeoutError) as error:
            return error

    async def all_() -> list[Any]:
        database = open_database(database_url, pool_size=1)
        try:
            return [await each(database, trip) for trip in trips]
        finally:
            await database.close()

    return asyncio.run(all_())


async def adding(connection: AsyncConnection, *names: str, commit: bool = False, by: int = 1) -> Any:
    async with piped(connection) as pipe:
        added = [pipe.send(ADD, {"name": name}, lambda *row: row) for name in names]
        await pipe.execute(DIVIDE, {"by": by})
        counted = pipe.send(COUNT, {"like": "journey %"}, int)
        if commit:
            pipe.commit()
    return [rows.first() for rows in added], counted.all()


@pytest.mark.parametrize("batch", [True, False], ids=["prepared", "not prepared"])
def test_each_statement_sees_what_those_before_it_did_and_an_error_takes_all_of_it_back(
    database_url: str, batch: bool
) -> None:
    async def good(connection: AsyncConnection) -> Any:
        return await adding(connection, "journey 1", "journey 2")

    async def bad(connection: AsyncConnection) -> Any:
        return await adding(connection, "journey 3", by=0)

    async def committed_only_if_all_went_well(connection: AsyncConnection) -> Any:
        return await adding(connection, "journey 4", by=0, commit=True)

    async def again(connection: AsyncConnection) -> Any:
        return await adding(connection, "journey 5", commit=True)

    first, *failed, last = run(database_url, good, bad, committed_only_if_all_went_well, again, batch=batch)

    assert first == ([("journey 1", "Hall"), ("journey 2", "Hall")], [2])
    assert [type(error) for error in failed] == [DivisionByZero] * 2
    assert last == ([("journey 5", "Hall")], [3])


def test_more_than_a_socket_takes_at_once_goes_both_ways(database_url: str) -> None:
    async def large(connection: AsyncConnection) -> Any:
        async with piped(connection) as pipe:
            sent = [pipe.send(ECHO, {"words": "%" * MANY, "nothing": None}, lambda *row: row) for _ in range(2)]
            back = pipe.send(text("SELECT repeat('x', :many)"), {"many": MANY}, str)
        return [rows.all() for rows in sent], len(back.all()[0])

    assert run(database_url, large) == [([[(MANY, None)], [(MANY, None)]], MANY)]


def test_a_connection_lost_on_the_way_is_an_outage_and_the_next_journey_takes_another(
    database_url: str,
) -> None:
    async def lost(connection: AsyncConnection) -> Any:
        async with piped(connection) as pipe:
            await pipe.execute(HANG, {})
            pipe.send(COUNT, {"like": "%"}, int)

    async def next_(connection: AsyncConnection) -> Any:
        return await adding(connection, "journey 6")

    outage, after = run(database_url, lost, next_)

    assert isinstance(outage, psycopg.OperationalError)
    assert after == ([("journey 6", "Hall")], [1])


def test_who_leaves_on_the_way_leaves_nothing_under_way(database_url: str) -> None:
    async def leaving(connection: AsyncConnection) -> Any:
        async with asyncio.timeout(0.05), piped(connection) as pipe:
            await pipe.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": 60})

    async def next_(connection: AsyncConnection) -> Any:
        return await adding(connection, "journey 7")

    left, after = run(database_url, leaving, next_)

    assert isinstance(left, TimeoutError)
    assert after == ([("journey 7", "Hall")], [1])


def test_a_batch_takes_the_connection_of_the_one_before_unless_the_database_has_left_it(database_url: str) -> None:
    async def visit(database: Database, statement: str) -> Any:
        async with database.batch() as connection:
            found = (await connection.execute(text(statement))).scalar_one()
            assert database.pooled().in_use == 1
        return found

    async def evening() -> tuple[list[Any], int]:
        database = open_database(database_url)
        me = "SELECT pg_backend_pid()"
        first, again = await visit(database, me), await visit(database, me)
        # Not by a journey: it is committed at the end all the same.
        await visit(database, f"{ADD} ".replace(":name", "'journey 8'").replace("RETURNING name, venue", "RETURNING 1"))
        with psycopg.connect(database_url, autocommit=True) as other:
            kept = other.execute("SELECT count(*) FROM events WHERE name = 'journey 8'").fetchone()
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [first])
        another = await visit(database, me)
        assert database.pooled().in_use == 0
        await database.close()
        assert kept == (1,)
        return [first, again], another

    (first, again), another = asyncio.run(evening())

    assert first == again != another
