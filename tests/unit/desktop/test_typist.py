"""Hand scanners at computers that take them for another keyboard, and two of them at once. Every repair is signed."""

import unicodedata
from collections.abc import Iterator
from functools import partial
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventreg_core import ticket
from eventreg_core.ticket import EventKey, KeyState, Signed
from eventreg_desktop.door.keyboards import LAYOUTS, US, Damage, Lock, damages, typed_as
from eventreg_desktop.door.typist import TwoAtOnce, Typist
from tests.sync.festival import Festival, serial

FESTIVAL = Festival()
KEYS = {1: EventKey(FESTIVAL.key.public_key().public_bytes_raw(), KeyState.CURRENT)}
READ = partial(ticket.read, event_number=FESTIVAL.number, keys=KEYS)
SERIALS = st.binary(min_size=8, max_size=8)
MARKS = {"`": "\u0300", "´": "\u0301", "^": "\u0302", "~": "\u0303", "¨": "\u0308", "ˇ": "\u030c"}
NAMED = {(each.computer.name, each.lock) for each in damages() if each.scanner is US}


def meant(typed: str) -> list[str]:
    return Typist().codes(typed, READ)


def shown(code: str, damage: Damage, kind: str = "windows") -> str:
    """What the computer makes of it; a dead key changes the next letter, or takes a space with it, or stands beside it.

    Where two are pressed in a row, X11 shows one, Windows both.
    """
    signs = [sign if sign == " " else typed_as(sign, damage.scanner, damage.computer, damage.lock) for sign in code]
    made: list[str] = []
    waiting = ""
    for sign in map(str, signs):
        if waiting:
            together = unicodedata.normalize("NFC", sign + MARKS[waiting])
            twice = sign == waiting and kind == "x11"
            made.append(waiting if sign == " " or twice else together if len(together) == 1 else waiting + sign)
            waiting = ""
        elif sign in damage.computer.dead:
            waiting = sign
        else:
            made.append(sign)
    return "".join(made) + waiting


def mixed(first: str, second: str, lead: int, pace: int = 1) -> str:
    """Two codes, the second begun `lead` signs later, `pace` signs of the first for one of it while both are typed."""
    out, rest = list(first[:lead]), iter(second)
    for place, sign in enumerate(first[lead:]):
        out.append(sign)
        if place % pace == 0:
            out.append(next(rest, ""))
    return "".join([*out, *rest])


def test_the_common_keyboards_are_all_known_with_and_without_caps_lock() -> None:
    assert all(len(each.plain) == len(each.shifted) == 48 for each in LAYOUTS)
    assert {(layout.name, lock) for layout in LAYOUTS for lock in Lock} == NAMED
    for wanted in ("German", "French", "Dvorak"):
        assert any(each.scanner.name == wanted and each.computer is US for each in damages()), wanted


def test_a_ticket_survives_each_of_all_keyboards() -> None:
    code = next(each for each in map(FESTIVAL.text, map(serial, range(1, 300))) if each.count("+") > 2)
    for damage in damages():
        assert meant(shown(code, damage)) == [code], (damage.scanner.name, damage.computer.name, damage.lock)


@settings(max_examples=40)
@given(number=SERIALS, damage=st.sampled_from(damages()), kind=st.sampled_from(["windows", "x11"]))
def test_every_ticket_survives_every_keyboard(number: bytes, damage: Damage, kind: str) -> None:
    code = FESTIVAL.text(number)
    assert meant(shown(code, damage, kind)) == [code]


@settings(max_examples=40)
@given(number=SERIALS, damage=st.sampled_from(damages()), at=st.integers(0, 119), sign=st.sampled_from("0AZ $+:"))
def test_a_code_with_one_wrong_sign_never_becomes_another_ticket(
    number: bytes, damage: Damage, at: int, sign: str
) -> None:
    code = FESTIVAL.text(number)
    wrong = code[:at] + sign + code[at + 1 :]
    heard = [each for each in meant(shown(wrong, damage)) if isinstance(READ(each), Signed)]
    assert heard in ([], [code]), "what some keyboard makes of a ticket is that ticket"
    assert not isinstance(READ(wrong), Signed) or wrong == code


def test_an_altered_ticket_that_no_keyboard_explains_stays_altered() -> None:
    code = FESTIVAL.text(serial(1))
    altered = code[:60] + ("7" if code[60] != "7" else "8") + code[61:]
    assert meant(altered) == [altered]
    assert not isinstance(READ(altered), Signed)


@settings(max_examples=40)
@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=130) | st.text(min_size=100, max_size=120))
def test_garbage_stays_what_it_was(garbage: str) -> None:
    (code,) = meant(garbage)
    assert not isinstance(READ(code), Signed)


def test_a_space_is_a_sign_of_the_code_wherever_it_stands() -> None:
    codes = [FESTIVAL.text(serial(number)) for number in range(300)]
    code = next(each for each in codes if "  " in each)
    assert meant(code) == [code]
    assert not isinstance(READ(code.replace("  ", " ")), Signed)


def test_a_ticket_of_another_event_is_told_as_one_on_every_keyboard() -> None:
    other = FESTIVAL.text(serial(1), event=9)
    german = next(each for each in damages() if each.computer.name == "German" and each.lock is Lock.OFF)
    assert meant(other) == [other]
    assert meant(shown(other, german)) == [other]


def test_markers_that_scanners_type_first_are_taken_off() -> None:
    code = FESTIVAL.text(serial(2))
    assert meant("]Q2\\000026" + code.lower()) == [code]


@pytest.mark.parametrize("lead", [0, 1, 7, 60, 118])
@pytest.mark.parametrize("pace", [1, 2])
def test_two_scanners_at_once_are_parted_with_and_without_enter(lead: int, pace: int) -> None:
    codes = [FESTIVAL.text(serial(1)), FESTIVAL.text(serial(2))]
    both = mixed(codes[0] + "\r", codes[1] + "\r", lead, pace)
    typist = Typist()
    heard = [code for burst in both.split("\r") if burst for code in typist.codes(burst, READ)]
    assert sorted(heard) == sorted(codes)
    if pace == 1:
        assert sorted(meant(mixed(codes[0], codes[1], lead))) == sorted(codes)


def test_two_scanners_at_a_computer_with_another_keyboard_are_parted() -> None:
    codes = [FESTIVAL.text(serial(1)), FESTIVAL.text(serial(2))]
    french = next(each for each in damages() if each.computer.name == "French" and each.lock is Lock.OFF)
    first, second = (shown(code, french) for code in codes)
    assert sorted(meant(mixed(first, second, 30))) == sorted(codes)


def scrambled() -> Iterator[str]:
    """Two codes whose signs come without any order between them; the first ends before the second."""
    random, codes = Random(1), [FESTIVAL.text(serial(number)) for number in (1, 2)]
    turns = [0] * 120 + [1] * 90
    random.shuffle(turns)
    heads = [iter(code) for code in codes]
    yield "".join(next(heads[turn]) for turn in turns)
    yield "".join(heads[1])


def test_two_scanners_that_cannot_be_parted_are_said_once_and_the_next_scan_is_heard() -> None:
    typist = Typist()
    mix, rest = scrambled()
    with pytest.raises(TwoAtOnce, match="one after the other"):
        typist.codes(mix, READ)
    assert typist.codes(rest, READ) == []
    code = FESTIVAL.text(serial(3))
    assert typist.codes(code, READ) == [code]
