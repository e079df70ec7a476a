"""The chain of facts, and what the server said of them."""

from uuid import UUID

import pytest

from eventreg_core.facts import FIRST_PREV, broken_at
from eventreg_core.wire import Head, Receipt, ReceiptState
from eventreg_desktop.store import db, journal
from eventreg_desktop.store.stores import prepare, renew_journal
from tests.sync.festival import SERVER, Festival, serial
from tests.sync.laptop import KEY, Laptop

ELSEWHERE = UUID(int=77)


def current(door: Laptop) -> journal.Journal:
    return journal.get_current(door.stores.journal)


def scan_three(door: Laptop, festival: Festival) -> list[str]:
    for number in (1, 2, 3):
        door.scan(festival.text(serial(number)))
    return [fact.hash for fact in door.facts()]


def answer(door: Laptop, hashes: list[str], state: ReceiptState = ReceiptState.RECORDED) -> None:
    receipts = {each: Receipt(hash=each, state=state, revision=9) for each in hashes}
    file, chain = door.stores.journal, current(door).id
    numbered = [(fact.seq, receipts[fact.hash]) for fact in journal.outbox(file, chain, 100) if fact.hash in receipts]
    with db.transaction(file):
        journal.apply_receipts(file, chain, numbered)


def unsent(door: Laptop) -> list[str]:
    return [fact.hash for fact in journal.outbox(door.stores.journal, current(door).id, 100)]


def test_facts_wait_in_order_until_the_server_answers_for_them(door: Laptop, festival: Festival) -> None:
    hashes = scan_three(door, festival)
    assert unsent(door) == hashes
    answer(door, hashes[:2])
    assert unsent(door) == hashes[2:]


@pytest.mark.parametrize("state", ReceiptState)
def test_every_receipt_ends_the_waiting(door: Laptop, festival: Festival, state: ReceiptState) -> None:
    answer(door, scan_three(door, festival), state)
    counts = journal.counts(door.stores.journal)
    assert (counts.facts, counts.unsent, counts.quarantined) == (3, 0, 3 * (state is ReceiptState.QUARANTINED))


def test_what_the_server_has_lost_waits_again(door: Laptop, festival: Festival) -> None:
    hashes = scan_three(door, festival)
    answer(door, hashes)
    with db.transaction(door.stores.journal):
        assert journal.clear_receipts(door.stores.journal, current(door).id, 1) == 2
    assert unsent(door) == hashes[1:]


def test_a_head_that_the_chain_has_passed_is_known_and_another_is_not(door: Laptop, festival: Festival) -> None:
    hashes, chain = scan_three(door, festival), current(door).id
    file = door.stores.journal
    assert journal.holds(file, chain, Head(0, FIRST_PREV))
    assert journal.holds(file, chain, Head(2, hashes[1]))
    assert not journal.holds(file, chain, Head(2, hashes[2]))
    assert not journal.holds(file, chain, Head(4, hashes[2]))


def test_a_new_journal_names_the_one_it_goes_on_from(door: Laptop, festival: Festival) -> None:
    scan_three(door, festival)
    before = current(door)
    renew_journal(door.folder, SERVER)
    after = current(door)
    door.scan(festival.text(serial(4)))
    assert (after.continues, after.foreign_key == before.foreign_key) == (before.id, False)
    assert [fact.fact.seq for fact in door.facts()] == [1]
    assert broken_at(journal.chain(door.stores.journal, before.id), 0, FIRST_PREV) is None


def test_who_was_admitted_in_the_old_journal_does_not_enter_again(door: Laptop, festival: Festival) -> None:
    scan_three(door, festival)
    renew_journal(door.folder, SERVER)
    outcome = door.scan(festival.text(serial(1)))
    assert outcome.first_at is not None


def test_an_empty_journal_simply_goes_on(door: Laptop) -> None:
    before = current(door)
    renew_journal(door.folder, SERVER)
    assert current(door) == before


def test_another_server_gets_a_journal_of_its_own_and_never_the_facts_of_the_first(
    door: Laptop, festival: Festival
) -> None:
    scan_three(door, festival)
    renew_journal(door.folder, ELSEWHERE)
    assert (current(door).server, current(door).continues) == (ELSEWHERE, None)
    assert [each.id for each in journal.list_journals(door.stores.journal, ELSEWHERE)] == [current(door).id]
    prepare(door.folder, KEY, SERVER)
    assert len(journal.list_journals(door.stores.journal, SERVER)) == 2


def test_a_file_that_was_never_prepared_is_a_mistake_of_ours(door: Laptop) -> None:
    door.stores.journal.execute("DELETE FROM journals")
    with pytest.raises(LookupError, match="prepare"):
        current(door)
