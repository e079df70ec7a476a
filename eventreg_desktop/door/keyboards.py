"""Which sign lies on which key: to undo what becomes of a code when scanner and computer think of other keyboards.

A scanner that types is set to one layout and presses its keys; the computer reads them by another. The 48 keys of each
layout are written in one order: the number row, the three rows of letters, the key beside the left shift key.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, islice, product

from eventreg_core.base45 import ALPHABET
from eventreg_core.ticket import TEXT_LENGTH

MOST_TRIES = 512
"""Readings of one text with signs that were swallowed; a text has few."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What each key types, without and with shift; `dead` signs wait for the next key and change it."""

    name: str
    plain: str
    shifted: str
    dead: str = ""


class Lock(StrEnum):
    """What the Caps Lock key does, when it is on: nothing known, other letters, or shift for every key."""

    OFF = "off"
    LETTERS = "letters"
    SHIFT = "shift"


US = Layout(
    "US", "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./<", '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?>'
)
LAYOUTS = (
    US,
    Layout(
        "German",
        "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-<",
        "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_>",
        "^´`",
    ),
    Layout(
        "Swiss",
        "§1234567890'^qwertzuiopü¨$asdfghjklöäyxcvbnm,.-<",
        '°+"*ç%&/()=?`QWERTZUIOPè!£ASDFGHJKLéàYXCVBNM;:_>',
        "^¨`",
    ),
    Layout(
        "French",
        "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!<",
        "~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§>",
        "^¨",
    ),
    Layout(
        "Belgian",
        "²&é\"'(§è!çà)-azertyuiop^$µqsdfghjklmùwxcvbn,;:=<",
        "³1234567890°_AZERTYUIOP¨*£QSDFGHJKLM%WXCVBN?./+>",
        "^¨",
    ),
    Layout(
        "Dvorak",
        "`1234567890[]',.pyfgcrl/=\\aoeuidhtns-;qjkxbmwvz<",
        '~!@#$%^&*(){}"<>PYFGCRL?+|AOEUIDHTNS_:QJKXBMWVZ>',
    ),
    Layout(
        "Colemak",
        "`1234567890-=qwfpgjluy;[]\\arstdhneio'zxcvbkm,./<",
        '~!@#$%^&*()_+QWFPGJLUY:{}|ARSTDHNEIO"ZXCVBKM<>?>',
    ),
    Layout(
        "Spanish",
        "º1234567890'¡qwertyuiop`+çasdfghjklñ´zxcvbnm,.-<",
        'ª!"·$%&/()=?¿QWERTYUIOP^*ÇASDFGHJKLÑ¨ZXCVBNM;:_>',
        "`^´¨",
    ),
    Layout(
        "Italian",
        "\\1234567890'ìqwertyuiopè+ùasdfghjklòàzxcvbnm,.-<",
        '|!"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°ZXCVBNM;:_>',
    ),
    Layout(
        "Portuguese",
        "\\1234567890'«qwertyuiop+´~asdfghjklçºzxcvbnm,.-<",
        '|!"#$%&/()=?»QWERTYUIOP*`^ASDFGHJKLÇªZXCVBNM;:_>',
        "´~`^",
    ),
    Layout(
        "Swedish",
        "§1234567890+´qwertyuiopå¨'asdfghjklöäzxcvbnm,.-<",
        '½!"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLÖÄZXCVBNM;:_>',
        "´¨`^",
    ),
    Layout(
        "Danish",
        "½1234567890+´qwertyuiopå¨'asdfghjklæøzxcvbnm,.-<",
        '§!"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLÆØZXCVBNM;:_>',
        "´¨`^",
    ),
    Layout(
        "Norwegian",
        "|1234567890+\\qwertyuiopå¨'asdfghjkløæzxcvbnm,.-<",
        '§!"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLØÆZXCVBNM;:_>',
        "¨`^",
    ),
    Layout(
        "Czech",
        ";+ěščřžýáíé=´qwertzuiopú)¨asdfghjklů§yxcvbnm,.-\\",
        "°1234567890%ˇQWERTZUIOP/('ASDFGHJKL\"!YXCVBNM?:_|",
        "´¨ˇ",
    ),
    Layout(
        "Hungarian",
        "0123456789öüóqwertzuiopőúűasdfghjkléáyxcvbnm,.-í",
        "§'\"+!%/=()ÖÜÓQWERTZUIOPŐÚŰASDFGHJKLÉÁYXCVBNM?:_Í",
    ),
    Layout(
        "Turkish",
        '"1234567890*-qwertyuıopğü,asdfghjklşizxcvbnmöç.<',
        "é!'^+%&/()=?_QWERTYUIOPĞÜ;ASDFGHJKLŞİZXCVBNMÖÇ:>",
    ),
)
_MARKS = {"`": "\u0300", "´": "\u0301", "^": "\u0302", "~": "\u0303", "¨": "\u0308", "ˇ": "\u030c"}


@dataclass(frozen=True, slots=True)
class Damage:
    """A scanner set to one layout at a computer set to another. `undone` gives for each sign what the code has."""

    scanner: Layout
    computer: Layout
    lock: Lock
    undone: dict[str, str]

    def repairs(self, typed: str) -> Iterator[str]:
        """What the code may have been, of the length of a ticket; nothing when other signs were typed."""
        apart = self._apart(typed)
        if apart is None:
            return
        code = self.straight(apart)
        missing = TEXT_LENGTH - len(code)
        if missing == 0:
            yield "".join(code)
        elif missing > 0:
            longer = {place: more for place, sign in enumerate(apart) if (more := self._longer(sign))}
            yield from islice(_restored(code, longer, missing), MOST_TRIES)

    def straight(self, typed: str) -> list[str]:
        """Sign by sign what was meant; each must be a key's."""
        return list(map(self.undone.__getitem__, typed))

    def _apart(self, typed: str) -> str | None:
        """The same with what dead keys changed taken apart: sign, then letter; None where something is no key's."""
        apart: dict[int, str] = {}
        for sign in set(typed) - self.undone.keys():
            if not (pressed := self._pressed(sign)):
                return None
            apart[ord(sign)] = pressed
        return typed.translate(apart)

    def _longer(self, sign: str) -> tuple[str, ...]:
        """Which two signs may have come out as this one.

        A dead key takes a space with it, or is shown once for twice; and what it makes of a letter may be a key's, too.
        """
        if sign in self.computer.dead:
            return self.undone[sign] + " ", self.undone[sign] * 2
        pressed = self._pressed(sign)
        return ("".join(self.straight(pressed)),) if pressed else ()

    def _pressed(self, sign: str) -> str:
        """The dead key and the letter that made this sign; empty where none did."""
        if sign.isascii():
            return ""
        whole = unicodedata.normalize("NFD", sign)
        for dead in self.computer.dead:
            letter = unicodedata.normalize("NFC", whole.replace(_MARKS[dead], "", 1))
            if _MARKS[dead] in whole and {dead, letter} <= self.undone.keys():
                return dead + letter
        return ""


def _restored(code: list[str], longer: dict[int, tuple[str, ...]], missing: int) -> Iterator[str]:
    """Put so many signs back, wherever one may stand for two."""
    for places in combinations(longer, missing):
        for signs in product(*(longer[place] for place in places)):
            whole = list(code)
            for place, two in zip(places, signs, strict=True):
                whole[place] = two
            yield "".join(whole)


@lru_cache(maxsize=1)
def damages() -> tuple[Damage, ...]:
    """Every pair of layouts, with and without Caps Lock, the likeliest first: a scanner as it left its factory."""
    pairs = [(US, layout) for layout in LAYOUTS]
    pairs += [(scanner, computer) for scanner in LAYOUTS[1:] for computer in LAYOUTS]
    every = (_damage(*pair, lock) for lock in Lock for pair in pairs)
    return tuple(each for each in every if each is not None)


def _damage(scanner: Layout, computer: Layout, lock: Lock) -> Damage | None:
    """None where the scanner has no key for some sign of a code, or two of them come out alike."""
    undone: dict[str, str] = {" ": " "}
    for sign in ALPHABET.replace(" ", ""):
        shown = typed_as(sign, scanner, computer, lock)
        if shown is None or shown in undone:
            return None
        undone[shown] = sign
    for small, large in (("ß", "ẞ"), ("i", "ı")):  # capitals, and small letters, of which systems have two
        if small in undone:
            undone.setdefault(large, undone[small])
    return Damage(scanner, computer, lock, undone)


def typed_as(sign: str, scanner: Layout, computer: Layout, lock: Lock) -> str | None:
    """What the computer makes of one sign of a code; None where the scanner has no key for it."""
    for row, with_shift in ((scanner.plain, False), (scanner.shifted, True)):
        if sign in row:
            place = row.index(sign)
            if lock is Lock.SHIFT:
                with_shift = not with_shift
            shown = (computer.shifted if with_shift else computer.plain)[place]
            return shown.swapcase() if lock is Lock.LETTERS and len(shown.swapcase()) == 1 else shown
    return None
