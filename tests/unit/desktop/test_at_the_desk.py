"""What the door's desk does beside plain scans: override, undo, payment, party, rehearsal, counts."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core import asides, facts
from eventreg_core.admission import Admitted, Reason, Refused, Status
from eventreg_core.facts import Annulment, CheckIn, Payment, PayMethod, RefusedScan
from eventreg_core.wire import FactRow, Page
from eventreg_desktop.door.annul import Annulled, NotAnnulled, WhyNot, annul
from eventreg_desktop.door.counts import MINUTES, attach, count
from eventreg_desktop.door.door import Allowed, Chosen, Scanned, Taken
from eventreg_desktop.door.party import admit_party, find_party
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.door.rehearse import begin_rehearsal
from eventreg_desktop.store import asides as kept_asides
from eventreg_desktop.store import journal
from eventreg_desktop.store.stores import sync_stores
from tests.sync.festival import CLUB, MAIN, Festival, serial, ticket_row
from tests.sync.laptop import KEY, Laptop, told

SERVER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ALLOWED = Allowed("supervisor-1", "Mara: her own sister, I saw the passport")
TEN_EURO = Taken(1000, "EUR", PayMethod.CASH)


@pytest.fixture
def door(door: Laptop) -> Laptop:
    """A door with an operator, that may seal reasons."""
    door.door = replace(door.door, operator="operator-7", server_key=SERVER_KEY.public_key().public_bytes_raw())
    return door


def test_an_override_admits_and_its_fact_names_what_stood_against_and_who_allowed_it(
    door: Laptop, festival: Festival
) -> None:
    door.scan(festival.text(serial(1)))
    again = door.scan(festival.text(serial(1)))
    assert isinstance(again.verdict, Refused)
    assert again.verdict.overridable
    assert again.entered is not None
    let_in = redeem(door.stores, door.door, again.entered, door.clock(), ALLOWED)
    assert isinstance(let_in.verdict, Admitted)
    fact = door.facts()[-1].fact
    assert isinstance(fact, CheckIn)
    assert (fact.despite, fact.supervisor, fact.operator) == (Reason.ALREADY_USED, "supervisor-1", "operator-7")


def test_the_reason_lies_sealed_beside_the_fact_and_only_the_server_reads_it(door: Laptop, festival: Festival) -> None:
    door.holds(Page(tickets=[ticket_row(3, status=Status.BLOCKED)]), revision=3)
    redeem(door.stores, door.door, Scanned(festival.text(serial(3))), door.clock(), ALLOWED)
    recorded = door.facts()[-1]
    assert recorded.fact.aside is not None
    assert recorded.fact.journal is not None
    (beside,) = kept_asides.list_between(door.stores.journal, recorded.fact.journal, 1, 99)
    sealed = door.stores.journal.execute("SELECT sealed FROM asides").fetchone()[0]
    text = asides.unseal(SERVER_KEY, sealed)
    assert (asides.hash_of(text), asides.words_of(text)) == (recorded.fact.aside, ALLOWED.words)
    assert beside.hash == recorded.fact.aside
    held = b"".join(file.read_bytes() for file in door.folder.path.iterdir() if file.is_file())
    assert b"passport" not in held


def test_no_supervisor_lets_a_withdrawn_ticket_or_a_menu_in(door: Laptop, festival: Festival) -> None:
    door.holds(Page(tickets=[ticket_row(3, status=Status.REVOKED)]), revision=3)
    for text in (festival.text(serial(3)), "https://menu.example.org"):
        outcome = redeem(door.stores, door.door, Scanned(text), door.clock(), ALLOWED)
        assert isinstance(outcome.verdict, Refused)
        assert not outcome.verdict.overridable
    assert all(isinstance(each.fact, RefusedScan) for each in door.facts())
    assert kept_asides.list_between(door.stores.journal, journal.get_current(door.stores.journal).id, 1, 99) == []


def test_after_fifteen_minutes_only_a_supervisor_undoes(door: Laptop, festival: Festival) -> None:
    entry = door.scan(festival.text(serial(1))).fact
    assert entry is not None
    door.clock.wait(15 * 60)
    assert annul(door.stores, door.door, entry, door.clock()) == NotAnnulled(WhyNot.TOO_LATE)
    assert isinstance(annul(door.stores, door.door, entry, door.clock(), ALLOWED), Annulled)
    undone = door.facts()[-1].fact
    assert isinstance(undone, Annulment)
    assert (undone.supervisor, undone.aside is not None) == ("supervisor-1", True)
    assert told(door.scan(festival.text(serial(1)))) is None, "undone, so it enters again"


def test_money_taken_at_the_door_is_a_fact_and_admits_and_is_not_asked_for_again(
    door: Laptop, festival: Festival
) -> None:
    door.works(CLUB)
    door.holds(Page(tickets=[ticket_row(3, settled=False)]), revision=3)
    text = festival.text(serial(3), settled=False)
    assert told(door.scan(text)) is Reason.UNPAID
    paid = redeem(door.stores, door.door, Scanned(text), door.clock(), taken=TEN_EURO)
    assert isinstance(paid.verdict, Admitted)
    payment, entry = (each.fact for each in door.facts()[-2:])
    assert isinstance(payment, Payment)
    assert isinstance(entry, CheckIn)
    assert (payment.amount_minor, payment.currency, payment.method) == (1000, "EUR", "cash")
    assert payment.group == entry.group is not None
    assert entry.despite is None
    assert told(door.scan(text)) is Reason.ALREADY_INSIDE, "paid, also before the server has heard of it"


def test_no_money_is_noted_for_somebody_who_is_not_let_in(door: Laptop, festival: Festival) -> None:
    door.scan(festival.text(serial(1)))
    outcome = redeem(door.stores, door.door, Scanned(festival.text(serial(1))), door.clock(), taken=TEN_EURO)
    assert told(outcome) is Reason.ALREADY_USED
    assert not any(isinstance(each.fact, Payment) for each in door.facts())


def test_an_unsynced_ticket_whose_payment_is_unknown_may_be_paid_for(door: Laptop, festival: Festival) -> None:
    text = festival.text(serial(77), settled=False)
    assert told(door.scan(text)) is Reason.PAYMENT_UNKNOWN
    assert told(redeem(door.stores, door.door, Scanned(text), door.clock(), taken=TEN_EURO)) is None


def party_of_four(door: Laptop) -> None:
    companions = [ticket_row(20 + place, of=3, place=place, holder=f"Companion {place}") for place in (1, 2, 3)]
    door.holds(Page(tickets=companions), revision=3)


def test_one_scan_shows_the_party_and_one_key_admits_those_who_came_as_facts_of_one_group(
    door: Laptop, festival: Festival
) -> None:
    party_of_four(door)
    outcome = door.scan(festival.text(serial(22)))
    assert outcome.party == 3
    assert outcome.serial is not None
    party = find_party(door.stores, door.door, outcome.serial, door.clock())
    assert [each.name for each in party.members][1:] == ["Companion 1", "Companion 2", "Companion 3"]
    assert len(party.waiting) == 3
    before = len(door.facts())
    admitted = admit_party(door.stores, door.door, [each.serial for each in party.waiting[:2]], door.clock())
    assert [told(each) for each in admitted] == [None, None]
    new = [each.fact for each in door.facts()[before:]]
    assert len({fact.group for fact in new}) == 1
    assert new[0].group is not None
    left = find_party(door.stores, door.door, outcome.serial, door.clock()).waiting
    assert [each.name for each in left] == ["Companion 3"]


def test_a_rehearsal_judges_its_own_scans_alone_and_never_counts(door: Laptop, festival: Festival) -> None:
    text = festival.text(serial(1))
    real = door.door
    door.scan(text)
    door.door = replace(real, rehearsal=begin_rehearsal(door.stores))
    assert [told(door.scan(text)), told(door.scan(text))] == [None, Reason.ALREADY_USED]
    door.door = replace(real, rehearsal=begin_rehearsal(door.stores))
    tried = door.scan(text)
    assert told(tried) is None, "the rehearsal before is over"
    assert tried.fact is not None
    assert isinstance(annul(door.stores, real, tried.fact, door.clock()), Annulled), "undone as a part of the rehearsal"
    door.door = real
    assert told(door.scan(text)) is Reason.ALREADY_USED, "the real entry stands, untouched by any rehearsal"
    flags = [each.fact.rehearsal for each in door.facts()]
    assert flags == [False, True, True, True, True, False]
    assert len(facts.passages(each.fact for each in door.facts())) == 1


def test_counts_follow_people_and_not_scans(door: Laptop, festival: Festival) -> None:
    door.works(CLUB)
    party_of_four(door)
    for guest in (1, 2, 3):
        door.scan(festival.text(serial(guest)))
        door.clock.wait(60)
    first = door.facts()[0].fact
    door.works(CLUB, kind=door.door.kind.EXIT)
    door.scan(festival.text(serial(2)))
    annul(door.stores, door.door, door.facts()[2].fact.id, door.clock())
    other = FactRow(
        id=first.id.__class__(int=5), kind="check_in", list=CLUB, at=door.clock.wall, serial=serial(4).hex()
    )
    own = FactRow(id=first.id, kind="check_in", list=CLUB, at=first.at, serial=serial(1).hex(), gate=first.gate)
    door.holds(Page(facts=[other, own], tickets=[ticket_row(9, status=Status.CANCELLED)]), revision=4)
    with closing(sync_stores(door.folder, KEY)) as stores:
        attach(stores)
        counted = count(stores, door.door, door.clock())
    assert (counted.inside, counted.admitted, counted.expected, counted.here) == (2, 3, 12, 2)
    assert (len(counted.arrivals), sum(counted.arrivals)) == (MINUTES, 3)
    assert counted.arrivals[-4:] == (1, 1, 0, 1)


def test_whoever_left_is_outside_also_where_a_laptop_believes_in_a_year_before_1970(
    door: Laptop, festival: Festival
) -> None:
    door.clock.wall = datetime(1960, 1, 1, tzinfo=UTC)
    door.works(CLUB)
    door.scan(festival.text(serial(1)))
    door.clock.wait(60)
    door.works(CLUB, kind=door.door.kind.EXIT)
    door.scan(festival.text(serial(1)))
    with closing(sync_stores(door.folder, KEY)) as stores:
        attach(stores)
        counted = count(stores, door.door, door.clock())
    assert (counted.inside, counted.admitted) == (0, 1)


def test_another_list_and_a_rehearsal_have_counts_of_their_own(door: Laptop, festival: Festival) -> None:
    door.scan(festival.text(serial(1)))
    rehearsing = replace(door.door, rehearsal=begin_rehearsal(door.stores))
    redeem(door.stores, rehearsing, Chosen(serial(2)), door.clock())
    redeem(door.stores, rehearsing, Chosen(serial(3)), door.clock())
    with closing(sync_stores(door.folder, KEY)) as stores:
        attach(stores)
        seen = [count(stores, each, door.clock()).inside for each in (door.door, rehearsing)]
        club = count(stores, replace(door.door, list=CLUB), door.clock())
    assert (seen, club.inside, door.door.list) == ([1, 2], 0, MAIN)
    assert door.clock.wall - club.at < timedelta(seconds=1)
