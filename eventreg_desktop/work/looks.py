"""Ways to look at a picture for QR codes: plainly, dearly, closer at one place, and with pyzbar.

Times are of one core for 1280×720: a plain look takes 2 ms, a dear one 15, all the closer ones together 25.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import zxingcpp

from eventreg_desktop.work.opencv import Picture, cv2


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a picture codes were seen, in its pixels; may reach beyond its edges."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at a picture gave: texts that were read, and the place of codes that were only seen."""

    texts: list[str]
    place: Place | None

    @property
    def nothing(self) -> bool:
        """Whether there was no trace of a code."""
        return not self.texts and self.place is None


def look(grey: Picture, scale: float = 1.0) -> Seen:
    """One pass of zxing-cpp, QR codes only, light on dark too; places are divided by `scale`."""
    codes = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,  # as printed in the code: the default spells control characters out
        return_errors=True,
    )
    read = [code.text for code in codes if code.valid and code.text]
    if read or not codes:
        return Seen(list(dict.fromkeys(read)), None)
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
    return Seen([], Place(min(across), min(down), max(across), max(down)))


def look_calmed(grey: Picture) -> Seen:
    """A look at the picture without its grain, enlarged up to twice and sharpened: for dim light and codes far away."""
    scale = min(2.0, (_LARGEST / grey.size) ** 0.5)
    return look(_sharpened(scaled(_calmed(grey), scale), 21, 2.0), scale)


def look_sharpened(grey: Picture) -> Seen:
    """A look at the picture enlarged by half and sharpened: for codes out of focus."""
    scale = min(1.5, (_LARGEST / grey.size) ** 0.5)
    return look(_sharpened(scaled(grey, scale), 13, 1.5), scale)


def first(readings: tuple[Callable[[Picture], list[str]], ...], closer: Picture) -> list[str]:
    """What the first of the `readings` that reads anything reads; the others are spared."""
    return next((found for reading in readings if (found := reading(closer))), [])


def cut(grey: Picture, place: Place) -> Picture:
    """The place and a margin around it: where a code was seen is often only known by two of its corners."""
    margin = 0.4 * max(place.right - place.left, place.bottom - place.top) + 8
    height, width = grey.shape
    top, left = (min(max(0, int(at - margin)), end - 1) for at, end in ((place.top, height), (place.left, width)))
    return grey[top : max(top + 1, int(place.bottom + margin)), left : max(left + 1, int(place.right + margin))]


# The sides, in pixels, of a closer picture: all leave a ticket's modules six pixels or more, and cost less than the
# whole picture. Several, because the right one differs between a blurred and a grainy code.
_SMALL, _LARGE, _LARGEST_SIDE = 560, 640, 900
_LARGEST = 3 * 1280 * 720
"""Pixels of an enlarged whole picture; more would read little more, and break the time of a noisy one."""


def _sized(closer: Picture, side: int) -> Picture:
    return scaled(closer, side / max(closer.shape))


def scaled(grey: Picture, scale: float) -> Picture:
    """The picture `scale` times as wide and high, at least a pixel."""
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
    return look(_sharpened(_sized(_calmed(closer), _LARGE), 21, 2.0)).texts


def _closer_sharpened(closer: Picture) -> list[str]:
    return look(_sharpened(_sized(closer, _SMALL), 13, 1.5)).texts


def _closer_plain(closer: Picture) -> list[str]:
    return look(_sized(closer, _LARGEST_SIDE)).texts


def _closer_evened(closer: Picture) -> list[str]:
    return look(_evened(_sized(closer, _LARGE))).texts


def _closer_darkened(closer: Picture) -> list[str]:
    return look(_darkened(_sized(closer, _SMALL))).texts


def _closer_bare(closer: Picture) -> list[str]:
    return look(_black_and_white(_sized(closer, _LARGE))).texts


def closer_zbar(closer: Picture) -> list[str]:
    """What pyzbar reads at a place that was cut out."""
    return zbar(_sized(closer, _SMALL))


CLOSER_FIRST = (_closer_sharpened, _closer_calmed, _closer_plain)
CLOSER_THEN = (_closer_evened, _closer_darkened, _closer_bare)
CLOSER_ALONE = (_closer_sharpened, _closer_evened, _closer_darkened, _closer_calmed, closer_zbar)


def zbar(grey: Picture) -> list[str]:
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


def grey_of(frame: Picture) -> Picture:
    """The brightness of a camera's picture: all that a code is made of."""
    return _pixels(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY))


def _pixels(image: object) -> Picture:
    """OpenCV's typing promises any number; every operation here keeps bytes."""
    return np.asarray(image, dtype=np.uint8)
