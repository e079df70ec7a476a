"""From a camera's picture to the texts of the QR codes in it, within the time that one picture may take.

Most codes are read at first sight. zxing-cpp also tells where it saw a code that it could not read, and that place
alone is worth the dear readings: it is cut out, brought to a standard size and sharpened, evened out or darkened.
Where nothing was seen at all, the whole picture is enlarged and sharpened, for codes far away, blurred or in the dark.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import cycle

import numpy as np
import zxingcpp

from eventreg_desktop.work.opencv import Picture, cv2

OUT_OF_VIEW_MS = 1500
"""A text seen again sooner than this after it was last seen is still the same scan."""


def texts(frame: Picture) -> list[str]:
    """The texts of the QR codes in one picture that stands alone, by all that helps; empty if none was read.

    `frame` is (height, width, 3), blue green red. Codes are named once each. Bytes that are no text come as some text,
    never as an error. A picture without a code costs two looks, one with a code that nobody can read about five.
    """
    grey = _grey(frame)
    seen = _look(grey)
    if seen.nothing:
        seen = _look_calmed(grey)
    if seen.texts or seen.place is None:
        return seen.texts
    return _first(_CLOSER_ALONE, _cut(grey, seen.place))


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
        grey = _grey(frame)
        seen = _look(grey)
        found = seen.texts or self._second_look(grey, seen.place or self._hint)
        if found:
            self._begin_again()
        else:
            self._misses += 1
        return found

    def _begin_again(self) -> None:
        self._misses = 0
        self._hint: _Place | None = None
        """Where a dear look saw a code that it could not read: the next picture is looked at there."""
        self._whole = cycle((_look_calmed, _look_sharpened))
        self._closer = cycle((_CLOSER_FIRST, _CLOSER_THEN))

    def _second_look(self, grey: Picture, place: "_Place | None") -> list[str]:
        if self._misses % 3 == 2:
            return _zbar(_scaled(grey, 0.5)) if place is None else _closer_zbar(_cut(grey, place))
        if place is not None:
            self._hint = None
            return _first(next(self._closer), _cut(grey, place))
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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a picture codes were seen, in its pixels; may reach beyond its edges."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one look at a picture gave: texts that were read, and the place of codes that were only seen."""

    texts: list[str]
    place: _Place | None

    @property
    def nothing(self) -> bool:
        return not self.texts and self.place is None


def _look(grey: Picture, scale: float = 1.0) -> _Seen:
    """One pass of zxing-cpp, QR codes only, light on dark too; places are divided by `scale`."""
    codes = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,  # as printed in the code: the default spells control characters out
        return_errors=True,
    )
    read = [code.text for code in codes if code.valid and code.text]
    if read or not codes:
        return _Seen(list(dict.fromkeys(read)), None)
    corners = [
        corner
        for code in codes
        for corner in (
            code.position.top_left,
            code.position.top_right,
            code.position.bottom_left,
            code.position.bottom_right,
        )
    ]
    across, down = [corner.x / scale for corner in corners], [corner.y / scale for corner in corners]
    return _Seen([], _Place(min(across), min(down), max(across), max(down)))


def _look_calmed(grey: Picture) -> _Seen:
    """A look at the picture without its grain, enlarged up to twice and sharpened: for dim light and codes far away."""
    scale = min(2.0, (_LARGEST / grey.size) ** 0.5)
    return _look(_sharpened(_scaled(_calmed(grey), scale), 21, 2.0), scale)


def _look_sharpened(grey: Picture) -> _Seen:
    """A look at the picture enlarged by half and sharpened: for codes out of focus."""
    scale = min(1.5, (_LARGEST / grey.size) ** 0.5)
    return _look(_sharpened(_scaled(grey, scale), 13, 1.5), scale)


def _first(readings: tuple[Callable[[Picture], list[str]], ...], closer: Picture) -> list[str]:
    return next((found for reading in readings if (found := reading(closer))), [])


def _cut(grey: Picture, place: _Place) -> Picture:
    """The place and a margin around it: where a code was seen is often only known by two of its corners."""
    margin = 0.4 * max(place.right - place.left, place.bottom - place.top) + 8
    top, left = max(0, int(place.top - margin)), max(0, int(place.left - margin))
    return grey[top : int(place.bottom + margin), left : int(place.right + margin)]


# The sides, in pixels, of a closer picture: all leave a ticket's modules six pixels or more, and cost less than the whole
# picture. Several, because the right one differs between a blurred and a grainy code.
_SMALL, _LARGE, _LARGEST_SIDE = 560, 640, 900
_LARGEST = 3 * 1280 * 720
"""Pixels of an enlarged whole picture; more would read little more, and break the time of a noisy one."""


def _sized(closer: Picture, side: int) -> Picture:
    return _scaled(closer, side / max(closer.shape))


def _scaled(grey: Picture, scale: float) -> Picture:
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return _pixels(cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR))


def _sharpened(grey: Picture, width: int, strength: float) -> Picture:
    """Unsharp masking against a box blur `width` pixels wide, which costs a tenth of a Gaussian one."""
    return _pixels(cv2.addWeighted(grey, 1 + strength, cv2.blur(grey, (width, width)), -strength, 0))


def _calmed(grey: Picture) -> Picture:
    return _pixels(cv2.GaussianBlur(grey, (0, 0), 0.7))


def _evened(grey: Picture) -> Picture:
    """Local contrast made even (CLAHE), against shadows and glare."""
    return _pixels(cv2.createCLAHE(4.0, (8, 8)).apply(grey))


def _darkened(grey: Picture) -> Picture:
    """Gamma 2: tells the light greys of an overexposed code apart."""
    return _pixels(cv2.LUT(grey, _GAMMA_2))


def _black_and_white(grey: Picture) -> Picture:
    return _pixels(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 51, 5))


_GAMMA_2 = np.rint(255 * (np.arange(256) / 255) ** 2).astype(np.uint8)


def _closer_calmed(closer: Picture) -> list[str]:
    return _look(_sharpened(_sized(_calmed(closer), _LARGE), 21, 2.0)).texts


def _closer_sharpened(closer: Picture) -> list[str]:
    return _look(_sharpened(_sized(closer, _SMALL), 13, 1.5)).texts


def _closer_plain(closer: Picture) -> list[str]:
    return _look(_sized(closer, _LARGEST_SIDE)).texts


def _closer_evened(closer: Picture) -> list[str]:
    return _look(_evened(_sized(closer, _LARGE))).texts


def _closer_darkened(closer: Picture) -> list[str]:
    return _look(_darkened(_sized(closer, _SMALL))).texts


def _closer_bare(closer: Picture) -> list[str]:
    return _look(_black_and_white(_sized(closer, _LARGE))).texts


def _closer_zbar(closer: Picture) -> list[str]:
    return _zbar(_sized(closer, _SMALL))


_CLOSER_FIRST = (_closer_sharpened, _closer_calmed, _closer_plain)
_CLOSER_THEN = (_closer_evened, _closer_darkened, _closer_bare)
_CLOSER_ALONE = (_closer_sharpened, _closer_evened, _closer_darkened, _closer_calmed, _closer_zbar)


def _zbar(grey: Picture) -> list[str]:
    """What pyzbar reads. It guesses the alphabet of other texts, often wrongly, so that only ASCII is taken from it."""
    read = _zbar_decoder()
    if read is None:
        return []
    try:
        found = read(grey)
    except ValueError:  # it stumbles over some codes' own outline
        return []
    return list(dict.fromkeys(found))


@cache
def _zbar_decoder() -> Callable[[Picture], list[str]] | None:
    """pyzbar's reading of QR codes, or None where its system library is missing."""
    try:
        from pyzbar.pyzbar import ZBarSymbol, decode
    except (ImportError, OSError):
        return None

    def read(grey: Picture) -> list[str]:
        found = (code.data for code in decode(grey, symbols=[ZBarSymbol.QRCODE]))
        return [raw.decode("ascii") for raw in found if raw and raw.isascii()]

    return read


def _grey(frame: Picture) -> Picture:
    return _pixels(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY))


def _pixels(image: object) -> Picture:
    """OpenCV's typing promises any number; every operation here keeps bytes."""
    return np.asarray(image, dtype=np.uint8)
