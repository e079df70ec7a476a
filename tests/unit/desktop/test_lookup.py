"""Finding tickets by what people say and type."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from eventreg_core.admission import Kind, Status
from eventreg_core.wire import FactRow, Page
from eventreg_desktop.door.directory import Directory
from eventreg_desktop.door.lookup import MOST, Discretion, Found, candidate_of, find
from eventreg_desktop.door.setting import set_up
from eventreg_desktop.store.db import snapshot
from eventreg_desktop.store.folding import folded_name
from tests.sync.festival import CLUB, MAIN, Festival, guest_row, guests, serial, ticket_row
from tests.sync.laptop import Laptop
from tests.sync.memory_server import NOON


def found(door: Laptop, typed: str) -> list[str]:
    return [candidate.short_code for candidate in look(door, typed).candidates]


def look(door: Laptop, typed: str, discretion: Discretion = Discretion.OPEN) -> Found:
    return find(door.stores, Directory(), door.door, typed, door.clock(), discretion)


@pytest.mark.parametrize("typed", ["AB-0003", "ab0003", "ab 00 03", "  Ab-0003 "])
def test_a_short_code_is_found_however_it_is_written(door: Laptop, typed: str) -> None:
    assert found(door, typed) == ["AB-0003"]


def test_the_beginning_of_a_short_code_finds_all_that_begin_so(door: Laptop) -> None:
    assert found(door, "ab000") == [f"AB-000{n}" for n in range(1, 10)]


@pytest.mark.parametrize("typed", ["łukasz", "LUKASZ", "nowak luk", "Nowak"])
def test_a_name_is_found_without_accents_in_any_order(door: Laptop, typed: str) -> None:
    assert found(door, typed) == ["AB-0001", "AB-0007"]


@pytest.mark.parametrize(
    ("typed", "codes"), [("%", ["AB-0005"]), ("_real_", ["AB-0005"]), ("o'br", ["AB-0002", "AB-0008"])]
)
def test_signs_stand_for_themselves(door: Laptop, typed: str, codes: list[str]) -> None:
    assert found(door, typed) == codes


@pytest.mark.parametrize("typed", ["", "   ", "zz", "ab"])
def test_nothing_is_found_by_nothing(door: Laptop, typed: str) -> None:
    assert found(door, typed) == []


def test_at_most_twenty_are_shown(door: Laptop) -> None:
    door.holds(guests(130))
    assert len(found(door, "an")) == MOST


def test_a_candidate_says_how_the_ticket_stands(door: Laptop) -> None:
    door.holds(Page(tickets=[ticket_row(3, status=Status.BLOCKED), ticket_row(9, settled=False)]))
    states = {each.short_code: each.status for each in look(door, "李").candidates}
    assert states == {"AB-0003": "blocked", "AB-0009": "unpaid"}


def test_a_candidate_who_is_in_already_says_since_when(door: Laptop, festival: Festival) -> None:
    first = door.scan(festival.text(serial(4)))
    door.clock.wait(60)
    answer = look(door, "bo")
    (_, bo) = sorted(answer.candidates, key=lambda each: each.short_code)[::-1]
    assert (bo.short_code, bo.admitted_at, answer.at) == ("AB-0004", first.at, first.at + timedelta(seconds=60))


def test_a_candidate_who_has_left_may_enter_again_where_the_list_says_so(door: Laptop) -> None:
    door.works(CLUB)
    door.choose(serial(4))
    door.works(CLUB, Kind.EXIT)
    door.choose(serial(4))
    (candidate,) = look(door, "AB-0004").candidates
    assert candidate.admitted_at is None


def test_a_stranger_whose_code_begins_like_a_name_comes_after_who_is_called_so(door: Laptop) -> None:
    stranger = replace(ticket_row(90), short_code="EVAM-SX23")
    door.holds(Page(tickets=[stranger, ticket_row(91)], guests=[guest_row(90, "Nora"), guest_row(91, "Eva Evans")]))
    assert found(door, "eva") == ["AB-0091", "EVAM-SX23"]
    assert found(door, "EVAM-SX") == found(door, "evamsx2") == ["EVAM-SX23"]
    assert found(door, "evams") == ["EVAM-SX23", "AB-0091"], "nor does one hide whose name is alike"


def test_a_ticket_of_nobody_is_found_by_its_code(door: Laptop) -> None:
    door.holds(Page(tickets=[ticket_row(70)]))
    (candidate,) = look(door, "AB-0070").candidates
    assert (candidate.name, candidate.ticket_type) == ("", "Adult")


def test_a_companion_is_found_by_their_own_name_and_by_the_guest_they_come_with(door: Laptop) -> None:
    door.holds(Page(tickets=[ticket_row(71, of=1, place=1, holder="Zoë Begleitung")]))
    (candidate,) = look(door, "zoe").candidates
    assert (candidate.short_code, candidate.name) == ("AB-0071", "Zoë Begleitung")
    assert found(door, "łukasz") == ["AB-0001", "AB-0071", "AB-0007"]
    assert door.choose(serial(71)).name == "Zoë Begleitung"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        pytest.param("4567", ["AB-0080", "AB-0081"], id="the last four digits, by name"),
        pytest.param("0170 123-45 67", ["AB-0080", "AB-0081"], id="the whole number"),
        pytest.param("0089", ["AB-0082"], id="zeros in front"),
        pytest.param("567", [], id="too few digits"),
        pytest.param("9999", [], id="nobody's"),
    ],
)
def test_a_guest_is_found_by_the_end_of_the_phone_number(door: Laptop, typed: str, codes: list[str]) -> None:
    people = (guest_row(80, "Ada", phone_tail="4567"), guest_row(81, "Bea", phone_tail="4567"))
    door.holds(Page(tickets=[ticket_row(n) for n in (80, 81, 82)], guests=[*people, guest_row(82, "C", "0089")]))
    assert found(door, typed) == codes


def test_who_has_another_number_now_is_found_by_that_one_alone(door: Laptop) -> None:
    for tail in ("4567", "1111"):
        door.holds(Page(tickets=[ticket_row(80)], guests=[guest_row(80, "Ada", phone_tail=tail)]))
    assert (found(door, "4567"), found(door, "1111")) == ([], ["AB-0080"])


def test_directory_fold_the_same_whoever_typed_them() -> None:
    assert folded_name("ÅSA Straße Ørsted") == folded_name("åsa STRASSE ørsted") == "asa strasse orsted"


def test_the_short_way_to_a_candidate_says_what_the_long_way_says(door: Laptop, festival: Festival) -> None:
    new_ticket = ticket_row(50, of=4)  # re-issued after the first entry
    entered_elsewhere = FactRow(id=UUID(int=5), kind="check_in", list=MAIN, at=NOON, serial=serial(6).hex())
    door.scan(festival.text(serial(4)))
    door.holds(
        Page(
            tickets=[
                ticket_row(4, status=Status.REVOKED),
                new_ticket,
                ticket_row(70),
                ticket_row(9, settled=False),
                ticket_row(71, of=1, place=1, holder="Zoë Begleitung"),
            ],
            facts=[entered_elsewhere],
        )
    )
    shown = look(door, "AB00").exact
    with snapshot(door.stores.mirror):
        setting = set_up(door.stores.mirror, door.door, door.clock())
        long_way = tuple(candidate_of(door.stores, door.door, each.serial, setting) for each in shown)
    assert shown == long_way
    entered = {each.short_code for each in shown if each.admitted_at is not None}
    assert entered == {"AB-0006", "AB-0050"}, "a revoked ticket says that it was replaced"
    assert len(shown) == 13


def test_finding_writes_nothing(door: Laptop) -> None:
    door.holds(Page(guests=[guest_row(1)]))
    found(door, "anna")
    assert door.facts() == []
