"""Walk-ins: tickets that a laptop sells by itself, what it may sell, and how a sale is taken back."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace as changed

from eventreg_core import asides
from eventreg_core.admission import Kind, Reason, Status
from eventreg_core.blanks import Price, Stock
from eventreg_core.facts import Annulment, CheckIn, PayMethod, WalkIn
from eventreg_core.wire import Page, TypeRow
from eventreg_desktop.door.annul import WITHIN, Annulled, NotAnnulled, WhyNot, annul
from eventreg_desktop.door.code import modules
from eventreg_desktop.door.counts import attach, count
from eventreg_desktop.door.door import Allowed, Scanned, Taken
from eventreg_desktop.door.rehearse import begin_rehearsal
from eventreg_desktop.door.walk_in import NoneLeft, Sale, Sold, sell
from eventreg_desktop.store import asides as kept_asides
from eventreg_desktop.store import journal, lease, stock
from eventreg_desktop.store.stores import sync_stores
from tests.sync.blanks import blank, give, rows, stock_of
from tests.sync.festival import ADULT, PRESS, Festival, guests, ticket_row
from tests.sync.laptop import KEY, Laptop, Make, told
from tests.sync.memory_server import MemoryServer

SERVER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FIFTEEN = Taken(1500, "EUR", PayMethod.CASH)
ZOE = Sale("Zoë Übel", ADULT, FIFTEEN)


@pytest.fixture
def door(door: Laptop, festival: Festival) -> Laptop:
    """A door with three tickets for adults to sell and one for the press, that may seal names."""
    give(door, festival)
    door.door = replace(door.door, operator="operator-7", server_key=SERVER_KEY.public_key().public_bytes_raw())
    return door


def bought(door: Laptop, sale: Sale = ZOE) -> Sold:
    """A sale that goes well."""
    sold = sell(door.stores, door.door, sale, door.clock())
    assert isinstance(sold, Sold)
    return sold


def left(door: Laptop) -> dict[str, int]:
    """What may be sold, by type."""
    return {each.name: each.left for each in stock.list_shelves(door.stores, None)}


def people(door: Laptop) -> tuple[int, int, int]:
    """Inside, admitted, expected."""
    with closing(sync_stores(door.folder, KEY)) as stores:
        attach(stores)
        counted = count(stores, door.door, door.clock())
    return counted.inside, counted.admitted, counted.expected


def test_a_walk_in_buys_a_ticket_and_comes_in_without_the_server(door: Laptop) -> None:
    sold = bought(door)
    assert sold.outcome is not None
    assert (told(sold.outcome), sold.outcome.name, sold.outcome.ticket_type) == (None, "Zoë Übel", "Adult")
    sale, entry = (each.fact for each in door.facts())
    assert isinstance(sale, WalkIn)
    assert isinstance(entry, CheckIn)
    assert (sale.amount_minor, sale.currency, sale.method, sale.operator) == (1500, "EUR", "cash", "operator-7")
    assert sale.serial == entry.serial == sold.serial.hex()
    assert sale.group == entry.group is not None
    assert b"bel" not in b"".join(each.raw for each in door.facts()), "no name in the journal"
    assert sale.journal is not None
    (beside,) = kept_asides.list_between(door.stores.journal, sale.journal, 1, 1)
    sealed = door.stores.journal.execute("SELECT sealed FROM asides").fetchone()[0]
    assert asides.unseal(SERVER_KEY, sealed)[asides.SALT_BYTES :].decode() == "Zoë Übel"
    assert beside.hash == sale.aside
    assert sold.outcome.entered == Scanned(sold.token), "a badge bears its code"
    assert told(door.scan(sold.token)) is Reason.ALREADY_USED
    assert (left(door), people(door)) == ({"Adult": 2, "Press": 1}, (1, 1, 11))


def test_a_ticket_that_was_sold_for_later_comes_in_by_its_code_and_some_are_given_away(door: Laptop) -> None:
    sold = bought(door, Sale("", ADULT, None, admit=False))
    assert (sold.outcome, sold.taken) == (None, None)
    [sale] = (each.fact for each in door.facts())
    assert isinstance(sale, WalkIn)
    assert (sale.amount_minor, sale.currency, sale.method, sale.aside) == (0, None, None, None)
    assert people(door) == (0, 0, 11)
    picture = np.kron(np.where(np.array(modules(sold.token)), 0, 255).astype(np.uint8), np.ones((4, 4), np.uint8))
    [read] = zxingcpp.read_barcodes(picture)
    assert read.text == sold.token, "what is shown can be read"
    assert told(door.scan(read.text)) is None


def test_no_ticket_is_sold_twice_and_none_that_the_guest_list_does_not_call_good(
    door: Laptop, festival: Festival
) -> None:
    assert len({bought(door).serial for _ in range(3)}) == 3
    assert sell(door.stores, door.door, ZOE, door.clock()) == NoneLeft()
    assert sell(door.stores, door.door, replace(ZOE, ticket_type=77), door.clock()) == NoneLeft()
    assert left(door) == {"Adult": 0, "Press": 1}
    give(door, festival, adults=5, press=0)
    assert left(door) == {"Adult": 2, "Press": 0}
    revoked = changed(rows(5, 0)[3], status=Status.REVOKED)
    taken = changed(rows(5, 0)[4], registration=ticket_row(1).registration)
    door.holds(Page(tickets=[revoked, taken]), revision=4)
    assert left(door) == {"Adult": 0, "Press": 0}


def test_whoever_may_not_enter_here_has_bought_a_ticket_all_the_same(door: Laptop) -> None:
    sold = bought(door, Sale("Ayşe", PRESS))
    assert sold.outcome is not None
    assert told(sold.outcome) is Reason.WRONG_LIST
    assert [type(each.fact).__name__ for each in door.facts()] == ["WalkIn", "RefusedScan"]


def test_whoever_buys_at_a_door_that_counts_exits_comes_in(door: Laptop) -> None:
    door.works(kind=Kind.EXIT)
    sold = bought(door)
    assert sold.outcome is not None
    assert (told(sold.outcome), sold.outcome.kind) == (None, Kind.ENTRY)
    assert [type(each.fact).__name__ for each in door.facts()] == ["WalkIn", "CheckIn"]
    door.works()
    assert told(door.scan(sold.token)) is Reason.ALREADY_USED


@pytest.mark.parametrize("by_entry", [True, False])
def test_a_sale_and_its_entry_are_taken_back_together_and_the_ticket_is_void(door: Laptop, by_entry: bool) -> None:
    sold = bought(door)
    assert sold.outcome is not None
    assert sold.outcome.fact is not None
    target, other = (sold.outcome.fact, sold.fact) if by_entry else (sold.fact, sold.outcome.fact)
    done = annul(door.stores, door.door, target, door.clock())
    assert isinstance(done, Annulled)
    assert (done.with_it, done.give_back) == ((other,), FIFTEEN)
    undone = [each.fact for each in door.facts()[2:]]
    assert {each.target for each in undone if isinstance(each, Annulment)} == {target, other}
    assert undone[0].group == undone[1].group is not None
    assert annul(door.stores, door.door, other, door.clock()) == NotAnnulled(WhyNot.ALREADY)
    assert told(door.scan(sold.token)) is Reason.CANCELLED
    assert (left(door), people(door)) == ({"Adult": 2, "Press": 1}, (0, 0, 10))


def test_late_it_takes_a_supervisor_and_a_later_entry_is_undone_by_itself(door: Laptop) -> None:
    sold = bought(door, replace(ZOE, admit=False, taken=None))
    entered = door.scan(sold.token).fact
    assert entered is not None
    undone = annul(door.stores, door.door, entered, door.clock())
    assert isinstance(undone, Annulled)
    assert (undone.with_it, undone.give_back) == ((), None), "whoever goes again keeps the ticket"
    assert told(door.scan(sold.token)) is None
    door.clock.wait(WITHIN.total_seconds())
    assert annul(door.stores, door.door, sold.fact, door.clock()) == NotAnnulled(WhyNot.TOO_LATE)
    allowed = Allowed("supervisor-1", "Mara: wrong day")
    assert isinstance(annul(door.stores, door.door, sold.fact, door.clock(), allowed), Annulled)
    last = door.facts()[-1].fact
    assert isinstance(last, Annulment)
    assert (last.supervisor, last.aside is None) == ("supervisor-1", False)


def test_a_rehearsal_sells_nothing_for_good_and_gives_no_ticket_away(door: Laptop) -> None:
    real = door.door
    door.door = replace(real, rehearsal=begin_rehearsal(door.stores))
    tried = bought(door)
    assert (tried.token, tried.outcome is not None) == ("", True)
    assert [each.fact.rehearsal for each in door.facts()] == [True, True]
    assert left(door) == {"Adult": 3, "Press": 1}
    rehearsal = door.door.rehearsal
    assert rehearsal is not None
    assert [each.left for each in stock.list_shelves(door.stores, rehearsal.after)] == [2, 1]
    assert people(door)[0] == 1
    door.door = real
    assert people(door) == (0, 0, 10)
    assert bought(door).serial == tried.serial, "it is there as before"


def test_the_stock_is_fetched_when_there_is_news_of_blanks_and_not_otherwise(
    make: Make, server: MemoryServer, festival: Festival
) -> None:
    laptop = make("door")
    api = laptop.at(server)
    laptop.sync(api)
    assert not stock.is_stale(laptop.stores.mirror)
    server.stock = stock_of(festival, rows())
    laptop.sync(api)
    assert left(laptop) == {}, "nobody has told of it"
    server.publish(Page(tickets=rows()))
    laptop.sync(api)
    assert left(laptop) == {"Adult": 3, "Press": 1}
    dearer = [Price(ticket_type=ADULT, amount_minor=2000, currency="EUR")]
    server.stock = Stock(blanks=server.stock.blanks[:1], prices=dearer)
    server.publish(guests(1))
    laptop.sync(api)
    assert left(laptop) == {"Adult": 3, "Press": 1}
    server.publish(Page(ticket_types=[TypeRow(id=row.id, number=ADULT, name="Adult") for row in types(festival)]))
    laptop.sync(api)
    [shelf] = stock.list_shelves(laptop.stores, None)
    assert (shelf.left, shelf.amount_minor, shelf.currency) == (1, 2000, "EUR")


def types(festival: Festival) -> list[TypeRow]:
    """The type for adults."""
    return [row for row in festival.setting().ticket_types if row.number == ADULT]


def test_a_revoked_laptop_forgets_the_codes_and_one_that_is_alone_keeps_them(door: Laptop) -> None:
    lease.wipe(door.stores.mirror, lease.Wiped.LEASE)
    assert left(door) == {"Adult": 3, "Press": 1}
    lease.wipe(door.stores.mirror, lease.Wiped.REVOKED)
    assert left(door) == {"Adult": 0, "Press": 0}
    assert sell(door.stores, door.door, ZOE, door.clock()) == NoneLeft()


def test_what_was_sold_and_told_stays_sold_by_every_journal_of_the_laptop(door: Laptop) -> None:
    first = bought(door).serial
    now = journal.get_current(door.stores.journal)
    journal.begin(door.stores.journal, now.id.__class__(int=7), now.server, bytes(32))
    assert first == blank(0)
    assert bought(door).serial == blank(1)
