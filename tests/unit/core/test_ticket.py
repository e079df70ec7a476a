"""Tokens: what one key signed no other can, and garbage is nothing but unreadable."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core import base45
from eventreg_core.problems import ForgedTicket, UnreadableTicket
from eventreg_core.ticket import (
    SIGNED_PREFIX,
    TEXT_LENGTH,
    EventKey,
    Forged,
    KeyState,
    OtherEvent,
    Signed,
    Token,
    Unreadable,
    claim,
    parse,
    read,
    text_of,
    token_of,
    usable_key_number,
    verify,
)

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KEYS = {1: EventKey(PRIVATE.public_key().public_bytes_raw(), KeyState.CURRENT)}
tokens = st.builds(
    Token,
    st.integers(0, 255).filter(usable_key_number),
    st.integers(0, 2**32 - 1),
    st.binary(min_size=8, max_size=8),
    st.integers(0, 2**16 - 1),
    st.booleans(),
)


def signed_text(token: Token) -> str:
    content = token.content()
    return text_of(content, PRIVATE.sign(SIGNED_PREFIX + content))


GOOD = signed_text(Token(1, 7, b"serial!!", 3, True))


@given(tokens)
def test_a_signed_token_reads_back_as_it_was_written(token: Token) -> None:
    text = signed_text(token)
    keys = {token.key_number: KEYS[1]}
    assert len(text) == TEXT_LENGTH
    assert text == text.strip(), "a scanner that trims must not spoil it"
    assert parse(text) == verify(text, keys) == token == token_of(token.content())
    assert read(text, token.event_number, keys) == Signed(token, KeyState.CURRENT)
    assert read(text, token.event_number ^ 1, keys) == OtherEvent(token.event_number)


@given(tokens)
def test_what_a_text_claims_is_known_before_its_keys_are(token: Token) -> None:
    text = signed_text(token)
    claimed = claim(text)
    assert claimed is not None
    assert (claimed.token, claimed.content) == (token, token.content())
    assert claim(text[:-1]) is None
    assert claim("?" * TEXT_LENGTH) is None
    assert claim("0" * TEXT_LENGTH) is None, "another version"


@given(st.text())
def test_garbage_of_any_length_is_unreadable_and_nothing_worse(text: str) -> None:
    for reader in (parse, lambda given: verify(given, KEYS)):
        with pytest.raises(UnreadableTicket):
            reader(text)
    assert read(text, 7, KEYS) == Unreadable()


@given(st.text(alphabet=base45.ALPHABET, min_size=TEXT_LENGTH, max_size=TEXT_LENGTH))
def test_garbage_in_a_tickets_own_alphabet_never_verifies(text: str) -> None:
    with pytest.raises(UnreadableTicket):
        verify(text, KEYS)
    assert not isinstance(read(text, 7, KEYS), Signed)


@given(st.integers(0, 80 * 8 - 1))
def test_a_flipped_bit_never_verifies(bit: int) -> None:
    data = bytearray(base45.decode(GOOD))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UnreadableTicket):
        verify(base45.encode(bytes(data)), KEYS)


@given(st.integers(0, TEXT_LENGTH - 1), st.characters())
def test_a_changed_character_never_verifies(at: int, character: str) -> None:
    changed = GOOD[:at] + character + GOOD[at + 1 :]
    if changed != GOOD:
        with pytest.raises(UnreadableTicket):
            verify(changed, KEYS)


def test_a_token_of_an_unknown_key_is_forged() -> None:
    with pytest.raises(ForgedTicket) as caught:
        verify(GOOD, {2: KEYS[1]})
    assert caught.value.code == "bad_signature"
    assert read(GOOD, 7, {}) == Forged(b"serial!!")


def test_another_key_of_the_same_number_verifies_nothing() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32).public_key().public_bytes_raw()
    assert read(GOOD, 7, {1: EventKey(other, KeyState.CURRENT)}) == Forged(b"serial!!")


def test_key_numbers_whose_text_would_begin_with_a_space_are_not_used() -> None:
    skipped = [number for number in range(256) if not usable_key_number(number)]
    assert skipped == [4, 35, 49, 80, 94, 125, 139, 170, 184, 215, 229]
    for number in skipped:
        texts = (signed_text(Token(number, 7, bytes(8), 1, settled)) for settled in (True, False))
        assert any(text.startswith(" ") for text in texts)


@pytest.mark.parametrize("content", [b"", b"\x10" * 15, b"\x20" * 16, b"\x12" * 16, b"\x10" * 17])
def test_content_of_another_length_version_or_flag_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableTicket):
        token_of(content)


def test_a_text_is_made_of_sixteen_and_sixty_four_bytes_only() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        text_of(bytes(16), bytes(63))
    with pytest.raises(ValueError, match="16 bytes"):
        text_of(bytes(15), bytes(64))


@given(st.binary(max_size=200).filter(lambda data: len(data) % 2 == 0))
def test_base45_reads_back_what_it_wrote(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


def test_base45_agrees_with_its_standard() -> None:
    assert base45.encode(b"AB") == "BB8"
    assert base45.encode(b"base-4") == "UJCLQE7W5"


@pytest.mark.parametrize("text", ["A", "BB", "bb8", "::: ", ":::", "GGW"])
def test_base45_refuses_what_it_never_writes(text: str) -> None:
    with pytest.raises(ValueError, match=r"Base45|characters"):
        base45.decode(text)


def test_base45_writes_pairs_only() -> None:
    with pytest.raises(ValueError, match="even number"):
        base45.encode(b"odd")
