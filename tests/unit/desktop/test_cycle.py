"""Devices and a server that lose sight of each other, lose answers, and are restored from older copies."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from eventreg_core.admission import Reason
from eventreg_core.wire import Cursor, PullAnswer, PushAnswer, PushRequest
from eventreg_desktop.store import db, journal, mirror
from eventreg_desktop.sync.clock_offset import measured
from eventreg_desktop.sync.cycle import MOST
from eventreg_desktop.sync.state import Connection
from tests.sync.festival import Festival, serial
from tests.sync.laptop import Hands, Laptop, Make, told
from tests.sync.memory_server import MemoryApi, MemoryServer


def unsent(door: Laptop) -> int:
    return journal.counts(door.stores.journal).unsent


def test_a_fresh_device_pulls_everything_page_by_page(make: Make, server: MemoryServer, festival: Festival) -> None:
    server.page_size = 3
    door = make("a")
    api = door.at(server)
    state = door.sync(api)
    assert (state.connection, state.unsent, state.cache_age_s, state.sentence) == (Connection.ONLINE, 0, 0.0, None)
    assert api.calls == ["pull"] * 10
    assert door.scan(festival.text(serial(1))).name == "Łukasz Nowak"


def test_scans_made_alone_arrive_once_each_and_in_one_chain(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    for number in (1, 2, 1, 99):
        door.scan(festival.text(serial(number)))
    api.fail = ["unreachable"]
    assert door.sync(api).connection is Connection.OFFLINE
    assert unsent(door) == 4
    assert door.sync(api).unsent == 0
    assert len(server.facts) == 4
    assert server.head(journal.get_current(door.stores.journal).id).seq == 4


@pytest.mark.parametrize("trouble", ["lost", "twice"])
def test_a_lost_or_doubled_answer_makes_no_second_fact(
    make: Make, server: MemoryServer, festival: Festival, trouble: str
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    door.scan(festival.text(serial(1)))
    api.fail = [trouble]
    door.sync(api)
    assert door.sync(api).unsent == 0
    assert len(server.facts) == 1
    assert server.double_entries() == []


def test_a_lost_page_is_asked_for_again(make: Make, server: MemoryServer, festival: Festival) -> None:
    server.page_size = 4
    door = make("a")
    api = door.at(server)
    api.fail = ["", "lost"]
    assert door.sync(api).connection is Connection.OFFLINE
    assert mirror.state(door.stores.mirror).cursor.revision == 4
    assert door.sync(api).connection is Connection.ONLINE
    assert door.scan(festival.text(serial(10))).name is not None


def test_two_doors_cut_off_admit_one_ticket_and_both_facts_make_one_conflict(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    one, two = make("one"), make("two")
    api_one, api_two = one.at(server), two.at(server)
    one.sync(api_one)
    two.sync(api_two)
    two.clock.wait(30)
    words = [told(door.scan(festival.text(serial(1)))) for door in (one, two)]
    assert words == [None, None]
    for door, api in ((one, api_one), (two, api_two), (one, api_one)):
        door.sync(api)
    assert len(server.facts) == 2
    assert [len(ids) for ids in server.double_entries()] == [2]
    assert told(one.scan(festival.text(serial(1)))) is Reason.ALREADY_USED


def test_what_one_door_admits_the_other_hears_of(make: Make, server: MemoryServer, festival: Festival) -> None:
    one, two = make("one"), make("two")
    api_one, api_two = one.at(server), two.at(server)
    two.sync(api_two)
    one.sync(api_one)
    first = one.scan(festival.text(serial(1)))
    one.sync(api_one)
    two.sync(api_two)
    second = two.scan(festival.text(serial(1)))
    assert (told(second), second.first_at, second.first_gate) == (Reason.ALREADY_USED, first.at, "North")


def test_a_long_queue_goes_in_portions(make: Make, server: MemoryServer, festival: Festival) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    door.stores.journal.execute("PRAGMA synchronous = OFF")  # only this test's speed needs it
    for number in range(1000, 1000 + MOST + 5):
        door.scan(festival.text(serial(number)))
    api.calls.clear()
    assert door.sync(api).unsent == 0
    assert api.calls == ["push", "push", "pull"]


def test_a_server_that_says_no_is_quoted_and_the_door_goes_on(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    api.fail = ["refused"]
    state = door.sync(api)
    assert (state.connection, state.sentence) == (
        Connection.REFUSED,
        "This laptop is not enrolled here. Enrol it again.",
    )
    assert told(door.scan(festival.text(serial(1)))) is None


@pytest.mark.parametrize(
    "rotten", [pytest.param("raw || '}'", id="no fact any more"), pytest.param("x'ff' || raw", id="no text any more")]
)
def test_a_fact_that_the_disk_has_spoilt_keeps_no_other_from_arriving(
    make: Make, server: MemoryServer, festival: Festival, rotten: str
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    for number in (1, 2, 3):
        door.scan(festival.text(serial(number)))
    door.stores.journal.execute(f"UPDATE facts SET raw = CAST({rotten} AS BLOB) WHERE seq = 2")
    state = door.sync(api)
    assert (state.connection, state.unsent, state.quarantined) == (Connection.ONLINE, 0, 1)
    assert (len(server.facts), len(server.quarantine)) == (2, 1)
    door.scan(festival.text(serial(4)))
    api.calls.clear()
    assert door.sync(api).unsent == 0
    assert (len(server.facts), api.calls) == (3, ["push", "pull"])


class Deaf(MemoryApi):
    """A server that answers and takes nothing."""

    def push(self, request: PushRequest) -> PushAnswer:
        self.calls.append("push")
        return PushAnswer(receipts=[], head=self.server.head(request.journal), server_time=self.server.time)


class Elsewhere(MemoryApi):
    """A server whose pages do not follow what was asked for."""

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        self.calls.append("pull")
        return self.server.pull(Cursor(cursor.epoch, cursor.revision + 1, cursor.check), journal)


def test_a_server_that_takes_nothing_is_not_asked_for_ever(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    door = make("a")
    door.sync(door.at(server))
    door.scan(festival.text(serial(1)))
    deaf = Deaf(server, door.id)
    assert door.sync(deaf).connection is Connection.OFFLINE
    assert (deaf.calls, unsent(door)) == (["push"], 1)


def test_a_page_that_leaves_a_gap_is_not_taken(make: Make, server: MemoryServer) -> None:
    door = make("a")
    door.at(server)
    assert door.sync(Elsewhere(server, door.id)).connection is Connection.OFFLINE
    assert mirror.state(door.stores.mirror).cursor.revision == 0


def test_the_laptops_clock_is_measured_with_each_answer(make: Make, server: MemoryServer, festival: Festival) -> None:
    door = make("a")
    door.clock.wall -= timedelta(hours=3)
    door.sync(door.at(server))
    outcome = door.scan(festival.text(serial(1)))
    assert outcome.at == server.time
    assert door.facts()[0].fact.offset_ms == 3 * 3_600_000


def test_a_round_trip_that_took_too_long_measures_nothing(server: MemoryServer) -> None:
    hands = Hands()
    before = hands()
    hands.wait(11)
    assert measured(before, server.time, hands()) is None
    hands.boot = "another"
    assert measured(before, server.time, hands()) is None


def test_the_middle_of_the_round_trip_counts(server: MemoryServer) -> None:
    hands = Hands()
    before = hands()
    hands.wait(4)
    anchor = measured(before, server.time, hands())
    assert anchor is not None
    assert (anchor.server_ms - anchor.wall_ms, anchor.mono_ns - before.mono_ns) == (-2000, 2_000_000_000)


def test_the_age_of_the_list_is_told_in_seconds(make: Make, server: MemoryServer) -> None:
    door = make("a")
    api = door.at(server)
    assert door.sync(replace(api, fail=["unreachable"])).cache_age_s is None
    door.sync(api)
    ages = []
    for boot in ("boot-1", "boot-2"):
        door.clock.boot = boot
        door.clock.wait(90)
        ages.append(door.sync(replace(api, fail=["unreachable"])).cache_age_s)
    assert ages == [90.0, 180.0]


def test_a_locked_journal_is_the_laptops_own_trouble(make: Make, server: MemoryServer, festival: Festival) -> None:
    door = make("a")
    door.sync(door.at(server))
    door.scan(festival.text(serial(1)))
    other = db.connect(door.folder.journal)
    other.execute("BEGIN IMMEDIATE")
    door.stores.journal.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(db.StoreLocked):
        door.sync(door.at(server))
    other.execute("ROLLBACK")
    other.close()
    assert door.sync(door.at(server)).unsent == 0
