"""Free text beside a fact: only the server reads it, and only as it was written. Digits after a currency's point."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core import asides
from eventreg_core.currencies import places_of
from eventreg_core.problems import MalformedText

SERVER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SERVER.public_key().public_bytes_raw()
SALT = b"s" * asides.SALT_BYTES


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_is_sealed_to_a_server_is_read_by_it_word_for_word(words: str) -> None:
    text = asides.salted(words, SALT)

    opened = asides.unseal(SERVER, asides.seal(PUBLIC, text))

    assert (asides.words_of(opened), asides.hash_of(opened)) == (words, asides.hash_of(text))


def test_the_same_words_look_different_each_time_and_hash_by_their_salt() -> None:
    text = asides.salted("lost her phone", SALT)

    assert asides.seal(PUBLIC, text) != asides.seal(PUBLIC, text)
    assert asides.hash_of(text) != asides.hash_of(asides.salted("lost her phone", b"t" * asides.SALT_BYTES))


def test_a_text_is_cut_where_it_would_become_a_novel() -> None:
    assert len(asides.salted("é" * asides.LONGEST, SALT)) == asides.SALT_BYTES + asides.LONGEST


@given(st.binary(max_size=120))
def test_garbage_is_refused_in_words(sealed: bytes) -> None:
    with pytest.raises(MalformedText, match="not sealed to this server"):
        asides.unseal(SERVER, sealed)


def test_neither_another_server_nor_a_changed_byte_opens_it() -> None:
    sealed = asides.seal(PUBLIC, asides.salted("why", SALT))
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])

    for key, tried in ((Ed25519PrivateKey.generate(), sealed), (SERVER, changed)):
        with pytest.raises(MalformedText):
            asides.unseal(key, tried)


@pytest.mark.parametrize(("currency", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CHF", 2)])
def test_digits_after_the_point_follow_the_currency(currency: str, places: int) -> None:
    assert places_of(currency) == places
