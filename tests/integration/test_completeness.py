"""Is everything in, and how full is it: what an organizer asks the morning after."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import system
from server.check_in_lists.closing import empty, list_emptying
from server.check_in_lists.jobs import empty_list, empty_lists
from server.conflicts.jobs import judge_event
from server.conflicts.service import judge_again
from server.db import Database
from server.settings import Settings
from server.sync import feed
from tests.integration.arrange import made, make_event
from tests.integration.conftest import Rows
from tests.integration.doing import defer, doing, in_session, until, waiting
from tests.integration.laptop import NOON, Festival, Laptop, make_festival
from tests.integration.opened import with_database


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=3)


@pytest.fixture
def north(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "North")


@pytest.fixture
def south(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "South")


def test_is_everything_in_tells_gaps_and_a_proof_to_print(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    for guest in (0, 1, 2):
        north.check_in(festival.serial(guest), NOON)
    north.push(north.facts[2:])
    path = festival.path("devices/completeness")
    found = made(organizer.get(path), 200)
    assert (found["complete"], found["missing"], found["facts"]) == (False, 2, 1)
    mine = {one["name"]: one for one in found["journals"]}
    assert (mine["North"]["state"], mine["North"]["gaps"], mine["North"]["last_seq"]) == ("missing", [[1, 2]], 3)
    assert (mine["South"]["state"], mine["South"]["journal"]) == ("silent", None)
    page = organizer.get(path, params={"format": "html"})
    assert "Not everything is in" in page.text
    assert "1–2" in page.text
    north.push()
    after = made(organizer.get(path), 200)
    assert (after["complete"], after["missing"], after["fingerprint"] != found["fingerprint"]) == (True, 0, True)
    page = organizer.get(path, params={"format": "html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Everything is in: 3 entries" in page.text
    assert north.head().hash in page.text
    assert "South" in page.text


def test_people_are_counted_by_list_as_doors_count_them(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    north.check_in(festival.serial(0), NOON)
    south.exit(festival.serial(0), NOON + timedelta(minutes=1))
    south.check_in(festival.serial(0), NOON + timedelta(minutes=2))
    south.check_in(festival.serial(1), NOON)
    south.exit(festival.serial(1), NOON + timedelta(minutes=1))
    south.exit("00000000000000aa", NOON)
    south.push()
    north.push()
    [counted] = made(organizer.get(festival.path("counts")), 200)["items"]
    assert (counted["name"], counted["inside"], counted["admitted"], counted["expected"]) == ("Main", 1, 2, 3)


def test_a_list_empties_at_its_hour_and_who_comes_late_from_a_laptop_goes_too(
    north: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings
) -> None:
    path = festival.path(f"check-in-lists/{festival.check_in_list['id']}")
    assert made(organizer.put(path, json={"empties_at": "03:00"}), 200)["empties_at"] == "03:00:00"
    evening = datetime(2026, 6, 1, 20, tzinfo=UTC)
    north.check_in(festival.serial(0), evening)
    north.check_in(festival.serial(1), evening)
    north.exit(festival.serial(1), evening + timedelta(hours=1))
    north.push(north.facts)
    north.check_in(festival.serial(2), evening)

    def close(now: datetime) -> int:
        async def run(session: AsyncSession) -> int:
            [emptying] = await list_emptying(session)
            return await empty(session, system(settings.data_keys), emptying, now)

        return int(in_session(settings, run))

    closing = datetime(2026, 6, 2, 1, tzinfo=UTC)
    assert close(closing - timedelta(seconds=1)) == 0
    assert (close(closing + timedelta(hours=1)), close(closing + timedelta(hours=2))) == (1, 0)
    north.push()
    assert made(organizer.get(festival.path("counts")), 200)["items"][0]["inside"] == 1
    assert close(closing + timedelta(days=3)) == 1
    [counted] = made(organizer.get(festival.path("counts")), 200)["items"]
    assert (counted["inside"], counted["admitted"]) == (0, 3)
    gone = [fact for page in north.pull_all() for fact in page.page.facts if fact.kind == "exit"]
    assert sorted(fact.at for fact in gone) == [evening + timedelta(hours=1), closing, closing]
    assert made(organizer.get(festival.path("conflicts")), 200)["total"] == 0
    emptied = made(organizer.get(festival.path("audit")), 200)["items"][0]
    assert (emptied["action"], emptied["after"]) == ("list.emptied", {"exits": 1})

    async def beside_the_doors(database: Database) -> int:
        async with database.sessions.begin() as door, database.sessions.begin() as session:
            await feed.lock_heads(door, [festival.id])
            [emptying] = await list_emptying(session)
            await session.execute(text("SET LOCAL lock_timeout = '10s'"))
            return await empty(session, system(settings.data_keys), emptying, closing + timedelta(days=4))

    assert with_database(settings.database_url or "", beside_the_doors) == 0, "where nobody is inside no door waits"


def test_no_list_empties_before_it_is_told_to(organizer: httpx.Client, settings: Settings, sql: Rows) -> None:
    event = make_event(organizer)
    made(organizer.post(f"/events/{event['id']}/check-in-lists", json={"name": "Main"}))
    assert in_session(settings, list_emptying) == []
    made(organizer.post(f"/events/{event['id']}/check-in-lists", json={"name": "Club", "empties_at": "05:30"}))
    [emptying] = in_session(settings, list_emptying)
    assert (str(emptying.event), emptying.zone) == (event["id"], "Europe/Berlin")
    defer(settings, "empty-lists", {})
    with doing(settings, (empty_lists, empty_list)):
        until(lambda: waiting(sql) == 0, "both jobs are done")


def test_what_is_held_later_contradicts_nothing_any_more(
    north: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings, sql: Rows
) -> None:
    for minute in (0, 5):
        north.check_in(festival.serial(), NOON + timedelta(minutes=minute))
    north.push()
    assert made(organizer.get(festival.path("conflicts")), 200)["total"] == 1
    sql.execute("UPDATE facts SET held = true, revision = NULL")
    in_session(settings, lambda session: judge_again(session, festival.id, north.facts))
    assert made(organizer.get(festival.path("conflicts")), 200)["total"] == 0


def test_what_laptops_bring_to_an_archived_event_is_judged_when_it_is_archived_no_more(
    north: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings, sql: Rows
) -> None:
    event = f"/events/{festival.id}"
    made(organizer.put(event, json={"status": "archived"}), 200)
    for minute in (0, 5):
        north.check_in(festival.serial(), NOON + timedelta(minutes=minute))
    north.push()
    assert made(organizer.get(festival.path("conflicts")), 200)["total"] == 0
    made(organizer.put(event, json={"status": "published"}), 200)
    queued = sql.execute("SELECT type, data FROM jobs WHERE type = 'judge-event'").fetchall()
    assert [row["data"] for row in queued] == [{"event_id": str(festival.id)}]
    sql.execute("DELETE FROM procrastinate_jobs WHERE task_name <> 'judge-event'")
    with doing(settings, (judge_event,)):
        until(lambda: waiting(sql) == 0, "the event is judged")
    assert made(organizer.get(festival.path("conflicts")), 200)["total"] == 1
