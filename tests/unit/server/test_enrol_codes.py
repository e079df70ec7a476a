"""Enrolment codes are typed by people at doors."""

from server.devices.codes import ALPHABET, hash_of, new_code

SECRET = b"s" * 32


def test_a_code_is_two_groups_of_five_signs_that_nobody_mistakes() -> None:
    first, second = new_code().split("-")
    assert (len(first), len(second)) == (5, 5)
    assert set(first + second) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01IO")


def test_codes_do_not_repeat() -> None:
    assert len({new_code() for _ in range(1000)}) == 1000


def test_a_code_is_found_however_it_is_typed_and_only_with_this_servers_secret() -> None:
    stored = hash_of(SECRET, "7KQ2M-XW9RT")
    assert {hash_of(SECRET, typed) for typed in ("7kq2m-xw9rt", " 7KQ2MXW9RT ", "7KQ2M XW9RT\n")} == {stored}
    assert hash_of(b"t" * 32, "7KQ2M-XW9RT") != stored
