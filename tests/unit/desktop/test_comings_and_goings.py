"""Entries and exits in every order, at one door and at two, with clocks that are wrong."""

from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.admission import EntryPolicy, Kind, Reason, Status
from eventreg_core.ticket import KeyState
from eventreg_core.wire import FactRow, ListRow, Page, TypeRow
from tests.sync.festival import ADULT, CLUB, MAIN, SPACE, Festival, serial, ticket_row
from tests.sync.laptop import Laptop, Make, told
from tests.sync.memory_server import MemoryServer

IN, OUT = Kind.ENTRY, Kind.EXIT


@pytest.mark.parametrize(
    ("check_in_list", "ways", "words"),
    [
        pytest.param(MAIN, (OUT, IN, OUT), (None, None, None), id="an exit first uses nothing up"),
        pytest.param(MAIN, (IN, OUT, OUT), (None, None, None), id="whoever leaves may leave again"),
        pytest.param(MAIN, (IN, OUT, IN), (None, None, Reason.ALREADY_USED), id="no way back where one enters once"),
        pytest.param(CLUB, (IN, OUT, OUT, IN, IN), (None, None, None, None, Reason.ALREADY_INSIDE), id="and back"),
    ],
)
@pytest.mark.parametrize("seconds", [0, 60])
def test_comings_and_goings_count_in_the_order_in_which_they_were_scanned(
    door: Laptop,
    festival: Festival,
    check_in_list: UUID,
    ways: tuple[Kind, ...],
    words: tuple[Reason | None, ...],
    seconds: int,
) -> None:
    said = []
    for way in ways:
        door.works(check_in_list, way)
        said.append(told(door.scan(festival.text(serial(1)))))
        door.clock.wait(seconds)
    assert tuple(said) == words


def test_what_other_doors_tell_late_and_in_the_wrong_order_counts_by_when_it_happened(
    door: Laptop, festival: Festival
) -> None:
    door.works(CLUB)
    now, code = door.clock.wall, serial(1).hex()
    went_out = FactRow(id=UUID(int=1), kind="exit", list=CLUB, at=now - timedelta(minutes=5), serial=code)
    came_in = FactRow(id=UUID(int=2), kind="check_in", list=CLUB, at=now - timedelta(minutes=10), serial=code)
    door.holds(Page(facts=[went_out]), revision=3)
    door.holds(Page(facts=[came_in]), revision=4)
    assert told(door.scan(festival.text(serial(1)))) is None


@pytest.mark.parametrize("wrong", [timedelta(hours=-1), timedelta(minutes=3)])
def test_doors_whose_clocks_are_wrong_agree_on_the_order(
    make: Make, server: MemoryServer, festival: Festival, wrong: timedelta
) -> None:
    one, two = make("one"), make("two")
    doors = ((one, one.at(server)), (two, two.at(server)))
    two.clock.wall += wrong
    text, said = festival.text(serial(1)), []
    for way, (door, api) in ((IN, doors[0]), (OUT, doors[1]), (IN, doors[0]), (IN, doors[1])):
        door.sync(api)
        door.works(CLUB, way)
        said.append(told(door.scan(text)))
        door.sync(api)
        server.time += timedelta(minutes=1)
        for each, _ in doors:
            each.clock.wait(60)
    assert said == [None, None, None, Reason.ALREADY_INSIDE]
    assert {each.fact.offset_ms for each in two.facts()} == {-wrong // timedelta(milliseconds=1)}


def test_a_blocked_ticket_enters_once_the_news_of_its_release_is_there(door: Laptop, festival: Festival) -> None:
    door.holds(Page(tickets=[ticket_row(1, status=Status.BLOCKED)]), revision=3)
    assert told(door.scan(festival.text(serial(1)))) is Reason.BLOCKED
    door.holds(Page(tickets=[ticket_row(1)]), revision=4)
    assert told(door.scan(festival.text(serial(1)))) is None


def test_a_ticket_type_that_nobody_has_heard_of_enters_nowhere(door: Laptop, festival: Festival) -> None:
    said = []
    for check_in_list in (MAIN, CLUB):
        door.works(check_in_list)
        said.append(told(door.scan(festival.text(serial(80), ticket_type=999))))
    assert said == [Reason.WRONG_LIST, Reason.WRONG_LIST]


def test_after_a_change_of_keys_old_and_new_tickets_both_enter(door: Laptop, festival: Festival) -> None:
    renewed = Festival(key=Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x07"), key_number=2)
    assert told(door.scan(renewed.text(serial(81)))) is Reason.BAD_SIGNATURE, "no news of the key yet"
    keys = [*renewed.setting().keys, *festival.setting(KeyState.OLD).keys]
    door.holds(Page(keys=keys), revision=3)
    assert told(door.scan(renewed.text(serial(81)))) is None
    assert told(door.scan(festival.text(serial(82)))) is None


def test_a_list_that_is_changed_while_its_door_is_open_counts_at_the_next_scan(
    door: Laptop, festival: Festival
) -> None:
    text = festival.text(serial(1))
    door.scan(text)
    row = ListRow(id=MAIN, name="Main door", entry=EntryPolicy.UNLIMITED, ticket_types=(ADULT,))
    door.holds(Page(lists=[row]), revision=3)
    assert told(door.scan(text)) is None
    door.holds(Page(ticket_types=[TypeRow(id=SPACE, number=ADULT, name="Adult", closes=door.clock.wall)]), revision=4)
    assert told(door.scan(text)) is Reason.TOO_LATE


def test_a_companion_is_greeted_by_the_name_of_the_registration(door: Laptop, festival: Festival) -> None:
    door.holds(Page(tickets=[ticket_row(52, of=1, place=1)]), revision=3)
    assert door.scan(festival.text(serial(52))).name == "Łukasz Nowak"
