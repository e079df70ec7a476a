"""How much goes over the line at once: less where that is too much for somebody, a whole guest list as a file."""

from collections.abc import Iterator

import pytest

from eventreg_desktop.store.device import Device
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.http import HttpSyncApi
from eventreg_desktop.sync.state import Connection, SyncState
from tests.sync.festival import EVENT, SERVER, Festival, guests, serial
from tests.sync.http_peer import Peer, listening
from tests.sync.laptop import Laptop, Make, told
from tests.sync.memory_server import MemoryServer


class Line:
    """A laptop and its server, with HTTP between them."""

    def __init__(self, one: Laptop, peer: Peer) -> None:
        self.laptop, self.peer = one, peer
        one.at(peer.server)
        self.device = Device(
            id=one.id, name="North", event=EVENT, url=peer.url, pin="", server=SERVER, server_key="", certificate="",
            signature="",
        )  # fmt: skip

    def sync(self) -> SyncState:
        """One cycle."""
        one = self.laptop
        with HttpSyncApi(self.device, one.signing, one.clock) as api:
            return sync_once(one.stores, api, Party(EVENT, SERVER, one.signing), one.clock)


@pytest.fixture
def line(festival: Festival, make: Make) -> Iterator[Line]:
    server = MemoryServer()
    server.publish(festival.setting())
    server.publish(guests(3))
    with listening(Peer(server)) as peer:
        yield Line(make("north"), peer)


def test_a_proxy_that_lets_little_through_gets_little_at_once(line: Line, festival: Festival) -> None:
    line.peer.most_bytes = 4000
    assert line.sync().connection is Connection.ONLINE
    for _ in range(40):
        line.laptop.clock.wait(61)
        line.laptop.scan(festival.text(serial(1)))
    state = line.sync()
    assert (state.connection, state.unsent) == (Connection.ONLINE, 0)
    assert len(line.peer.server.facts) == 40
    pushes = [asked for asked in line.peer.asked if asked == "POST /api/v1/sync/push"]
    assert 4 < len(pushes) <= 25, "not one by one"


def test_a_single_fact_that_does_not_pass_waits_and_is_not_lost(line: Line, festival: Festival) -> None:
    line.sync()
    line.laptop.scan(festival.text(serial(1)))
    line.peer.most_bytes = 100
    state = line.sync()
    assert (state.connection, state.unsent) == (Connection.OFFLINE, 1)
    line.peer.most_bytes = None
    assert line.sync().unsent == 0


def test_a_laptop_far_behind_fetches_the_guest_list_as_one_file(line: Line, festival: Festival) -> None:
    line.peer.server.floor = len(line.peer.server.feed)
    assert line.sync().connection is Connection.ONLINE
    assert told(line.laptop.scan(festival.text(serial(1)))) is None
