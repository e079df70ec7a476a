"""Servers and laptops that come back from older copies, and whatever else happens in an evening."""

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventreg_core.admission import Reason
from eventreg_core.wire import Page
from eventreg_desktop.store import db, journal, mirror
from eventreg_desktop.store.stores import renew_journal
from eventreg_desktop.sync.state import Connection
from tests.sync.festival import SERVER, Festival, guests, serial, ticket_row
from tests.sync.laptop import Laptop, Make, laptop, told
from tests.sync.memory_server import MemoryServer


def unsent(door: Laptop) -> int:
    return journal.counts(door.stores.journal).unsent


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


def test_a_server_restored_from_before_a_copied_laptops_branch_came_is_brought_that_branch_again(
    make: Make, server: MemoryServer, festival: Festival, tmp_path: Path
) -> None:
    door = make("a")
    api = door.at(server)
    door.sync(api)
    shutil.copytree(door.folder.path, tmp_path / "copy")
    with laptop(tmp_path / "copy") as copy:
        copy.id, copy.signing = door.id, door.signing
        door.scan(festival.text(serial(1)))
        door.sync(api)
        backup = server.copied()
        for number in (2, 3):
            copy.scan(festival.text(serial(number)))
        copy.sync(api)  # this branch is the longer one, so that the copy goes on in the journal
        api.server = backup.restored()
        copy.sync(api)
        assert len(api.server.facts) == 3


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


what = st.sampled_from(["scan", "scan", "sync", "back up", "restore"])
troubles = st.lists(st.sampled_from(["", "", "lost", "twice", "unreachable"]), max_size=6)
steps = st.lists(st.tuples(what, st.integers(0, 1), st.integers(1, 4), troubles), max_size=14)


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
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
