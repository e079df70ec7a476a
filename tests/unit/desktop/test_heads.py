"""At the end of a shift the device vouches for its journal."""

import pytest
from cryptography.exceptions import InvalidSignature

from eventreg_core.facts import head_message
from eventreg_desktop.door.end import end_shift
from eventreg_desktop.store import heads, journal
from tests.sync.festival import Festival, guests, serial
from tests.sync.laptop import Laptop

FESTIVAL = Festival()


def test_the_end_of_a_shift_is_signed_and_a_later_change_shows(door: Laptop) -> None:
    door.holds(FESTIVAL.setting())
    door.holds(guests(3), revision=2)
    chain = journal.get_current(door.stores.journal).id
    for number in (1, 2):
        door.scan(FESTIVAL.text(serial(number)))
    end_shift(door.stores, door.signing)
    signed = heads.find_last(door.stores.journal, chain)
    assert signed is not None
    assert signed.head == journal.head(door.stores.journal, chain)
    public = door.signing.public_key()
    public.verify(signed.signature, head_message(chain, signed.head.seq, signed.head.hash))
    with pytest.raises(InvalidSignature):
        public.verify(signed.signature, head_message(chain, signed.head.seq, "00" * 32))


def test_a_shift_that_ends_twice_is_signed_once_and_an_empty_one_not_at_all(door: Laptop) -> None:
    chain = journal.get_current(door.stores.journal).id
    end_shift(door.stores, door.signing)
    assert heads.find_last(door.stores.journal, chain) is None
    door.holds(FESTIVAL.setting())
    door.scan("https://menu.example.org")
    for _ in range(2):
        end_shift(door.stores, door.signing)
    assert door.stores.journal.execute("SELECT count(*) FROM signed_heads").fetchone()[0] == 1
