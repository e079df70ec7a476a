"""Readings of one place where a code was seen but not read: cut out, brought to a standard size, and made clearer.

Each takes 1 to 5 ms of one core, whatever the size of the picture, pyzbar's three times that.
"""

from collections.abc import Callable
from functools import partial

from eventreg_desktop.work.filters import black_and_white, calmed, darkened, deblurred, evened, scaled, sharpened, sized
from eventreg_desktop.work.looks import Place, look
from eventreg_desktop.work.opencv import Picture
from eventreg_desktop.work.other_readers import opencv, zbar

Reading = Callable[[Picture], list[str]]


def cut(grey: Picture, place: Place) -> Picture:
    """The place and a margin around it: where a code was seen is often only known by two of its corners."""
    margin = 0.4 * place.side + 8
    height, width = grey.shape
    top, left = (min(max(0, int(at - margin)), end - 1) for at, end in ((place.top, height), (place.left, width)))
    return grey[top : max(top + 1, int(place.bottom + margin)), left : max(left + 1, int(place.right + margin))]


def first(readings: tuple[Reading, ...], closer: Picture) -> list[str]:
    """What the first of the `readings` that reads anything reads; the others are spared."""
    return next((found for reading in readings if (found := reading(closer))), [])


# Sides, in pixels, of a closer picture: all leave a ticket's modules six pixels or more. Several, because the right one
# differs between a blurred and a grainy code, and at the edge of what can be read another size is another chance.
_SMALLEST, _SMALLER, _SMALL, _LARGE, _LARGER, _LARGEST = 420, 490, 560, 640, 760, 900


def _plain(side: int, closer: Picture) -> list[str]:
    return look(sized(closer, side)).texts


def _sharp(side: int, width: int, strength: float, closer: Picture) -> list[str]:
    return look(sharpened(sized(closer, side), width, strength)).texts


def _calm(side: int, closer: Picture) -> list[str]:
    return look(sharpened(sized(calmed(closer), side), 21, 2.0)).texts


def _even(side: int, closer: Picture) -> list[str]:
    return look(evened(sized(closer, side))).texts


def _even_sharp(side: int, closer: Picture) -> list[str]:
    return look(sharpened(evened(sized(closer, side)), 9, 2.0)).texts


def _dark(side: int, gamma: int, closer: Picture) -> list[str]:
    return look(darkened(sized(closer, side), gamma)).texts


def _bare(side: int, width: int, below: int, closer: Picture) -> list[str]:
    return look(black_and_white(sized(closer, side), width, below)).texts


def _clear(sigma: float, noise: float, closer: Picture) -> list[str]:
    return look(scaled(deblurred(sized(closer, _SMALLEST), sigma, noise), 2.0)).texts


def _wide(closer: Picture) -> list[str]:
    return look(scaled(sized(closer, _SMALLEST), 1.6, 1.0)).texts


def _tall(closer: Picture) -> list[str]:
    return look(scaled(sized(closer, _SMALLEST), 1.0, 1.6)).texts


def _zbar(side: int, closer: Picture) -> list[str]:
    return zbar(sized(closer, side))


def _zbar_sharp(side: int, closer: Picture) -> list[str]:
    return zbar(sharpened(sized(closer, side), 13, 1.5))


def _opencv(closer: Picture) -> list[str]:
    return opencv(sharpened(sized(closer, _LARGE), 13, 1.5))


ROUND: tuple[tuple[Reading, ...], ...] = (
    (
        partial(_sharp, _SMALLER, 9, 3.0),
        partial(_clear, 3.0, 0.005),
        partial(_dark, _SMALLER, 5),
        partial(_plain, _LARGEST),
    ),
    (partial(_sharp, _LARGEST, 21, 2.0), partial(_bare, _SMALL, 25, 3), partial(_even_sharp, _SMALL)),
    (partial(_clear, 3.75, 0.003), partial(_zbar, _SMALLEST)),
    (partial(_clear, 2.25, 0.01), partial(_dark, _LARGER, 2), _wide, partial(_calm, _LARGEST)),
    (partial(_even, _LARGEST), partial(_dark, _LARGE, 3), _tall),
    (partial(_zbar_sharp, _SMALLEST), partial(_sharp, _SMALLEST, 5, 3.0), partial(_dark, _SMALL, 2)),
)
"""What each of a round of pictures gets, in about half the time that one picture has."""
ALONE: tuple[Reading, ...] = (
    *(reading for readings in ROUND for reading in readings),
    partial(_bare, _LARGEST, 25, 3),
    partial(_sharp, _LARGE, 13, 1.5),
    partial(_clear, 4.5, 0.002),
    partial(_clear, 1.65, 0.02),
    partial(_plain, _LARGE),
    partial(_even, _SMALLER),
    partial(_dark, _LARGER, 5),
    partial(_dark, _LARGEST, 3),
    *(partial(_dark, side, 2) for side in (_SMALLEST, 700, 820)),
    partial(_bare, _LARGE, 51, 5),
    partial(_calm, _LARGE),
    partial(_zbar, _LARGE),
    partial(_zbar_sharp, _SMALL),
    _opencv,
)
"""All that a picture which stands alone gets."""
