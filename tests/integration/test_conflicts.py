"""What doors did beside what was due: one conflict for one clash, gone when it is gone."""

from datetime import timedelta

import httpx
import pytest

from eventreg_core.ticket import parse
from server.clock import new_id, utc_now
from tests.integration.arrange import Json, made, refused
from tests.integration.conftest import People
from tests.integration.laptop import NOON, Festival, Laptop, make_festival


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=2)


@pytest.fixture
def north(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "North")


@pytest.fixture
def south(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "South")


def conflicts(client: httpx.Client, festival: Festival) -> list[Json]:
    page = made(client.get(festival.path("conflicts")), 200)
    assert page["total"] == len(page["items"])
    items: list[Json] = page["items"]
    return items


def test_two_devices_that_admit_one_ticket_while_cut_off_are_one_conflict(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    late = north.check_in(festival.serial(), NOON + timedelta(minutes=3))
    early = south.check_in(festival.serial(), NOON)
    north.push()
    assert conflicts(organizer, festival) == []
    south.push()
    [conflict] = conflicts(organizer, festival)
    assert (conflict["class"], conflict["name"]) == ("double_entry", "Ana Müller")
    assert (conflict["list"], conflict["list_name"]) == (festival.check_in_list["id"], "Main")
    assert conflict["registration"] == festival.registrations[0]["id"]
    assert [(fact["id"], fact["device"], fact["gate"]) for fact in conflict["facts"]] == [
        (str(early.fact.id), "South", "North"),
        (str(late.fact.id), "North", "North"),
    ]
    assert sorted(conflict["fact_ids"]) == sorted(fact["id"] for fact in conflict["facts"])
    assert conflict["proposed"]
    south.push()
    assert conflicts(organizer, festival) == [conflict]


def test_a_third_admission_joins_the_conflict_and_opens_it_again(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    north.check_in(festival.serial(), NOON)
    north.check_in(festival.serial(), NOON + timedelta(hours=1))
    north.push()
    [before] = conflicts(organizer, festival)
    body = {"outcome": "accepted", "fact_ids": before["fact_ids"]}
    assert made(organizer.post(f"/conflicts/{before['id']}/settle", json=body), 200)["settled_at"]
    south.check_in(festival.serial(), NOON + timedelta(minutes=30))
    south.push()
    [after] = conflicts(organizer, festival)
    assert (after["id"], len(after["fact_ids"]), after["settled_at"]) == (before["id"], 3, None)
    [decision] = after["decisions"]
    assert (decision["outcome"], decision["fact_ids"]) == ("accepted", before["fact_ids"])
    refused(organizer.post(f"/conflicts/{before['id']}/settle", json=body), 409, "conflict_changed")


def test_a_conflict_is_gone_when_one_of_the_two_was_undone_by_device_or_office(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    for guest in (0, 1):
        north.check_in(festival.serial(guest), NOON)
        south.check_in(festival.serial(guest), NOON)
    north.push()
    south.push()
    assert len(conflicts(organizer, festival)) == 2
    south.annul(south.facts[0])
    south.push()
    [left] = conflicts(organizer, festival)
    made(organizer.post(f"/check-ins/{left['fact_ids'][0]}/annul"), 200)
    assert conflicts(organizer, festival) == []


def test_an_annulment_may_arrive_before_what_it_undoes(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    north.check_in(festival.serial(), NOON)
    south.check_in(festival.serial(), NOON)
    south.annul(south.facts[0])
    north.push()
    south.push(south.facts[1:])
    south.push(south.facts[:1])
    assert conflicts(organizer, festival) == []


def test_one_place_counts_whatever_serial_its_ticket_had(
    north: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    long_ago = utc_now() - timedelta(days=30)
    north.check_in(festival.serial(), long_ago)
    registration = festival.registrations[0]["id"]
    assert organizer.post(f"/registrations/{registration}/reissue").is_success
    north.push()
    token = made(organizer.get(f"/registrations/{registration}/ticket"), 200)["token"]
    north.check_in(parse(token).serial.hex(), long_ago + timedelta(minutes=1))
    north.push()
    [conflict] = conflicts(organizer, festival)
    assert (conflict["class"], conflict["registration"]) == ("double_entry", registration)


def test_an_unknown_ticket_that_entered_twice_is_a_conflict_without_a_name(
    north: Laptop, south: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    for laptop in (north, south):
        laptop.check_in("00000000000000aa", NOON)
        laptop.push()
    [conflict] = conflicts(organizer, festival)
    assert (conflict["registration"], conflict["name"], len(conflict["facts"])) == (None, None, 2)


def test_a_rehearsal_is_no_entry(north: Laptop, organizer: httpx.Client, festival: Festival) -> None:
    north.check_in(festival.serial(), NOON, rehearsal=True)
    north.check_in(festival.serial(), NOON + timedelta(hours=1))
    north.push()
    assert conflicts(organizer, festival) == []
    assert made(organizer.get(festival.path("check-ins")), 200)["total"] == 1


def test_a_list_that_lets_in_again_after_an_exit_has_no_conflict_then(
    anonymous: httpx.Client, organizer: httpx.Client
) -> None:
    festival = make_festival(organizer, entry="reentry")
    laptop = Laptop(anonymous, organizer, festival)
    laptop.check_in(festival.serial(), NOON)
    laptop.exit(festival.serial(), NOON + timedelta(hours=1))
    laptop.check_in(festival.serial(), NOON + timedelta(hours=2))
    laptop.push()
    assert conflicts(organizer, festival) == []
    laptop.check_in(festival.serial(), NOON + timedelta(hours=3))
    laptop.push()
    [conflict] = conflicts(organizer, festival)
    assert len(conflict["fact_ids"]) == 2


def test_conflicts_come_in_pages_and_only_to_members(
    north: Laptop, south: Laptop, organizer: httpx.Client, staff: httpx.Client, festival: Festival, people: People
) -> None:
    for guest in (0, 1):
        north.check_in(festival.serial(guest), NOON)
        south.check_in(festival.serial(guest), NOON)
    north.push()
    south.push()
    path = festival.path("conflicts")
    refused(staff.get(path), 404, "event_not_found")
    made(organizer.post(festival.path("members"), json={"email": people.staff.email, "role": "viewer"}))
    first = made(staff.get(path, params={"limit": 1}), 200)
    second = made(staff.get(path, params={"limit": 1, "cursor": first["next_cursor"]}), 200)
    assert {first["items"][0]["id"], second["items"][0]["id"]} == {one["id"] for one in conflicts(staff, festival)}
    assert (second["total"], second["next_cursor"]) == (2, None)
    refused(staff.get(path, params={"cursor": str(new_id())}), 422, "invalid")
