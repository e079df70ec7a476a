"""Is everything in, and how full is it: what an organizer asks the morning after."""

from datetime import timedelta

import httpx
import pytest

from tests.integration.arrange import made
from tests.integration.laptop import NOON, Festival, Laptop, make_festival


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
