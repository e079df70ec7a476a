"""A door that scans while its laptop is in the middle of a sync."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from eventreg_core.admission import Reason
from eventreg_core.wire import Cursor, GuestRow, Page, PullAnswer, PushAnswer, PushRequest
from eventreg_desktop.sync.state import Connection
from tests.sync.festival import Festival, guests, registration, serial, ticket_row
from tests.sync.laptop import Laptop, Make, told
from tests.sync.memory_server import MemoryApi, MemoryServer


@dataclass
class Interrupting(MemoryApi):
    """Scans a ticket before the answer to call number `at` arrives, and counts the calls."""

    door: Laptop | None = None
    text: str = ""
    at: int = 0
    said: Reason | None = None
    interrupted: bool = False

    def push(self, request: PushRequest) -> PushAnswer:
        answer = super().push(request)
        self._scan()
        return answer

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        answer = super().pull(event, cursor, journal)
        self._scan()
        return answer

    def _scan(self) -> None:
        if self.door is not None and len(self.calls) == self.at:
            self.said, self.interrupted = told(self.door.scan(self.text)), True


@pytest.mark.parametrize("at", range(1, 10))
def test_a_used_ticket_stays_used_at_every_moment_of_a_large_change_to_its_registration(
    make: Make, server: MemoryServer, festival: Festival, at: int
) -> None:
    door, text = make("a"), festival.text(serial(1))
    door.sync(door.at(server))
    door.scan(text)
    server.page_size = 1
    server.publish(Page(tickets=[ticket_row(1)], guests=[GuestRow(registration=registration(1), name="B", email="")]))
    server.publish(Page(tickets=[ticket_row(90, of=1, place=1)]))
    server.publish(guests(2))
    api = Interrupting(server, door.id, door=door, text=text, at=at)
    state = door.sync(api)
    assert state.connection is Connection.ONLINE
    assert (api.interrupted, api.said) == (True, Reason.ALREADY_USED)


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_scan_in_the_middle_of_a_cycle_is_sent_by_the_next_and_once(
    make: Make, server: MemoryServer, festival: Festival, at: int
) -> None:
    door = make("a")
    door.sync(door.at(server))
    door.scan(festival.text(serial(1)))
    server.page_size = 1
    server.publish(guests(1))
    api = Interrupting(server, door.id, door=door, text=festival.text(serial(2)), at=at)
    door.sync(api)
    assert api.interrupted
    assert door.sync(door.at(server)).unsent == 0
    assert len(server.facts) == 2


def test_a_revoked_laptop_scans_on_delivers_and_says_what_the_server_said(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    door.scan(festival.text(serial(1)))
    api.fail = ["", "refused"]  # facts are still taken, the guest list is not given any more
    state = door.sync(api)
    assert (state.connection, state.unsent) == (Connection.REFUSED, 0)
    assert state.sentence == "This laptop is not enrolled here. Enrol it again."
    assert told(door.scan(festival.text(serial(2)))) is None
