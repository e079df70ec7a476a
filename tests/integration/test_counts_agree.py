"""Inside, admitted, expected: after all is quiet two real laptops and the server count the same people."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from eventreg_core.admission import Kind
from eventreg_desktop.door.annul import Annulled, annul
from tests.integration import laptop as server_side
from tests.integration.arrange import made
from tests.integration.at_work import at_work
from tests.integration.laptop import Festival, make_festival
from tests.sync.laptop import Laptop as Desktop


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=5, entry="reentry")


def test_two_laptops_and_the_server_count_the_same_people_after_a_cut_and_a_clock_set_back(
    anonymous: httpx.Client, organizer: httpx.Client, festival: Festival, tmp_path: Path
) -> None:
    first, second = (server_side.Laptop(anonymous, organizer, festival, name) for name in ("North", "South"))
    with at_work(tmp_path / "n", first, festival) as north, at_work(tmp_path / "s", second, festival) as south:
        for each in (north, south):
            each.sync()
            each.desktop.clock.wait(60)
        _cut_off(north.desktop, south.desktop, festival)
        registration = festival.registrations[4]["id"]
        assert organizer.post(f"/registrations/{registration}/reissue").is_success
        for each in (north, south, north, south):
            each.sync()
        [listed] = made(organizer.get(festival.path("counts")), 200)["items"]
        server = (listed["inside"], listed["admitted"], listed["expected"])
        assert north.figures() == south.figures() == server == (2, 4, 5)


def _cut_off(north: Desktop, south: Desktop, festival: Festival) -> None:
    codes = festival.tokens
    for code in codes[:3]:
        north.scan(code)
    south.clock.wait(30)
    south.door = replace(south.door, kind=Kind.EXIT)
    south.scan(codes[0])
    south.door = replace(south.door, kind=Kind.ENTRY)
    south.scan(codes[4])
    south.clock.wall -= timedelta(hours=3)  # somebody sets this laptop's clock
    south.clock.wait(30)
    south.scan(codes[0])
    north.clock.wait(90)
    north.door = replace(north.door, kind=Kind.EXIT)
    north.scan(codes[0])
    north.scan(codes[1])
    north.door = replace(north.door, kind=Kind.ENTRY)
    undone = north.scan(codes[3])
    assert undone.fact is not None
    assert isinstance(annul(north.stores, north.door, undone.fact, north.clock()), Annulled)
