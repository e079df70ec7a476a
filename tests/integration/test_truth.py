"""What doors told is judged as of its time: what was cancelled, closed or paid later is no mistake of theirs."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from eventreg_core.admission import Reason
from eventreg_core.facts import Annulment, RefusedScan, Seen
from server.checking.conflicts import CONFLICTS
from server.clock import utc_now
from server.conflicts.service import read_state_hash
from server.db import open_database
from server.settings import Settings
from tests.integration.arrange import Json, made, refused
from tests.integration.conftest import Rows
from tests.integration.laptop import NOON, Festival, Laptop, cursor_after, make_festival, scan_of, scanned

BEFORE, AFTER = timedelta(days=-1), timedelta(days=1)


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=3)


@pytest.fixture
def north(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "North")


@pytest.fixture
def south(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "South")


def listed(client: httpx.Client, festival: Festival, **params: Any) -> list[Json]:
    items: list[Json] = made(client.get(festival.path("conflicts"), params=params), 200)["items"]
    return items


def classes(client: httpx.Client, festival: Festival, **params: Any) -> list[str]:
    return sorted(one["class"] for one in listed(client, festival, **params))


def in_database(settings: Settings, use: Callable[[Any], Any]) -> Any:
    assert settings.database_url is not None
    url = settings.database_url

    async def run() -> Any:
        database = open_database(url)
        try:
            async with database.begin() as connection:
                return await use(connection)
        finally:
            await database.close()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(run())


def no_finding(settings: Settings) -> bool:
    """Whether the stored conflicts are those that come out when everything is replayed."""

    async def find(connection: Any) -> list[Any]:
        return [one async for one in CONFLICTS.find(connection)]

    return bool(in_database(settings, find) == [])


def turn_away(laptop: Laptop, serial: str, at: datetime, reason: Reason) -> None:
    laptop.append(RefusedScan(**laptop.stamp(at), serial=serial, reason=reason))


def seen_by(laptop: Laptop) -> Seen:
    newest = laptop.pull_all()[-1]
    return Seen(newest.epoch, newest.to)


def test_who_was_let_in_after_a_cancellation_is_a_late_cancel_and_the_timeline_tells_who_knew(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings
) -> None:
    knew_nothing = seen_by(north)
    early, late = utc_now() + BEFORE, utc_now() + AFTER
    for guest in (0, 1):
        assert organizer.delete(f"/registrations/{festival.registrations[guest]['id']}").is_success
    north.check_in(festival.serial(0), late, seen=knew_nothing)
    south.check_in(festival.serial(1), early)
    south.check_in(festival.serial(2), late)
    turn_away(north, festival.serial(1), early - timedelta(hours=1), Reason.CANCELLED)
    north.push()
    south.push()
    [conflict] = listed(organizer, festival)
    assert (conflict["class"], conflict["name"], conflict["outcome"]) == ("late_cancel", "Ana Müller", "accepted")
    assert "could not know" in conflict["proposed"]
    steps = made(organizer.get(f"/conflicts/{conflict['id']}"), 200)["steps"]
    assert [(step["kind"], step["told"], step["due"]) for step in steps] == [
        ("ticket_changed", None, None),
        ("check_in", "admitted", "refused"),
    ]
    assert (steps[1]["due_reason"], steps[1]["could_know"], steps[1]["device"]) == ("cancelled", False, "North")
    knows = seen_by(south)
    south.check_in(festival.serial(1), late, seen=knows)
    south.push()
    disobeyed = next(one for one in listed(organizer, festival) if one["id"] != conflict["id"])
    assert "all the same" in disobeyed["proposed"]
    assert no_finding(settings)


def test_who_was_turned_away_with_a_good_ticket_is_told_until_they_come_in(
    north: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings
) -> None:
    turn_away(north, festival.serial(), NOON, Reason.UNKNOWN_TICKET)
    north.push()
    [conflict] = listed(organizer, festival)
    assert (conflict["class"], conflict["undue"]) == ("turned_away", [])
    body = {"outcome": "annulled", "fact_ids": conflict["fact_ids"]}
    refused(organizer.post(f"/conflicts/{conflict['id']}/settle", json=body), 409, "nothing_to_annul")
    assert scanned(organizer, festival, scan_of(festival))["verdict"] == "admitted"
    assert listed(organizer, festival) == []
    assert no_finding(settings)


def test_the_rules_that_held_then_count_and_not_those_of_today(
    north: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings
) -> None:
    early, late = utc_now() + BEFORE, utc_now() + AFTER
    path = festival.path(f"check-in-lists/{festival.check_in_list['id']}")
    made(organizer.put(path, json={"opens_at": (utc_now() + 2 * AFTER).isoformat()}), 200)
    north.check_in(festival.serial(0), early)
    north.check_in(festival.serial(1), late)
    north.push()
    [conflict] = listed(organizer, festival)
    assert (conflict["class"], conflict["registration"]) == ("wrong_list", festival.registrations[1]["id"])
    kinds = [step["kind"] for step in made(organizer.get(f"/conflicts/{conflict['id']}"), 200)["steps"]]
    assert kinds == ["list_changed", "check_in"]
    assert no_finding(settings)


def test_what_an_annulment_settles_stays_on_record_and_comes_back_only_with_new_facts(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings
) -> None:
    north.check_in(festival.serial(), NOON)
    second = south.check_in(festival.serial(), NOON + timedelta(minutes=1))
    north.push()
    south.push()
    [conflict] = listed(organizer, festival)
    assert (conflict["outcome"], conflict["undue"]) == ("annulled", [str(second.fact.id)])
    body = {"outcome": "proposed", "fact_ids": conflict["fact_ids"]}
    settled = made(organizer.post(f"/conflicts/{conflict['id']}/settle", json=body), 200)
    assert (settled["gone"], settled["decisions"][0]["outcome"]) == (True, "annulled")
    assert made(organizer.get(festival.path("check-ins")), 200)["total"] == 1
    refused(organizer.post(f"/conflicts/{conflict['id']}/settle", json=body), 409, "conflict_changed")
    assert (classes(organizer, festival, state="open"), classes(organizer, festival, state="settled")) == (
        [],
        ["double_entry"],
    )
    south.check_in(festival.serial(), NOON + timedelta(minutes=9))
    south.push()
    [again] = listed(organizer, festival, state="open")
    assert (again["id"], len(again["decisions"]), again["gone"]) == (conflict["id"], 1, False)
    actions = [row["action"] for row in made(organizer.get(festival.path("audit")), 200)["items"]]
    assert actions[:2] == ["check_in.annulled", "conflict.settled"]
    assert no_finding(settings)


def test_a_class_is_settled_at_once_as_far_as_it_was_seen_and_opened_again(
    north: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    for guest in (0, 1):
        north.check_in(festival.serial(guest), NOON)
        north.check_in(festival.serial(guest), NOON + timedelta(hours=1))
    north.push()
    until = max(one["updated_at"] for one in listed(organizer, festival))
    north.check_in("00000000000000aa", NOON)
    north.check_in("00000000000000aa", NOON)
    north.check_in(festival.serial(2), NOON)
    north.check_in(festival.serial(2), NOON + timedelta(hours=1))
    north.push()
    page = made(organizer.get(festival.path("conflicts")), 200)
    assert page["open"] == {"double_entry": 3, "unknown_serial": 1}
    path, body = festival.path("conflicts/settle"), {"class": "double_entry", "until": until}
    settled = made(organizer.post(path, json=body), 200)
    assert (len(settled["settled"]), settled["left"]) == (2, 0)
    assert made(organizer.get(festival.path("conflicts")), 200)["open"] == {"double_entry": 1, "unknown_serial": 1}
    assert len(listed(organizer, festival, state="settled", **{"class": "double_entry"})) == 2
    assert len(listed(organizer, festival, q="ana")) == 3
    assert listed(organizer, festival, q="nobody at all") == []
    mine = {"ids": settled["settled"]}
    opened = made(organizer.post(festival.path("conflicts/reopen"), json=mine), 200)["reopened"]
    assert sorted(opened) == sorted(settled["settled"])
    assert len(listed(organizer, festival, state="open")) == 4
    assert made(organizer.post(festival.path("conflicts/reopen"), json=mine), 200)["reopened"] == []


def test_a_journal_with_a_gap_a_fork_or_a_laptop_that_is_not_trusted_is_a_conflict_of_its_own(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    for guest in (0, 1, 2):
        north.check_in(festival.serial(guest), NOON)
    north.push(north.facts[2:])
    [gap] = listed(organizer, festival)
    assert (gap["class"], gap["device"], gap["list"]) == ("missing_facts", "North", None)
    assert "2 scans" in gap["proposed"]
    north.push(north.facts[:2])
    assert listed(organizer, festival) == []
    south.check_in(festival.serial(0), NOON, despite=Reason.ALREADY_USED)
    south.push()
    south.facts.clear()
    south.check_in(festival.serial(1), NOON, despite=Reason.ALREADY_USED)
    south.push()
    assert classes(organizer, festival) == ["forked_journal"]
    made(organizer.post(f"/devices/{north.id}/revoke"), 200)
    north.check_in(festival.serial(0), NOON + timedelta(hours=1))
    north.push()
    assert classes(organizer, festival) == ["forked_journal", "held_device"]
    conflict = next(one for one in listed(organizer, festival) if one["class"] == "held_device")
    assert made(organizer.get(f"/conflicts/{conflict['id']}"), 200)["steps"] == []


def test_a_reading_of_the_clock_moves_what_its_boot_told_before_and_doors_hear_of_it(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings, sql: Rows
) -> None:
    wrong = NOON - timedelta(days=700)
    north.check_in(festival.serial(), wrong)
    lost = _unmeasured(north, -1)
    south.check_in(festival.serial(), NOON)
    north.push()
    south.push()
    assert classes(organizer, festival) == ["clock_suspect", "double_entry"]
    cursor = south.pull_all()[-1]
    north.check_in(festival.serial(1), wrong + timedelta(minutes=5))
    _measured(north, -1, lost.fact.mono_ns + 5 * 60 * 10**9, NOON + timedelta(minutes=10))
    north.push()
    assert classes(organizer, festival) == ["double_entry"]
    row = sql.execute("SELECT at FROM facts WHERE id = %s", [lost.fact.id]).fetchone()
    assert row is not None
    assert row["at"] == NOON + timedelta(minutes=5)
    later = south.pull_all(cursor_after(cursor))
    assert {fact.id: fact.at for page in later for fact in page.page.facts}[lost.fact.id] == row["at"]
    assert no_finding(settings)


def test_every_order_of_arrival_ends_in_one_state(
    anonymous: httpx.Client, organizer: httpx.Client, settings: Settings, sql: Rows
) -> None:
    festival = make_festival(organizer, guests=3)
    laptops = [Laptop(anonymous, organizer, festival, name) for name in ("North", "South", "East")]
    _evening(laptops, festival)
    ends: set[tuple[str, str]] = set()
    for order in (laptops, laptops[::-1]):
        sql.execute("DELETE FROM facts")
        sql.execute("DELETE FROM journals")
        sql.execute("DELETE FROM boots")
        sql.execute("DELETE FROM conflicts")
        for laptop in order:
            laptop.push(laptop.facts[1:])
        for laptop in reversed(order):
            laptop.push()
        shown = [(one["class"], one["fact_ids"]) for one in listed(organizer, festival)]
        ends.add((in_database(settings, lambda db: read_state_hash(db, festival.id)), str(sorted(shown))))
        assert no_finding(settings)
    assert len(ends) == 1
    assert "double_entry" in str(ends)


def _evening(laptops: list[Laptop], festival: Festival) -> None:
    north, south, east = laptops
    for number, laptop in enumerate(laptops):
        laptop.check_in(festival.serial(), NOON + timedelta(minutes=number))
    south.annul(south.facts[0], NOON + timedelta(minutes=5))
    north.check_in(festival.serial(2), NOON)
    south.check_in(festival.serial(2), NOON + timedelta(minutes=1))
    turn_away(east, festival.serial(1), NOON, Reason.UNKNOWN_TICKET)
    north.exit(festival.serial(), NOON + timedelta(minutes=9))
    east.append(Annulment(**east.stamp(NOON), target=north.facts[0].fact.id))


def _unmeasured(laptop: Laptop, index: int) -> Any:
    return _rewritten(laptop, index, offset_ms=None)


def _measured(laptop: Laptop, index: int, mono_ns: int, true: datetime) -> Any:
    offset = true - laptop.facts[index].fact.wall
    return _rewritten(laptop, index, mono_ns=mono_ns, offset_ms=int(offset.total_seconds() * 1000))


def _rewritten(laptop: Laptop, index: int, **fields: Any) -> Any:
    fact = laptop.facts.pop(index).fact
    told = {name: getattr(fact, name) for name in fact.__struct_fields__} | fields
    return laptop.append(type(fact)(**told))  # type: ignore[arg-type]
