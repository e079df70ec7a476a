"""Devices and a server that lose sight of each other, lose answers, and are restored from older copies."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventreg_core.admission import Reason
from eventreg_core.wire import Cursor, Page, PullAnswer, PushAnswer, PushRequest
from eventreg_desktop.store import db, journal, mirror
from eventreg_desktop.store.stores import renew_journal
from eventreg_desktop.sync.clock_offset import measured
from eventreg_desktop.sync.cycle import MOST
from eventreg_desktop.sync.state import Connection
from tests.sync.festival import SERVER, Festival, guests, serial, ticket_row
from tests.sync.laptop import Hands, Laptop, laptop, told
from tests.sync.memory_server import MemoryApi, MemoryServer

Make = Callable[[str], Laptop]


@pytest.fixture
def server(festival: Festival) -> MemoryServer:
    one = MemoryServer()
    one.publish(festival.setting())
    one.publish(guests(10))
    return one


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as open_laptops:
        yield lambda name: open_laptops.enter_context(laptop(tmp_path / name))


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


def test_a_server_restored_from_an_older_copy_gets_its_facts_back_and_nobody_enters_twice(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    one, two = make("one"), make("two")
    api_one, api_two = one.at(server), two.at(server)
    for door, api in ((one, api_one), (two, api_two)):
        door.sync(api)
    one.scan(festival.text(serial(1)))
    one.sync(api_one)
    backup = server.copied()
    one.scan(festival.text(serial(2)))
    two.scan(festival.text(serial(3)))
    for door, api in ((one, api_one), (two, api_two), (one, api_one)):
        door.sync(api)
    restored = backup.restored()
    api_one.server = api_two.server = restored
    two.sync(api_two)  # two now hears of the old server only; what one did since the copy is not there yet
    for number in (1, 2, 3):
        assert told(two.scan(festival.text(serial(number)))) is Reason.ALREADY_USED
    one.sync(api_one)
    two.sync(api_two)
    assert {key[0] for key in server.facts} <= {key[0] for key in restored.facts}
    assert (unsent(one), unsent(two)) == (0, 0)
    assert restored.double_entries() == []


def test_a_copy_on_the_same_time_line_is_noticed_by_the_journals_head(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    backup = server.copied()
    for number in (1, 2, 3):
        door.scan(festival.text(serial(number)))
        door.sync(api)
    api.server = backup
    backup.publish(Page(tickets=[ticket_row(50)]))
    door.sync(api)
    assert len(backup.facts) == 3
    assert unsent(door) == 0


def test_scans_sent_while_the_server_had_forgotten_earlier_ones_bring_those_along(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    backup = server.copied()
    door.scan(festival.text(serial(1)))
    door.sync(api)
    door.scan(festival.text(serial(2)))
    api.server = backup
    door.sync(api)
    assert backup.head(journal.get_current(door.stores.journal).id).seq == 2


def test_a_reset_that_breaks_off_leaves_the_old_list_to_judge_with(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    api.server = server.restored()
    api.server.page_size = 5
    api.fail = ["", "", "lost"]
    assert door.sync(api).connection is Connection.OFFLINE
    assert door.scan(festival.text(serial(10))).name is not None
    assert door.sync(api).connection is Connection.ONLINE
    assert mirror.state(door.stores.mirror).cursor.epoch == api.server.epoch


def test_a_laptop_restored_from_an_older_copy_goes_on_in_a_new_journal(
    make: Make, server: MemoryServer, festival: Festival, tmp_path: Path
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    door.scan(festival.text(serial(1)))
    door.sync(api)
    db.checkpoint(door.stores.journal)
    shutil.copytree(door.folder.path, tmp_path / "copy")
    door.scan(festival.text(serial(2)))
    door.sync(api)
    with laptop(tmp_path / "copy") as copy:
        copy.id, copy.signing = door.id, door.signing
        copy.sync(copy.at(server))
        old, new = journal.list_journals(copy.stores.journal, SERVER)
        assert new.continues == old.id
        copy.scan(festival.text(serial(3)))
        assert copy.sync(copy.at(server)).unsent == 0
        assert server.head(new.id).seq == 1
        assert server.continues[new.id] == old.id


def test_a_device_that_enrolled_again_delivers_what_its_old_journal_still_held(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    door = make("a")
    door.sync(door.at(server))
    door.scan(festival.text(serial(1)))
    renew_journal(door.folder, SERVER)
    again = replace(door, id=UUID(int=4), signing=Ed25519PrivateKey.generate())
    again.scan(festival.text(serial(2)))
    assert again.sync(again.at(server)).unsent == 0
    assert {server.senders[each.hash] for each in server.facts.values()} == {UUID(int=4)}
    assert len(server.heads) == 2


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


what = st.sampled_from(["scan", "scan", "sync", "back up", "restore"])
troubles = st.lists(st.sampled_from(["", "", "lost", "twice", "unreachable"]), max_size=6)
steps = st.lists(st.tuples(what, st.integers(0, 1), st.integers(1, 4), troubles), max_size=14)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_whatever_happens_every_fact_arrives_and_no_door_forgets_whom_it_admitted(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int, list[str]]]
) -> None:
    festival, server = Festival(), MemoryServer(page_size=4)
    server.publish(festival.setting())
    server.publish(guests(4))
    with ExitStack() as stack:
        path = tmp_path_factory.mktemp("doors")
        doors = [stack.enter_context(laptop(path / name)) for name in "ab"]
        apis = [door.at(server) for door in doors]
        for door, api in zip(doors, apis, strict=True):
            door.sync(api)
        backup, admitted = server.copied(), [set[int](), set[int]()]
        for what, which, number, trouble in steps:
            door, api = doors[which], apis[which]
            if what == "scan" and told(door.scan(festival.text(serial(number)))) is None:
                assert number not in admitted[which]
                admitted[which].add(number)
            elif what == "sync":
                api.fail = list(trouble)
                door.sync(api)
            elif what == "back up":
                backup = apis[0].server.copied()
            elif what == "restore":
                backup = backup.restored()
                for each in apis:
                    each.server = backup
        for door, api in [*zip(doors, apis, strict=True)] * 2:
            api.fail = []
            door.sync(api)
        held = {fact.hash for fact in (each for door in doors for each in door.facts())}
        assert {key[1] for key in apis[0].server.facts} == held
        assert [unsent(door) for door in doors] == [0, 0]
        assert sum(len(each) for each in admitted) == len(admitted[0] | admitted[1]) + len(
            apis[0].server.double_entries()
        )
