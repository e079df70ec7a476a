import unicodedata

import pytest

from server.auth.password_rules import LONGEST, SHORTEST, check_password, comparable
from server.errors import ApiProblem

COMMON = ("1234567890", "QWERTYUIOP", "liverpool1", "Password2026!", "  password  ", "aaaaaaaaaaaa", "ababababab")
FINE = (
    "correct horse battery",
    "x7-mill-otter",
    "パスワードではない文",
    "مفتاح البيت القديم",
    "8273645019283",
    "🎪🦊🐙🍋🌵🚲🎈🧭🪁🛶",
)


def is_accepted(password: str) -> bool:
    try:
        check_password(password)
    except ApiProblem:
        return False
    return True


@pytest.mark.parametrize("password", FINE)
def test_any_long_text_that_is_not_common_is_a_password(password: str) -> None:
    assert is_accepted(password)


@pytest.mark.parametrize("password", COMMON)
def test_what_everybody_tries_first_is_no_password(password: str) -> None:
    with pytest.raises(ApiProblem, match="Many people use this") as refused:
        check_password(password)
    assert (refused.value.code, refused.value.field) == ("weak_password", "password")


@pytest.mark.parametrize(
    ("letters", "accepted"), [(SHORTEST - 1, False), (SHORTEST, True), (LONGEST, True), (LONGEST + 1, False)]
)
def test_letters_are_counted_as_people_see_them(letters: int, accepted: bool) -> None:
    composed = ("üñåxé" * 50)[:letters]
    for password in (composed, unicodedata.normalize("NFD", composed)):
        assert is_accepted(password) is accepted


def test_one_password_is_the_same_from_every_keyboard() -> None:
    assert comparable("Mu\u0308ller am Fluss") == comparable("M\u00fcller am Fluss")


@pytest.mark.parametrize("password", ["half \ud800 a character", "with \x00 nothing"])
def test_what_cannot_be_stored_is_no_password(password: str) -> None:
    with pytest.raises(ApiProblem, match="cannot be stored"):
        check_password(password)
