import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core.ticket import SIGNED_PREFIX, EventKey, Forged, KeyState, Signed, Token, read
from server.checkins import keyring
from server.checkins.keyring import ORDER, Keyring, OwnKey, Private
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


@given(seed=st.binary(min_size=32, max_size=32), content=st.binary(min_size=16, max_size=16), data=st.data())
def test_what_the_private_half_knows_again_is_what_the_public_one_verifies(
    seed: bytes, content: bytes, data: st.DataObject
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    signature = private.sign(SIGNED_PREFIX + content)
    halves = Private.of(private)
    assert halves.second_half(signature[:32], public, SIGNED_PREFIX + content) == signature[32:]
    own = OwnKey(public, KeyState.CURRENT, halves)
    place, flipped = data.draw(st.integers(0, 79)), data.draw(st.integers(1, 255))
    changed = bytearray(content + signature)
    changed[place] ^= flipped
    assert own.signed(content, signature)
    assert not own.signed(bytes(changed[:16]), bytes(changed[16:]))
    assert not EventKey(public, KeyState.CURRENT).signed(bytes(changed[:16]), bytes(changed[16:]))


@given(content=st.binary(min_size=16, max_size=16))
def test_the_other_writing_of_a_signature_is_none(content: bytes) -> None:
    """RFC 8032, 5.1.7: an S of the group's order or more is refused, or a ticket would have two texts."""
    signature = PRIVATE.sign(SIGNED_PREFIX + content)
    other = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert not OwnKey(PUBLIC.public, KeyState.CURRENT, Private.of(PRIVATE)).signed(content, other)


def test_a_signature_of_our_own_is_known_again_without_asking_the_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def asking(_key: EventKey, content: bytes, _signature: bytes) -> bool:
        asked.append(content)
        return False

    monkeypatch.setattr(EventKey, "signed", asking)
    own = Keyring((DATA_KEY,)).key(EVENT, 1, PUBLIC, SEALED)
    content = TOKEN.content()
    assert own.signed(content, PRIVATE.sign(SIGNED_PREFIX + content))
    assert not asked
    assert not own.signed(content, bytes(64))
    assert asked == [content]


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
