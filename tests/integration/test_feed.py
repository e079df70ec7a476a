"""The feed itself: one revision a change, none lost and none left over."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
import pytest

from server.clock import new_id
from server.db import Database, open_database
from server.sync import feed
from server.sync.feed import Entity
from tests.integration.arrange import make_event
from tests.integration.conftest import Rows
from tests.integration.served import Served

Work = Callable[[Database, UUID], Awaitable[None]]


@pytest.fixture
def event(organizer: httpx.Client) -> UUID:
    return UUID(make_event(organizer)["id"])


def at_database(server: Served, event: UUID, work: Work) -> None:
    async def run() -> None:
        database = open_database(server.database_url)
        try:
            await work(database, event)
        finally:
            await database.close()

    asyncio.run(run())


def told(sql: Rows, event: UUID, after: int) -> list[tuple[int, str, str]]:
    rows = sql.execute(
        "SELECT revision, entity, entity_id FROM changes WHERE event_id = %s AND revision > %s ORDER BY revision",
        [event, after],
    ).fetchall()
    return [(row["revision"], row["entity"], row["entity_id"]) for row in rows]


def revision(sql: Rows, event: UUID) -> int:
    row = sql.execute("SELECT revision FROM event_heads WHERE event_id = %s", [event]).fetchone()
    assert row is not None
    return int(row["revision"])


def test_each_change_has_a_revision_of_its_own_in_the_order_given(server: Served, event: UUID, sql: Rows) -> None:
    before, guest = revision(sql, event), new_id()

    async def work(database: Database, event: UUID) -> None:
        async with database.begin() as connection:
            assert await feed.lock_heads(connection, [event, event, new_id()]) == {event: before}
            assert list(await feed.publish(connection, event, Entity.GUEST, [guest])) == [before + 1]
            assert len(await feed.publish(connection, event, Entity.TICKET, [])) == 0
            revisions = await feed.publish(connection, event, Entity.TICKET, [b"\x00" * 7 + b"\x01", b"\xff" * 8])
            assert list(revisions) == [before + 2, before + 3]
            await feed.publish(connection, event, Entity.KEY, [7])

    at_database(server, event, work)
    assert told(sql, event, before) == [
        (before + 1, "guest", str(guest)),
        (before + 2, "ticket", "0000000000000001"),
        (before + 3, "ticket", "ffffffffffffffff"),
        (before + 4, "key", "7"),
    ]
    marks = sql.execute("SELECT count(DISTINCT check_value) AS n FROM changes").fetchone()
    assert marks == {"n": revision(sql, event)}


def test_what_is_rolled_back_leaves_no_gap(server: Served, event: UUID, sql: Rows) -> None:
    before = revision(sql, event)

    async def work(database: Database, event: UUID) -> None:
        with pytest.raises(LookupError):
            async with database.begin() as connection:
                await feed.publish(connection, event, Entity.GUEST, [new_id()])
                raise LookupError
        async with database.begin() as connection:
            await feed.publish(connection, event, Entity.GUEST, [new_id()])

    at_database(server, event, work)
    assert [number for number, _, _ in told(sql, event, before)] == [before + 1]


def test_whoever_locks_the_head_goes_first_and_nobody_reads_ahead(server: Served, event: UUID, sql: Rows) -> None:
    before = revision(sql, event)

    async def work(database: Database, event: UUID) -> None:
        async with database.begin() as first:
            await feed.lock_heads(first, [event])
            second = asyncio.create_task(publish_one(database, event))
            await feed.publish(first, event, Entity.GUEST, [new_id()])
            assert told(sql, event, before) == []
        assert await second == [before + 2]

    at_database(server, event, work)
    assert [number for number, _, _ in told(sql, event, before)] == [before + 1, before + 2]


async def publish_one(database: Database, event: UUID) -> list[int]:
    async with database.begin() as connection:
        await feed.lock_heads(connection, [event])
        return list(await feed.publish(connection, event, Entity.GUEST, [new_id()]))
