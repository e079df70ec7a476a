"""An import while everything else goes on, and while its workers die."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from server.db import open_database
from server.imports import running
from server.imports.course import AT_ONCE, find_course
from server.plans import kept_plans
from server.tasks import TASKS
from tests.integration.arrange import Json, made, make_event, make_type
from tests.integration.conftest import Rows
from tests.integration.doing import doing, in_session, until
from tests.integration.laptop import make_festival, scan_of
from tests.integration.served import Served

ROWS = 350


def guest_list(count: int) -> bytes:
    lines = (f"Guest {number},g{number}@example.org" for number in range(count))
    return "\n".join(["Name,E-mail", *lines]).encode()


def started(client: httpx.Client, event_id: str, **plan: Any) -> str:
    report = made(client.post(f"/events/{event_id}/registrations/import", content=guest_list(ROWS)))
    path = f"/events/{event_id}/imports/{report['import']['id']}"
    made(client.post(f"{path}/start", json=plan), 202)
    return path


def ended(client: httpx.Client, path: str, status: str) -> Json:
    until(lambda: made(client.get(path), 200)["status"] == status)
    return made(client.get(path), 200)


def deadlocks(sql: Rows) -> int:
    row = sql.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row["deadlocks"])


@contextmanager
def again_and_again(ask: Callable[[int], httpx.Response]) -> Iterator[list[int]]:
    """Ask as long as the block runs; the statuses of the answers."""
    over, statuses = threading.Event(), list[int]()

    def go_on() -> None:
        while not over.is_set():
            statuses.append(ask(len(statuses)).status_code)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield statuses
    finally:
        over.set()
        thread.join()


def test_others_register_and_doors_scan_while_a_list_comes_in_and_goes_again_and_nothing_is_oversold(
    server: Served, organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    festival = make_festival(organizer, entry="unlimited")
    made(organizer.put(f"/events/{festival.id}", json={"max_capacity": 300}), 200)
    before = deadlocks(sql)

    def register(number: int) -> httpx.Response:
        body = {"user_email": f"buyer{number}@example.org", "full_name": "Buyer"}
        return anonymous.post(festival.path("registrations"), json=body)

    with server.client() as door:
        door.headers.update(organizer.headers)
        with (
            doing(server.settings, TASKS),
            again_and_again(register) as bought,
            again_and_again(lambda _: door.post(festival.path("check-ins"), json=scan_of(festival))) as scanned,
        ):
            path = started(organizer, str(festival.id))
            done = ended(organizer, path, "done")
            made(organizer.post(f"{path}/undo"), 202)
            undone = ended(organizer, path, "undone")
    assert done["done"] + done["failed"] == ROWS
    assert undone["problems"].get("undone", 0) == done["done"]
    assert set(scanned) == {200}
    assert set(bought) <= {201, 409}
    valid = sql.execute("SELECT count(*) AS n FROM tickets WHERE status = 'valid'").fetchone()
    heads = sql.execute("SELECT sold, capacity FROM event_heads").fetchone()
    assert heads is not None
    assert valid == {"n": heads["sold"]}
    assert heads["sold"] <= 300
    assert deadlocks(sql) == before


def test_an_import_stops_once_its_event_is_archived_and_its_rows_wait(server: Served, organizer: httpx.Client) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    path = started(organizer, event["id"])
    made(organizer.put(f"/events/{event['id']}", json={"status": "archived"}), 200)
    with doing(server.settings, TASKS):
        assert ended(organizer, path, "stopped")["done"] == 0
        made(organizer.put(f"/events/{event['id']}", json={"status": "published"}), 200)
        made(organizer.post(f"{path}/start", json={}), 202)
        assert ended(organizer, path, "done")["done"] == ROWS


class Killed(Exception):
    """What a worker was in the middle of is rolled back."""


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done_and_two_do_no_line_twice(
    server: Served, organizer: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    path = started(organizer, event["id"], send_tickets=True)
    import_id = UUID(path.rpartition("/")[2])

    settings = sql.execute("SELECT settings FROM imports").fetchone()
    assert settings is not None
    run = settings["settings"]["run"]

    async def goes_on(session: AsyncSession) -> None:
        course = await find_course(session, server.settings.data_keys, import_id, run)
        assert course is not None
        assert await running.go_on(session, server.settings.data_keys, course) is not None

    async def dies(session: AsyncSession) -> None:
        await goes_on(session)
        raise Killed

    for _ in range(2):
        with pytest.raises(Killed):
            in_session(server.settings, dies)
    assert made(organizer.get(path), 200)["done"] == 0
    # One that was killed between two parts of a job: what was committed stands, its job begins behind that.
    in_session(server.settings, goes_on)
    in_session(server.settings, goes_on)
    assert made(organizer.get(path), 200)["done"] == 2 * AT_ONCE
    # The same job twice, as after a lost worker that was not lost: only one of them finds its rows.
    sql.execute("UPDATE imports SET status = 'stopped'")
    made(organizer.post(f"{path}/start", json={}), 202)
    with doing(server.settings, [task for task in TASKS if task.type != "send-email"]):
        done = ended(organizer, path, "done")
    assert (done["done"], done["failed"]) == (ROWS, 0)
    found = sql.execute("SELECT count(*) AS n, count(DISTINCT user_email) AS people FROM registrations").fetchone()
    assert found == {"n": ROWS, "people": ROWS}
    mails = sql.execute("SELECT count(*) AS n FROM jobs WHERE type = 'send-email'").fetchone()
    assert mails == {"n": ROWS}


def test_checks_of_foreign_keys_keep_their_plans_while_rows_are_written_and_then_all_is_as_before(
    database_url: str,
) -> None:
    async def modes(connection: AsyncConnection) -> list[str]:
        async def mode() -> str:
            return str((await connection.execute(text("SHOW plan_cache_mode"))).scalar_one())

        seen = [await mode()]
        async with kept_plans(connection):
            seen.append(await mode())
        return [*seen, await mode()]

    async def look() -> list[list[str]]:
        database = open_database(database_url)
        told = []
        for begun in (database.begin, database.batch):
            async with begun() as connection:
                told.append(await modes(connection))
        await database.close()
        return told

    assert asyncio.run(look()) == [
        ["force_custom_plan", "auto", "force_custom_plan"],
        ["force_generic_plan", "auto", "force_generic_plan"],
    ]
