"""A server that was restored from an older copy: devices bring it up to date, and a copy of it is another server."""

import httpx
import pytest

from eventreg_core.wire import Cursor
from server import restoring
from server.db import Database
from server.restoring import Restored
from server.storage import open_storage
from tests.integration.arrange import made, register
from tests.integration.conftest import Rows
from tests.integration.laptop import (
    Festival,
    Laptop,
    cursor_after,
    make_festival,
    pulled,
    scan_of,
    scanned,
    states,
    stored,
)
from tests.integration.opened import with_database
from tests.integration.served import Served


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=2)


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival)


def restored(server: Served, *, as_copy: bool) -> Restored:
    async def work(database: Database) -> Restored:
        keys = server.settings.data_keys
        return await restoring.restore(database, open_storage(server.settings), keys, as_copy=as_copy)

    return with_database(server.settings.database_url or "", work)


def pulled_to(laptop: Laptop) -> Cursor:
    """Where a laptop stands that has pulled everything."""
    return cursor_after(laptop.pull_all()[-1])


def test_devices_discard_their_list_and_bring_what_the_older_copy_lacks_and_nobody_enters_again(
    organizer: httpx.Client, laptop: Laptop, server: Served, sql: Rows
) -> None:
    festival = laptop.festival
    laptop.check_in(festival.serial(0))
    laptop.push()
    laptop.check_in(festival.serial(1))
    laptop.push(laptop.facts[1:])
    cursor = pulled_to(laptop)
    # the copy is from before the second push
    sql.execute("ALTER TABLE facts DISABLE TRIGGER USER")
    sql.execute("DELETE FROM facts WHERE seq = 2")
    sql.execute("ALTER TABLE facts ENABLE TRIGGER USER")
    sql.execute("UPDATE journals SET head_seq = 1, head_hash = %s", [bytes.fromhex(laptop.facts[0].hash)])
    assert restored(server, as_copy=False) == Restored(erased=0, keys=0)

    answer = pulled(laptop.pull(cursor))
    assert (answer.reset, answer.head.seq) == (True, 1)
    assert states(laptop.push()) == ["recorded", "recorded"]
    assert [row["seq"] for row in stored(sql, "seq")] == [1, 2]
    for guest in (0, 1):
        again = scanned(organizer, festival, scan_of(festival, guest))
        assert (again["verdict"], again["reason"]) == ("refused", "already_used")


def test_a_copy_is_another_server_where_nothing_of_the_original_means_anything(
    organizer: httpx.Client, laptop: Laptop, server: Served, sql: Rows, anonymous: httpx.Client
) -> None:
    festival = laptop.festival
    laptop.check_in(festival.serial(0))
    register(organizer, festival.event, "late@example.org")
    made_token = made(organizer.post(festival.path("api-tokens"), json={"name": "Turnstile"}))["token"]
    before = sql.execute("SELECT id FROM servers").fetchone()
    assert sql.execute("SELECT count(*) AS n FROM jobs WHERE done_at IS NULL").fetchone() != {"n": 0}
    assert restored(server, as_copy=True).keys == 1

    assert sql.execute("SELECT id FROM servers").fetchone() != before
    assert scanned(organizer, festival, scan_of(festival))["reason"] == "bad_signature"
    path = f"/registrations/{festival.registrations[0]['id']}/ticket"
    festival.tokens[0] = made(organizer.get(path), 200)["token"]
    assert scanned(organizer, festival, scan_of(festival))["verdict"] == "admitted"
    assert states(laptop.push()) == ["held"]
    assert laptop.pull().status_code == 403
    assert sql.execute("SELECT count(*) AS n FROM jobs WHERE done_at IS NULL").fetchone() == {"n": 0}
    waiting = "SELECT count(*) AS n FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    assert sql.execute(waiting).fetchone() == {"n": 0}
    assert sql.execute("SELECT count(*) AS n FROM refresh_tokens").fetchone() == {"n": 0}
    assert sql.execute("SELECT count(*) AS n FROM api_tokens WHERE revoked_at IS NULL").fetchone() == {"n": 0}
    assert made_token.startswith("er_")
    fresh = Laptop(anonymous, organizer, festival)
    assert fresh.enrolled["server"] != laptop.enrolled["server"]
    assert fresh.enrolled["server_key"] != laptop.enrolled["server_key"]
