import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.ticket import EventKey, Forged, KeyState, Signed, Token, read
from server.checkins import keyring
from server.checkins.keyring import Keyring, OwnKey
from server.clock import new_id
from server.sealing import seal
from server.tickets.keys import open_key, purpose_of
from server.tickets.signing import sign

DATA_KEY = os.urandom(32)
EVENT = new_id()
PRIVATE = Ed25519PrivateKey.generate()
PUBLIC = EventKey(PRIVATE.public_key().public_bytes_raw(), KeyState.OLD)
SEALED = seal((DATA_KEY,), PRIVATE.private_bytes_raw(), purpose_of(EVENT, 1))
TOKEN = Token(1, 7, b"serial!!", 3, True)


def test_a_key_with_its_private_half_says_of_every_text_what_the_public_one_says() -> None:
    own = Keyring((DATA_KEY,)).key(EVENT, 1, PUBLIC, SEALED)
    assert isinstance(own, OwnKey)
    good, stranger = sign(TOKEN.content(), PRIVATE), sign(TOKEN.content(), Ed25519PrivateKey.generate())
    for text, said in [(good, Signed(TOKEN, KeyState.OLD)), (stranger, Forged(b"serial!!"))]:
        assert read(text, 7, {1: own}) == read(text, 7, {1: PUBLIC}) == said


def test_a_key_that_cannot_be_opened_still_verifies() -> None:
    key = Keyring((os.urandom(32),)).key(EVENT, 1, PUBLIC, SEALED)
    assert key == PUBLIC
    assert read(sign(TOKEN.content(), PRIVATE), 7, {1: key}) == Signed(TOKEN, KeyState.OLD)


def test_keys_are_opened_once_and_the_longest_unused_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "REMEMBERED", 2)
    ring = Keyring((DATA_KEY,))
    asked: list[int] = []

    def counted(event: object, number: int, sealed: bytes, keys: tuple[bytes, ...]) -> Ed25519PrivateKey:
        asked.append(number)
        return open_key(EVENT, number, sealed, keys)

    monkeypatch.setattr(keyring, "open_key", counted)
    sealed = {n: seal((DATA_KEY,), PRIVATE.private_bytes_raw(), purpose_of(EVENT, n)) for n in (1, 2, 3)}
    for number in (1, 2, 1, 3, 1, 2):
        assert isinstance(ring.key(EVENT, number, PUBLIC, sealed[number]), OwnKey)
    assert asked == [1, 2, 3, 2]
