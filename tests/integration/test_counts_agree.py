"""Inside, admitted, expected: after all is quiet two real laptops and the server count the same people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from eventreg_core.admission import Kind
from eventreg_core.blanks import Stock
from eventreg_core.wire import Cursor, PullAnswer, PushAnswer, PushRequest, encode
from eventreg_desktop.door.annul import Annulled, annul
from eventreg_desktop.door.counts import attach, count
from eventreg_desktop.door.door import Door
from eventreg_desktop.store.stores import prepare, sync_stores
from eventreg_desktop.sync.cycle import Party, sync_once
from server.clock import utc_now
from tests.integration import laptop as server_side
from tests.integration.arrange import made
from tests.integration.laptop import Festival, make_festival, pulled, pushed
from tests.sync.laptop import KEY, Hands, small
from tests.sync.laptop import Laptop as Desktop

Figures = tuple[int, int, int]


@dataclass
class Wire:
    """The server over HTTP, as this device asks it."""

    device: server_side.Laptop

    def push(self, request: PushRequest) -> PushAnswer:
        return pushed(self.device.ask("POST", "/sync/push", encode(request)))

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        query = httpx.QueryParams(cursor=str(cursor), check=cursor.check, journal=str(journal))
        return pulled(self.device.ask("GET", f"/events/{event}/sync/pull?{query}"))

    def snapshot(self, _event: UUID) -> bytes:
        raise AssertionError("these laptops are never far behind")

    def blanks(self, _event: UUID) -> Stock:
        raise AssertionError("these laptops have no blanks")


@dataclass
class AtWork:
    """A desktop laptop with its files, and the way to the server."""

    desktop: Desktop
    wire: Wire
    party: Party

    def sync(self) -> None:
        sync_once(self.desktop.stores, self.wire, self.party, self.desktop.clock)

    def figures(self) -> Figures:
        counted = count(self.desktop.stores, self.desktop.door, self.desktop.clock())
        return counted.inside, counted.admitted, counted.expected


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=5, entry="reentry")


@contextmanager
def at_work(path: Path, device: server_side.Laptop, festival: Festival) -> Iterator[AtWork]:
    path.mkdir()
    server = UUID(device.enrolled["server"])
    folder = small(path)
    prepare(folder, KEY, server)
    stores = sync_stores(folder, KEY)
    attach(stores)
    door = Door(festival.id, UUID(festival.check_in_list["id"]), UUID(festival.gate["id"]))
    desktop = Desktop(folder, stores, door, Hands(wall=utc_now()), device.id, device.key)
    try:
        yield AtWork(desktop, Wire(device), Party(festival.id, server, device.key))
    finally:
        stores.close()


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
