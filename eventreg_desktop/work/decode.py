"""From a camera's picture to the texts of the QR codes in it, within the time that one picture may take.

Most codes are read at first sight. zxing-cpp also tells where it saw a code that it could not read, and that place
alone is worth the dear readings: it is cut out, brought to a standard size and sharpened, evened out or darkened.
Where nothing was seen at all, the whole picture is enlarged and sharpened, for codes far away, blurred or in the dark.
"""

from itertools import cycle

from eventreg_desktop.work.looks import (
    CLOSER_ALONE,
    CLOSER_FIRST,
    CLOSER_THEN,
    Place,
    closer_zbar,
    cut,
    first,
    grey_of,
    look,
    look_calmed,
    look_sharpened,
    scaled,
    zbar,
)
from eventreg_desktop.work.opencv import Picture

OUT_OF_VIEW_MS = 1500
"""A text seen again sooner than this after it was last seen is still the same scan."""


def texts(frame: Picture) -> list[str]:
    """The texts of the QR codes in one picture that stands alone, by all that helps; empty if none was read.

    `frame` is (height, width, 3), blue green red. Codes are named once each. Bytes that are no text come as some text,
    never as an error. A picture without a code costs two looks, one with a code that nobody can read about five.
    """
    grey = grey_of(frame)
    seen = look(grey)
    if seen.nothing:
        seen = look_calmed(grey)
    if seen.texts or seen.place is None:
        return seen.texts
    return first(CLOSER_ALONE, cut(grey, seen.place))


class Turns:
    """Reads the pictures of one camera, each in about half the time until the next one comes at 30 a second.

    What a picture gets beyond the first look depends on how many pictures before it went unread: the dear readings take
    turns, pyzbar on every third. A code held for a third of a second has had them all.
    """

    def __init__(self) -> None:
        """Begin as if the last picture had been read."""
        self._begin_again()

    def texts(self, frame: Picture) -> list[str]:
        """The texts of the QR codes in the next picture, as `texts()` gives them, often empty for a difficult one."""
        grey = grey_of(frame)
        seen = look(grey)
        found = seen.texts or self._second_look(grey, seen.place or self._hint)
        if found:
            self._begin_again()
        else:
            self._misses += 1
        return found

    def _begin_again(self) -> None:
        self._misses = 0
        self._hint: Place | None = None
        """Where a dear look saw a code that it could not read: the next picture is looked at there."""
        self._whole = cycle((look_calmed, look_sharpened))
        self._closer = cycle((CLOSER_FIRST, CLOSER_THEN))

    def _second_look(self, grey: Picture, place: Place | None) -> list[str]:
        if self._misses % 3 == 2:
            return zbar(scaled(grey, 0.5)) if place is None else closer_zbar(cut(grey, place))
        if place is not None:
            self._hint = None
            return first(next(self._closer), cut(grey, place))
        seen = next(self._whole)(grey)
        self._hint = seen.place
        return seen.texts


class Watch:
    """Makes one scan out of a code that is held in view for many pictures."""

    def __init__(self, out_of_view_ms: int = OUT_OF_VIEW_MS) -> None:
        """A text that was out of view for `out_of_view_ms` is news again."""
        self._out_of_view_ms = out_of_view_ms
        self._last_seen: dict[str, int] = {}

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
        return news
