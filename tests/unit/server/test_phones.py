"""Phone numbers lie sealed; doors learn how they end."""

from os import urandom

import pytest

from eventreg_core.snapshot import texts_of
from server.registrations.phones import phone_tail, seal_phone
from server.sync.snapshot_rows import PHONES, SEALED, with_phone_tails

KEY = urandom(32)
NUMBER = "+49 170 1234567"


def sealed(key: bytes = KEY) -> bytes:
    told = seal_phone((key,), NUMBER)
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("phone", "lies_sealed", "tail"),
    [
        pytest.param(None, True, "4567", id="sealed"),
        pytest.param("030 998877", False, "8877", id="from before they were sealed"),
        pytest.param(None, False, "", id="none"),
    ],
)
def test_a_door_learns_how_a_number_ends(phone: str | None, lies_sealed: bool, tail: str) -> None:
    assert phone_tail(phone, sealed() if lies_sealed else None, (KEY,)) == tail


def test_a_number_whose_key_is_lost_holds_up_no_guest_list() -> None:
    assert phone_tail(None, sealed(urandom(32)), (KEY,)) == ""


def test_a_snapshot_has_the_ends_and_never_the_numbers() -> None:
    lying = [SEALED + sealed().hex(), "", "030 998877", SEALED + sealed(urandom(32)).hex()]
    told = with_phone_tails({PHONES: texts_of(lying), "guests.name": texts_of(list("ABCD"))}, (KEY,))
    assert told == {"guests.name": texts_of(list("ABCD")), "guests.phone_tail": texts_of(["4567", "", "8877", ""])}
