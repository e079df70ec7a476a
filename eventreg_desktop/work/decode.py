"""From a camera's picture to the texts of the QR codes in it, within the time that one picture may take.

Most codes are read at first sight. zxing-cpp also tells where it saw a code that it could not read, and that place
alone is worth the dear readings: it is cut out, brought to a standard size and made clearer. Where nothing was seen at
all, the whole picture is enlarged and sharpened, for codes far away, blurred or in the dark.
docs/adr/0015 says which ways were measured, and why these take turns.
"""

from itertools import chain

import numpy as np

from eventreg_desktop.work import closer
from eventreg_desktop.work.filters import grey_of
from eventreg_desktop.work.hints import Hint, hint_of
from eventreg_desktop.work.looks import (
    LARGEST,
    Look,
    Place,
    Seen,
    look,
    look_bare,
    look_calmed,
    look_crisp,
    look_deblurred,
    look_deblurred_finely,
    look_enlarged,
    look_enlarged_fully,
    look_evened,
    look_other,
    look_sharpened,
    look_widened,
    looks_of_others,
    within,
)
from eventreg_desktop.work.opencv import Picture
from eventreg_desktop.work.other_readers import zbar
from eventreg_desktop.work.stillness import Stillness

OUT_OF_VIEW_MS = 1500
"""A text seen again sooner than this after it was last seen is still the same scan."""
TOGETHER_MS = 1000
"""Codes in one picture that came into view within so long are shown to belong together."""

_WHOLE: tuple[tuple[Look, ...], ...] = (
    (look_enlarged,),
    (look_crisp, look_bare),
    (look_deblurred,),
    (look_sharpened,),
    (look_calmed,),
    (look_evened,),
    (look_deblurred_finely,),
    (look_widened, look_other),
)
"""What each of a round of pictures gets in which no code was seen."""
_EVERY_WHOLE = tuple(way for ways in _WHOLE for way in ways)
_EVERY_WHOLE_ALONE = (*_EVERY_WHOLE, look_enlarged_fully)
_GRAINY = 25
"""Grey levels between neighbouring pixels, in the mean, above which a picture is mere grain, and looks take double."""
_LESS_ROOM = 3 * 1280 * 720 // 2
_STILL = 12
"""After so many pictures of one sight every way was tried: from then on only every `_RESTING`th is read."""
_RESTING = 8
_BESIDE = 4
"""Every so many pictures, while a code is read and no other seen, a dear look searches for another beside it."""


def texts(frame: Picture) -> list[str]:
    """The texts of the QR codes in one picture that stands alone, by all that helps; empty if none was read.

    `frame` is (height, width, 3), blue green red; grey will do. Codes are named once each. Bytes that are no text come
    as some text, never as an error. A picture in which nothing is read takes a tenth to a quarter of a second.
    """
    if frame.size == 0:
        return []
    grey = grey_of(frame)
    plain = look(grey)
    if plain.texts:
        return _joined(plain.texts, *(closer.first(closer.ALONE, closer.cut(grey, place)) for place in plain.places))
    tried: list[Place] = []
    for seen in chain((plain,), (within(LARGEST, way, grey) for way in _EVERY_WHOLE_ALONE)):
        if seen.texts:
            return seen.texts
        for place in seen.places:
            if not any(_alike(place, other) for other in tried):
                tried.append(place)
                if found := closer.first(closer.ALONE, closer.cut(grey, place)):
                    return found
    return looks_of_others(grey) if tried else zbar(grey)


def _alike(one: Place, other: Place) -> bool:
    apart = max(abs(one.left - other.left), abs(one.top - other.top), abs(one.right - other.right))
    return max(apart, abs(one.bottom - other.bottom)) < 0.1 * other.side


def _joined(*lists: list[str]) -> list[str]:
    return list(dict.fromkeys(text for found in lists for text in found))


class Turns:
    """Reads the pictures of one camera, each in about half the time until the next one comes at 30 a second.

    What a picture gets beyond the first look depends on how many pictures before it went unread: the dear readings take
    turns. A code held for a third of a second has had most of them. While nothing moves, hardly anything is read.
    """

    def __init__(self) -> None:
        """Begin as if the last picture had been read."""
        self.hint: Hint | None = None
        """What would help to read the code that the last picture showed; None where it was read, or none was seen."""
        self.resting = False
        """Whether the last picture was like those before it, all ways tried, and therefore not read again."""
        self._stillness = Stillness()
        self._since_changed = 0
        self._last: list[str] = []
        self._begin_round()

    def texts(self, frame: Picture) -> list[str]:
        """The texts of the QR codes in the next picture, as `texts()` gives them, often empty for a difficult one.

        A code that was read stays in view for as long as nothing moves, read again or not.
        """
        if frame.size == 0:
            self.hint, self._last = None, []
            return []
        grey = grey_of(frame)
        changed = self._stillness.changed(grey)
        self._since_changed = 0 if changed else self._since_changed + 1
        self.resting = self._since_changed > _STILL and self._since_changed % _RESTING != 0
        if self.resting:
            return list(self._last)
        found = self._read(grey)
        self._last = found if changed else _joined(found, self._last)
        return list(self._last)

    def _begin_round(self) -> None:
        self._misses = self._whole_looks = self._closer_looks = 0
        self._guess: tuple[Place, ...] = ()
        """Where a dear look saw a code that it could not read: the next two pictures are looked at there."""
        self._guesses_left = 0

    def _read(self, grey: Picture) -> list[str]:
        seen = look(grey)
        if not set(seen.texts) <= set(self._last):
            self._begin_round()
            self.hint = None
            return seen.texts
        self._misses += 1
        if seen.texts and not seen.places and self._misses % _BESIDE:
            self.hint = None
            return seen.texts
        places = seen.places or self._guessed()
        found = _joined(seen.texts, self._dear(grey, places))
        if not set(found) <= set(self._last):
            self._begin_round()
        unread = places or self._guess
        self.hint = hint_of(grey, unread[0]) if unread and not found else None
        return found

    def _guessed(self) -> tuple[Place, ...]:
        self._guesses_left -= 1
        return self._guess if self._guesses_left >= 0 else ()

    def _dear(self, grey: Picture, places: tuple[Place, ...]) -> list[str]:
        if places and self._misses % 3:
            turn, which = divmod(self._closer_looks, len(places))
            self._closer_looks += 1
            return closer.first(closer.ROUND[turn % len(closer.ROUND)], closer.cut(grey, places[which]))
        seen = self._whole(grey)
        self._guess, self._guesses_left = seen.places, 2
        return seen.texts

    def _whole(self, grey: Picture) -> Seen:
        turn = self._whole_looks
        self._whole_looks += 1
        if _is_grain(grey):
            way = _EVERY_WHOLE[turn % len(_EVERY_WHOLE)]
            return way(grey, _LESS_ROOM) if way in (look_enlarged, look_calmed, look_sharpened) else way(grey)
        places: tuple[Place, ...] = ()
        for way in _WHOLE[turn % len(_WHOLE)]:
            seen = within(LARGEST, way, grey)
            if seen.texts:
                return seen
            places = places or seen.places
        return Seen([], places)


def _is_grain(grey: Picture) -> bool:
    rows = grey[::16].astype(np.int16)
    return rows.shape[1] > 1 and float(np.abs(np.diff(rows, axis=1)).mean()) > _GRAINY


class Watch:
    """Makes one scan out of a code that is held in view for many pictures."""

    def __init__(self, out_of_view_ms: int = OUT_OF_VIEW_MS) -> None:
        """A text that was out of view for `out_of_view_ms` is news again."""
        self._out_of_view_ms = out_of_view_ms
        self._last_seen: dict[str, int] = {}
        self._began: dict[str, int] = {}

    def fresh(self, texts: list[str], at_ms: int) -> list[str]:
        """Those of the `texts` in view at `at_ms` that begin a new scan, in their order.

        `at_ms` is any clock that never goes back while a code is held: a video's position or monotonic milliseconds.
        If it does go back (a video begins again), everything seen before counts as long gone.
        """
        self._last_seen = {
            text: seen for text, seen in self._last_seen.items() if 0 <= at_ms - seen < self._out_of_view_ms
        }
        news = [text for text in dict.fromkeys(texts) if text not in self._last_seen]
        self._last_seen |= dict.fromkeys(texts, at_ms)
        self._began = {text: at_ms if text in news else self._began[text] for text in self._last_seen}
        return news

    def beside(self, texts: list[str], at_ms: int) -> list[str]:
        """Those of the `texts` in view, after `fresh`, whose scan began before, by less than `TOGETHER_MS`.

        A family holds up three phones, and the third is read a picture after the others.
        """
        return [text for text in dict.fromkeys(texts) if 0 < at_ms - self._began[text] < TOGETHER_MS]
