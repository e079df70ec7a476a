"""The door's verdicts on real files."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.admission import Admitted, Kind, Note, Reason, Status
from eventreg_core.facts import CheckIn, Exit, RefusedScan, broken_at, reread
from eventreg_core.ticket import KeyState
from eventreg_core.wire import FactRow, GateRow, Page
from eventreg_desktop.door.foreign import what_is
from eventreg_desktop.store import db
from tests.sync.festival import (
    CLUB,
    DAYS,
    MAIN,
    NORTH,
    PRESS,
    Festival,
    guest_row,
    serial,
    ticket_row,
)
from tests.sync.laptop import Laptop, told


def test_a_guest_enters_once_and_the_second_time_hears_when_and_where_the_first_was(
    door: Laptop, festival: Festival
) -> None:
    first = door.scan(festival.text(serial(1)))
    door.clock.wait(60)
    second = door.scan(festival.text(serial(1)))
    assert (told(first), first.name, first.ticket_type) == (None, "Łukasz Nowak", "Adult")
    assert told(second) is Reason.ALREADY_USED
    assert (second.first_at, second.first_gate, second.zone) == (first.at, "North", "Europe/Berlin")


def test_a_verdict_is_a_fact_on_disk_before_redeem_returns(door: Laptop, festival: Festival) -> None:
    outcome = door.scan(festival.text(serial(1)))
    other = db.connect(door.folder.journal)
    (raw,) = other.execute("SELECT raw FROM facts").fetchone()
    other.close()
    fact = reread(raw).fact
    assert isinstance(fact, CheckIn)
    assert (fact.id, fact.serial, fact.list, fact.gate) == (outcome.fact, serial(1).hex(), MAIN, NORTH)
    assert (fact.seen and fact.seen.revision, fact.boot, fact.mono_ns) == (2, door.clock.boot, door.clock.mono_ns)


def test_facts_hang_together_in_one_chain(door: Laptop, festival: Festival) -> None:
    for number in (1, 2, 1, 3):
        door.scan(festival.text(serial(number)))
    facts = door.facts()
    assert [type(each.fact) for each in facts] == [CheckIn, CheckIn, RefusedScan, CheckIn]
    assert broken_at(facts, 0, "0" * 64) is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ticket_row(20, status=Status.REVOKED), Reason.REVOKED),
        (ticket_row(20, status=Status.CANCELLED), Reason.CANCELLED),
        (ticket_row(20, status=Status.BLOCKED), Reason.BLOCKED),
        (ticket_row(20, settled=False), Reason.UNPAID),
        (ticket_row(20, ticket_type=PRESS), Reason.WRONG_LIST),
    ],
)
def test_a_ticket_is_judged_by_what_the_mirror_says_of_it(
    door: Laptop, festival: Festival, row: object, reason: Reason
) -> None:
    door.holds(msgspec.convert({"tickets": [row]}, Page, from_attributes=True))
    assert told(door.scan(festival.text(serial(20)))) is reason


def test_other_codes_are_refused_with_their_own_reason_and_never_kept_as_text(door: Laptop, festival: Festival) -> None:
    stranger = Festival(key=Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x02"))
    menu = "https://menu.example.org/secret-table-9"
    assert told(door.scan(menu)) is Reason.UNREADABLE
    assert told(door.scan(festival.text(serial(1), event=8))) is Reason.WRONG_EVENT
    assert told(door.scan(stranger.text(serial(1)))) is Reason.BAD_SIGNATURE
    facts = [each.fact for each in door.facts()]
    whats = [fact.foreign and fact.foreign.what for fact in facts if isinstance(fact, RefusedScan)]
    assert whats == ["url", "token", None]
    assert b"secret-table-9" not in door.folder.journal.read_bytes()
    assert b"secret-table-9" not in door.folder.journal.with_name("journal.db-wal").read_bytes()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("https://a.example", "url"),
        ("WIFI:S:venue;;", "wifi"),
        ("BEGIN:VCARD", "contact"),
        ("eventreg:enrol?x", "enrolment"),
        ("", "text"),
    ],
)
def test_a_foreign_code_is_told_by_its_kind(text: str, what: str) -> None:
    assert what_is(text) == what


def test_a_ticket_that_this_laptop_does_not_know_yet_is_admitted_as_unsynced(door: Laptop, festival: Festival) -> None:
    outcome = door.scan(festival.text(serial(99)))
    assert isinstance(outcome.verdict, Admitted)
    assert outcome.verdict.notes == (Note.UNSYNCED,)
    assert (outcome.name, outcome.ticket_type) == (None, "Adult")
    assert told(door.scan(festival.text(serial(99)))) is Reason.ALREADY_USED


def test_an_unknown_ticket_is_refused_while_the_list_is_known_to_be_whole(door: Laptop, festival: Festival) -> None:
    door.holds(Page(), revision=3, complete=True)
    assert told(door.scan(festival.text(serial(98)))) is Reason.NOT_IN_LIST
    door.clock.wait(61)
    assert told(door.scan(festival.text(serial(98)))) is None


def test_a_list_that_was_whole_in_an_earlier_boot_is_not_taken_for_whole(door: Laptop, festival: Festival) -> None:
    door.holds(Page(), revision=3, complete=True)
    door.clock.boot = "boot-2"
    assert told(door.scan(festival.text(serial(98)))) is None


def test_an_unsettled_ticket_that_nobody_knows_asks_for_payment(door: Laptop, festival: Festival) -> None:
    assert told(door.scan(festival.text(serial(97), settled=False))) is Reason.PAYMENT_UNKNOWN


def test_a_withdrawn_key_still_admits_the_serials_that_the_mirror_knows(door: Laptop, festival: Festival) -> None:
    door.holds(festival.setting(KeyState.WITHDRAWN))
    assert told(door.scan(festival.text(serial(1)))) is None
    assert told(door.scan(festival.text(serial(96)))) is Reason.KEY_WITHDRAWN


def test_a_reissued_ticket_does_not_let_the_same_person_in_twice(door: Laptop, festival: Festival) -> None:
    door.scan(festival.text(serial(1)))
    void, new = ticket_row(1, status=Status.REVOKED), ticket_row(51, of=1)
    door.holds(Page(tickets=[void, new]))
    assert told(door.scan(festival.text(serial(51)))) is Reason.ALREADY_USED


def test_a_companion_of_the_same_registration_enters_too(door: Laptop, festival: Festival) -> None:
    door.holds(Page(tickets=[ticket_row(52, of=1, place=1)]))
    door.scan(festival.text(serial(1)))
    assert told(door.scan(festival.text(serial(52)))) is None


def test_what_another_door_admitted_counts_here(door: Laptop, festival: Festival) -> None:
    at = datetime(2026, 7, 1, 11, tzinfo=UTC)
    door.holds(Page(facts=[FactRow(id=UUID(int=5), kind="check_in", list=MAIN, at=at, serial=serial(1).hex())]))
    outcome = door.scan(festival.text(serial(1)))
    assert (told(outcome), outcome.first_at, outcome.first_gate) == (Reason.ALREADY_USED, at, None)


def test_what_another_door_annulled_counts_no_more(door: Laptop, festival: Festival) -> None:
    outcome = door.scan(festival.text(serial(1)))
    at = datetime(2026, 7, 1, 12, tzinfo=UTC)
    undone = FactRow(id=UUID(int=6), kind="annulment", list=MAIN, at=at, target=outcome.fact)
    door.holds(Page(facts=[undone]))
    assert told(door.scan(festival.text(serial(1)))) is None


def test_lists_count_apart_from_each_other(door: Laptop, festival: Festival) -> None:
    door.scan(festival.text(serial(1)))
    door.works(CLUB)
    assert told(door.scan(festival.text(serial(1)))) is None


def test_whoever_left_may_come_in_again_where_the_list_says_so(door: Laptop, festival: Festival) -> None:
    text, words = festival.text(serial(1)), []
    for kind in (Kind.ENTRY, Kind.ENTRY, Kind.EXIT, Kind.ENTRY):
        door.works(CLUB, kind)
        door.clock.wait(5)
        words.append(told(door.scan(text)))
    assert words == [None, Reason.ALREADY_INSIDE, None, None]


def test_once_a_day_counts_by_the_days_of_the_event(door: Laptop, festival: Festival) -> None:
    door.works(DAYS)
    text, words = festival.text(serial(1)), []
    for hours in (0, 1, 24):
        door.clock.wait(hours * 3600)
        words.append(told(door.scan(text)))
    assert words == [None, Reason.ALREADY_TODAY, None]


def test_an_exit_passes_even_without_an_entry(door: Laptop, festival: Festival) -> None:
    door.works(MAIN, Kind.EXIT)
    outcome = door.scan(festival.text(serial(1)))
    assert isinstance(outcome.verdict, Admitted)
    assert outcome.verdict.notes == (Note.NOT_INSIDE,)
    assert isinstance(door.facts()[0].fact, Exit)


def test_a_guest_found_by_name_is_admitted_as_chosen(door: Laptop) -> None:
    assert told(door.choose(serial(1))) is None
    fact = door.facts()[0].fact
    assert isinstance(fact, CheckIn)
    assert fact.chosen


def test_a_ticket_that_is_no_more_cannot_be_chosen(door: Laptop) -> None:
    assert told(door.choose(serial(95))) is Reason.UNKNOWN_TICKET


def test_the_same_refusal_within_a_minute_is_counted_and_makes_no_new_fact(door: Laptop, festival: Festival) -> None:
    text = festival.text(serial(1))
    door.scan(text)
    repeated = []
    for seconds in (0, 20, 20, 30):
        door.clock.wait(seconds)
        repeated.append(door.scan(text).repeated)
    facts = [each.fact for each in door.facts()]
    assert repeated == [0, 1, 2, 0]
    assert [fact.repeated for fact in facts if isinstance(fact, RefusedScan)] == [0, 2]


def test_a_refusal_of_another_boot_is_a_new_fact(door: Laptop) -> None:
    door.scan("menu")
    door.clock.boot = "boot-2"
    door.scan("menu")
    assert len(door.facts()) == 2


def test_a_gate_that_was_taken_away_stops_no_scan(door: Laptop, festival: Festival) -> None:
    door.holds(Page(gates=[GateRow(id=NORTH, name="North", list=MAIN, gone=True)]))
    assert told(door.scan(festival.text(serial(1)))) is None
    assert door.scan(festival.text(serial(1))).first_gate is None


def test_an_erased_guest_enters_without_a_name(door: Laptop, festival: Festival) -> None:
    door.holds(Page(guests=[guest_row(1, "")]))
    assert door.scan(festival.text(serial(1))).name is None
