"""Keys, tokens and codes of tickets, without a database."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.problems import ForgedTicket, Problem
from eventreg_core.ticket import EventKey, KeyState, Token, usable_key_number, verify
from server.clock import new_id
from server.sealing import Unopenable
from server.tickets.codes import ALPHABET, new_serial, new_short_code
from server.tickets.keys import make_key, next_number, open_key
from server.tickets.signing import sign

DATA_KEYS = (b"k" * 32,)
TOKEN = Token(key_number=1, event_number=7, serial=b"\x00secret\xff", ticket_type=3, settled=True)


def test_what_the_server_signs_the_core_verifies() -> None:
    private = Ed25519PrivateKey.generate()
    text = sign(TOKEN.content(), private)
    assert len(text) == 120
    keys = {1: EventKey(private.public_key().public_bytes_raw(), KeyState.CURRENT)}
    assert verify(text, keys) == TOKEN


def test_signing_again_gives_the_same_text() -> None:
    private = Ed25519PrivateKey.generate()
    assert sign(TOKEN.content(), private) == sign(TOKEN.content(), private)


def test_another_key_verifies_nothing() -> None:
    stranger = EventKey(Ed25519PrivateKey.generate().public_key().public_bytes_raw(), KeyState.CURRENT)
    with pytest.raises(ForgedTicket):
        verify(sign(TOKEN.content(), Ed25519PrivateKey.generate()), {1: stranger})


def test_a_sealed_key_opens_for_its_own_event_and_number_only() -> None:
    event = new_id()
    made = make_key(event, [], DATA_KEYS)
    opened = open_key(event, made.number, made.private_key_sealed, DATA_KEYS)
    assert opened.public_key().public_bytes_raw() == made.public_key
    for other_event, number in ((new_id(), made.number), (event, made.number + 1)):
        with pytest.raises(Unopenable):
            open_key(other_event, number, made.private_key_sealed, DATA_KEYS)


def test_a_sealed_key_still_opens_after_the_data_keys_were_rotated() -> None:
    event = new_id()
    made = make_key(event, [], DATA_KEYS)
    opened = open_key(event, made.number, made.private_key_sealed, (b"n" * 32, *DATA_KEYS))
    assert opened.public_key().public_bytes_raw() == made.public_key


def test_key_numbers_begin_at_one_are_never_given_twice_and_never_make_a_token_begin_with_a_space() -> None:
    usable = [number for number in range(1, 256) if usable_key_number(number)]
    given_out = [next_number(usable[:count]) for count in range(len(usable))]
    assert given_out == usable
    assert given_out[0] == 1
    with pytest.raises(Problem) as none_left:
        next_number(usable)
    assert none_left.value.code == "no_key_number_left"


def test_short_codes_hold_no_signs_that_people_mix_up() -> None:
    codes = {new_short_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01ILOU")


def test_serials_have_eight_bytes_and_do_not_repeat() -> None:
    serials = {new_serial() for _ in range(500)}
    assert (len(serials), {len(serial) for serial in serials}) == (500, {8})
