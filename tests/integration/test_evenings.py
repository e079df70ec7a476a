"""The real server in an evening of laptops, and why a cursor is a revision; `dev.py soak sync` and `cursor` go on."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg

from eventreg_core.admission import EntryPolicy, Kind, Status
from server.clock import new_id, utc_now
from server.conflicts.jobs import judge_ahead
from server.db import Database, open_database
from server.settings import Settings
from server.sync import feed, queries
from tests.integration.arrange import made
from tests.integration.conftest import Postgres
from tests.integration.laptop import Laptop, make_festival
from tests.soak.evenings import truths_at
from tests.soak.sync import upload
from tests.sync.evening import Evening
from tests.sync.machine import empty_laptop
from tests.sync.rest import come_to_rest


def with_database(url: str, use: Callable[[Database], Any]) -> Any:
    async def run() -> Any:
        database = open_database(url, pool_size=3)
        try:
            return await use(database)
        finally:
            await database.close()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(run())


def test_an_evening_at_the_real_server_ends_alike_in_every_order(postgres: Postgres, tmp_path: Path) -> None:
    truth = truths_at(postgres.template, tmp_path / "storage")()
    evening = Evening(truth, tmp_path / "laptops", empty_laptop)
    try:
        evening.open_doors([timedelta(0), timedelta(hours=-2)])
        for who in (0, 1, 0, 1):
            evening.sync(who)
        for who in (0, 1):
            evening.scan(who, 0, 0)
            evening.sync(who)
        evening.clone(0)
        evening.scan(2, 1, 0)
        evening.back_up()
        evening.scan(0, 1, 0)
        evening.annul(0, 0, allowed=False)
        evening.sync(0, ["lost", ""])
        evening.reissue(0)
        evening.change(1, status=Status.CANCELLED)
        evening.settle_list(1, EntryPolicy.ONCE, None, (1, 2))
        evening.restore()
        evening.scan(1, 0, 1, Kind.EXIT)
        evening.set_clock(1, 1500)
        evening.scan(1, 2, 1)
        dice = random.Random(1)
        ended = come_to_rest(evening, 1, dice)
        assert [upload(evening, number, dice) for number in (0, 1)] == [ended, ended]
        assert {name.split()[0] for name, *_ in ended.conflicts} >= {"double_entry", "forked_journal"}
    finally:
        evening.close()
        truth.close()


def test_what_a_clock_that_is_ahead_told_is_judged_again_when_its_ticket_changes_before_that_time(
    anonymous: httpx.Client, organizer: httpx.Client, settings: Settings
) -> None:
    festival = make_festival(organizer)
    north = Laptop(anonymous, organizer, festival)
    north.check_in(festival.serial(), utc_now() + timedelta(days=1))
    north.push()
    assert organizer.delete(f"/registrations/{festival.registrations[0]['id']}").is_success

    def listed() -> list[str]:
        return [one["class"] for one in made(organizer.get(festival.path("conflicts")), 200)["items"]]

    assert listed() == []
    with_database(str(settings.database_url), lambda database: judge_ahead(database, utc_now()))
    assert listed() == ["late_cancel"]


def test_who_asks_by_the_greatest_number_misses_what_commits_late_and_who_asks_by_revision_misses_nothing(
    organizer: httpx.Client, database_url: str
) -> None:
    event = make_festival(organizer).id

    async def race(database: Database) -> tuple[list[int], list[int]]:
        before = await _revision(database)
        async with database.begin() as early:
            await feed.lock_heads(early, [event])
            await feed.publish(early, event, feed.Entity.GUEST, [new_id()])
            late = asyncio.create_task(_publish(database))
            seen = await _newer(database, before)
        await late
        return seen, await _newer(database, before)

    async def _publish(database: Database) -> None:
        async with database.begin() as connection:
            await feed.lock_heads(connection, [event])
            await feed.publish(connection, event, feed.Entity.GUEST, [new_id()])

    async def _revision(database: Database) -> int:
        async with database.begin() as connection:
            return (await queries.get_feed(connection, event)).revision

    async def _newer(database: Database, after: int) -> list[int]:
        newest = await _revision(database)
        async with database.begin() as connection:
            return [one.revision - after for one in await queries.list_pointers(connection, event, after, newest)]

    assert with_database(database_url, race) == ([], [1, 2])
    assert _by_number(database_url) == [2]


def _by_number(url: str) -> list[int]:
    """What a reader sees by numbers of a sequence, of two of which the first commits after the second."""
    table, insert = "naive_cursor_trial", "INSERT INTO naive_cursor_trial DEFAULT VALUES"
    seen: list[int] = []
    with psycopg.connect(url, autocommit=True) as reader:
        reader.execute(f"CREATE TABLE {table} (id bigint GENERATED ALWAYS AS IDENTITY)")
        try:
            with psycopg.connect(url) as early, psycopg.connect(url, autocommit=True) as late:
                early.execute(insert)
                late.execute(insert)
                for _ in ("before the first commits", "after"):
                    newer = reader.execute(f"SELECT id FROM {table} WHERE id > %s", [max(seen, default=0)])
                    seen += [row[0] for row in newer]
                    early.commit()
        finally:
            with suppress(psycopg.Error):
                reader.execute(f"DROP TABLE {table}")
    return seen
