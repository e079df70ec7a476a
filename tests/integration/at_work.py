"""Real laptops at a door, on their own files, and the way from them to the server of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import msgspec

from eventreg_core.blanks import Stock
from eventreg_core.wire import Cursor, PullAnswer, PushAnswer, PushRequest, encode
from eventreg_desktop.door.counts import attach, count
from eventreg_desktop.door.door import Door
from eventreg_desktop.store.stores import prepare, sync_stores
from eventreg_desktop.sync.cycle import Party, sync_once
from server.clock import utc_now
from tests.integration import laptop as server_side
from tests.integration.laptop import Festival, pulled, pushed
from tests.sync.laptop import KEY, Hands, small
from tests.sync.laptop import Laptop as Desktop

Figures = tuple[int, int, int]


@dataclass
class Wire:
    """The server over HTTP, as this device asks it."""

    device: server_side.Laptop
    ahead: timedelta = timedelta(0)
    """How much later it is at the server than this computer thinks."""

    def push(self, request: PushRequest) -> PushAnswer:
        return pushed(self.device.ask("POST", "/sync/push", encode(request)))

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        query = httpx.QueryParams(cursor=str(cursor), check=cursor.check, journal=str(journal))
        answer = pulled(self.device.ask("GET", f"/events/{event}/sync/pull?{query}"))
        return msgspec.structs.replace(answer, server_time=answer.server_time + self.ahead)

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
