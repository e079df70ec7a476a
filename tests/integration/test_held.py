"""What a distrusted laptop told: kept, not counted, taken back from the doors, and counted again when accepted."""

import asyncio
import io
from datetime import timedelta

import httpx
import pytest

from eventreg_core.facts import Recorded
from eventreg_core.wire import Cursor, FactRow
from server.checking.service import check
from server.db import open_database
from server.devices.holding import AT_ONCE
from server.devices.pace import MOST, too_fast
from server.seeding.progress import Progress
from tests.integration.arrange import Json, made
from tests.integration.conftest import Rows
from tests.integration.laptop import (
    NOON,
    Festival,
    Laptop,
    cursor_after,
    make_festival,
    pulled,
    scan_of,
    scanned,
    states,
)
from tests.integration.served import Served


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=3)


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "North")


@pytest.fixture
def other(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "South")


def device(organizer: httpx.Client, laptop: Laptop) -> Json:
    """The laptop as organizers see it."""
    items = made(organizer.get(laptop.festival.path("devices")), 200)["items"]
    return next(one for one in items if one["id"] == str(laptop.id))


def told(laptop: Laptop, cursor: Cursor) -> list[FactRow]:
    """The facts that are news after a cursor."""
    return [fact for page in laptop.pull_all(cursor) for fact in page.page.facts]


def admit_many(laptop: Laptop, count: int, every: timedelta = timedelta(seconds=1)) -> list[Recorded]:
    """Admissions of tickets that nobody here knows, one after the other."""
    return [laptop.check_in(f"{number:016x}", NOON - timedelta(days=2) + every * number) for number in range(count)]


def test_a_stolen_laptop_brings_back_dated_admissions_that_count_when_they_are_accepted(
    laptop: Laptop, other: Laptop, festival: Festival, organizer: httpx.Client, server: Served, sql: Rows
) -> None:
    cursor = cursor_after(other.pull_all()[-1])
    made(organizer.post(f"/devices/{laptop.id}/revoke"), 200)
    laptop.check_in(festival.serial(), NOON - timedelta(days=1))
    facts = [*laptop.facts, *admit_many(laptop, AT_ONCE + 9)]
    assert states(laptop.push()) == ["held"] * len(facts)
    assert told(other, cursor) == []
    assert scanned(organizer, festival, scan_of(festival, 1))["verdict"] == "admitted"
    assert device(organizer, laptop)["held"] == len(facts)
    seen: list[str] = []
    page: Json = {"next_cursor": None}
    while not seen or page["next_cursor"]:
        params = {"limit": 200} | ({"cursor": page["next_cursor"]} if seen else {})
        page = made(organizer.get(festival.path("held"), params=params), 200)
        seen += [one["id"] for one in page["items"]]
    assert sorted(seen) == sorted(str(one.fact.id) for one in facts)
    assert page["items"][0]["by"] == "North"

    assert made(organizer.post(f"/devices/{laptop.id}/accept"), 200) == {"facts": len(facts)}
    news = told(other, cursor)
    assert {fact.id for fact in news} >= {one.fact.id for one in facts}
    assert not any(fact.gone for fact in news)
    assert scanned(organizer, festival, scan_of(festival, 0))["reason"] == "already_used"
    assert made(organizer.get(festival.path("held")), 200) == {"items": [], "next_cursor": None}
    later = laptop.check_in(festival.serial(2))
    assert states(laptop.push([later])) == ["held"], "it is revoked still"
    actions = [row["action"] for row in sql.execute("SELECT action FROM audit WHERE object_kind = 'device'").fetchall()]
    assert actions.count("device.accepted") == 1
    assert_sound(server)


def test_a_laptop_is_held_with_all_that_it_ever_told_and_let_go_again(
    laptop: Laptop, other: Laptop, festival: Festival, organizer: httpx.Client, server: Served
) -> None:
    entered = laptop.check_in(festival.serial())
    laptop.refuse(festival.serial(1))
    laptop.push()
    cursor = cursor_after(other.pull_all()[-1])
    assert scanned(organizer, festival, scan_of(festival))["reason"] == "already_used"

    assert made(organizer.post(f"/devices/{laptop.id}/hold"), 200) == {"facts": 2}
    [gone] = told(other, cursor)
    assert (gone.id, gone.gone) == (entered.fact.id, True)
    assert device(organizer, laptop)["held_at"] is not None
    assert made(organizer.post(f"/devices/{laptop.id}/hold"), 200) == {"facts": 0}
    assert pulled(laptop.pull()).newest, "it still gets the guest list"
    assert states(laptop.push()) == ["held", "held"], "asked again it is told so"
    assert scanned(organizer, festival, scan_of(festival))["verdict"] == "admitted"
    other.refuse(festival.serial(2))
    assert states(other.push()) == ["recorded"], "another laptop is trusted as ever"
    after = cursor_after(other.pull_all(cursor)[-1])

    assert made(organizer.post(f"/devices/{laptop.id}/accept"), 200) == {"facts": 2}
    assert [(fact.id, fact.gone) for fact in told(other, after)] == [(entered.fact.id, False)]
    late = laptop.check_in(festival.serial(2))
    assert states(laptop.push([late])) == ["recorded"]
    conflicts = made(organizer.get(festival.path("conflicts")), 200)["items"]
    assert "double_entry" in {one["class"] for one in conflicts}
    assert_sound(server)


@pytest.mark.parametrize(("count", "flagged"), [(MOST, False), (MOST + 1, True)])
def test_a_laptop_that_admits_faster_than_people_pass_is_flagged(
    laptop: Laptop, organizer: httpx.Client, count: int, flagged: bool
) -> None:
    admit_many(laptop, count, timedelta(seconds=0.4))
    for part in (laptop.facts[:50], laptop.facts[50:]):
        assert set(states(laptop.push(part))) == {"recorded"}, "it counts all the same"
    assert (device(organizer, laptop)["flagged_at"] is not None) is flagged


def test_a_minute_is_a_minute_wherever_it_begins() -> None:
    steady = [NOON + timedelta(seconds=0.5) * number for number in range(500)]
    assert not too_fast(steady)
    assert too_fast([*reversed(steady), NOON + timedelta(seconds=100.2)])
    assert not too_fast([])


def test_what_cannot_be_read_is_shown_and_stops_nothing(
    laptop: Laptop, festival: Festival, organizer: httpx.Client
) -> None:
    good = laptop.check_in(festival.serial())
    texts = ["no fact\u0000 " + "x" * 5000, good.raw.decode()]
    answer = laptop.push_texts(texts, laptop.head())
    assert answer.status_code == 200
    [item] = made(organizer.get(festival.path("quarantine")), 200)["items"]
    assert (item["by"], item["size"], item["text"][:7]) == ("North", 5009, "no fact")
    assert len(item["text"]) == 1000
    assert item["why"]
    listed = device(organizer, laptop)
    assert (listed["quarantined"], listed["held"], listed["flagged_at"]) == (1, 0, None)
    far = organizer.get(festival.path("quarantine"), params={"cursor": "WyJ4Il0"})
    assert far.status_code == 422


def assert_sound(server: Served) -> None:
    """`eventreg-server check` finds nothing."""

    async def look() -> None:
        database = open_database(server.database_url)
        try:
            report = await check(database, Progress(io.StringIO()))
        finally:
            await database.close()
        assert report.findings == ()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(look())
