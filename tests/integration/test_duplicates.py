"""One person with two registrations, let in on both: found, shown with both, settled, and gone when it is gone."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from server.conflicts import duplicates
from server.conflicts.duplicate_jobs import find_duplicates, find_duplicates_at, see
from server.db import Database
from server.settings import Settings
from server.sync import feed
from tests.integration.arrange import Json, made, register
from tests.integration.conftest import Rows
from tests.integration.doing import defer, doing, until, waiting
from tests.integration.laptop import NOON, Festival, Laptop, make_festival
from tests.integration.opened import with_database
from tests.integration.test_truth import no_finding

TWICE, OTHER = "guest0+again@example.org", "ana@example.net"


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    """Ana Müller twice by one mailbox, and another Ana Müller."""
    one = make_festival(organizer)
    for email in (TWICE, OTHER):
        one.registrations.append(register(organizer, one.event, email))
        path = f"/registrations/{one.registrations[-1]['id']}/ticket"
        one.tokens.append(made(organizer.get(path), 200)["token"])
    return one


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "North")


def looked(organizer: httpx.Client, festival: Festival, settings: Settings) -> list[Json]:
    """The conflicts, once somebody has looked for duplicates."""
    with_database(settings.database_url or "", lambda database: see(database, festival.id))
    assert no_finding(settings)
    items: list[Json] = made(organizer.get(festival.path("conflicts")), 200)["items"]
    return items


def settled(organizer: httpx.Client, conflict: Json, outcome: str) -> Json:
    body = {"outcome": outcome, "fact_ids": conflict["fact_ids"]}
    return made(organizer.post(f"/conflicts/{conflict['id']}/settle", json=body), 200)


def test_one_person_let_in_on_two_registrations_is_one_conflict_that_shows_both(
    laptop: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings, sql: Rows
) -> None:
    for guest, minute in ((1, 0), (2, 5), (0, 60)):
        laptop.check_in(festival.serial(guest), NOON + timedelta(minutes=minute))
    laptop.push()
    first, later = laptop.facts[0].fact.id, laptop.facts[2].fact.id
    [found] = looked(organizer, festival, settings)
    assert (found["class"], found["registration"]) == ("duplicate_registration", festival.registrations[0]["id"])
    assert (set(found["fact_ids"]), found["undue"]) == ({str(first), str(later)}, [str(later)])
    assert (found["name"], found["outcome"]) == ("Ana Müller", "accepted")
    steps = made(organizer.get(f"/conflicts/{found['id']}"), 200)["steps"]
    assert [(step["kind"], step["whose"], step["undue"]) for step in steps] == [
        ("check_in", TWICE, False),
        ("check_in", "guest0@example.org", True),
    ]
    assert settled(organizer, found, "accepted")["settled_at"]
    assert looked(organizer, festival, settings)[0]["settled_at"]

    # Another scan of one of the two is a clash of its own, and this one is as it was.
    laptop.check_in(festival.serial(0), NOON + timedelta(minutes=90))
    laptop.push(laptop.facts[3:])
    by_class = {one["class"]: one for one in looked(organizer, festival, settings)}
    assert by_class.keys() == {"double_entry", "duplicate_registration"}
    assert by_class["duplicate_registration"]["settled_at"]

    # A name that was mistaken is corrected: they are two people, and what was decided stays on record.
    path = f"/registrations/{festival.registrations[1]['id']}"
    assert organizer.put(path, json={"full_name": "Anna Müller"}).is_success
    gone = next(one for one in looked(organizer, festival, settings) if one["class"] == "duplicate_registration")
    assert (gone["gone"], len(gone["decisions"])) == (True, 1)
    assert UUID(gone["id"]) == UUID(found["id"])


def test_both_shown_at_once_is_annulled_as_proposed_and_gone_then(
    laptop: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings, sql: Rows
) -> None:
    for guest in (0, 1):
        laptop.check_in(festival.serial(guest), NOON + timedelta(seconds=30 * guest))
    laptop.push()
    defer(settings, "find-duplicates", {})
    with doing(settings, (find_duplicates, find_duplicates_at)):
        until(lambda: waiting(sql) == 0, "both jobs are done")
    [found] = made(organizer.get(festival.path("conflicts"), params={"class": "duplicate_registration"}), 200)["items"]
    assert found["outcome"] == "annulled"
    body = {"class": "duplicate_registration", "outcome": "proposed"}
    bulk = made(organizer.post(festival.path("conflicts/settle"), json=body), 200)
    assert bulk == {"settled": [found["id"]], "left": 0}
    [now] = made(organizer.get(festival.path("counts")), 200)["items"]
    assert (now["inside"], now["admitted"]) == (1, 1)
    [after] = looked(organizer, festival, settings)
    assert (after["gone"], after["id"]) == (True, found["id"])


def test_check_finds_a_duplicate_that_nobody_told(
    laptop: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings, sql: Rows
) -> None:
    for guest in (0, 1):
        laptop.check_in(festival.serial(guest))
    laptop.push()
    assert len(looked(organizer, festival, settings)) == 1
    sql.execute("UPDATE registrations SET user_email = id || '@walk-in.invalid' WHERE user_email = %s", [TWICE])
    [found] = looked(organizer, festival, settings)
    assert "bought at the door" in found["proposed"]
    steps = made(organizer.get(f"/conflicts/{found['id']}"), 200)["steps"]
    assert {step["whose"] for step in steps} == {"guest0@example.org", "bought at the door"}
    sql.execute("DELETE FROM conflicts")
    assert not no_finding(settings)
    # Where something changed since it was looked for, it is looked for in a moment: nothing to find before.
    laptop.check_in(festival.serial(2))
    laptop.push(laptop.facts[2:])
    assert no_finding(settings)


def test_who_looked_earlier_takes_away_nothing_that_was_found_later(
    laptop: Laptop, organizer: httpx.Client, festival: Festival, settings: Settings
) -> None:
    async def slow(database: Database) -> None:
        async with database.begin() as connection:
            early = await duplicates.look(connection, festival.id)
        for guest in (0, 1):
            laptop.check_in(festival.serial(guest))
        await asyncio.to_thread(laptop.push)
        await see(database, festival.id)
        async with database.begin() as connection:
            await feed.lock_heads(connection, [festival.id])
            await duplicates.keep(connection, festival.id, early)

    with_database(settings.database_url or "", slow)
    assert len(made(organizer.get(festival.path("conflicts")), 200)["items"]) == 1
    assert no_finding(settings)
