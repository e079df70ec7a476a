"""Ways to look at a whole picture for QR codes: plainly, or dearly, enlarged and made clearer.

zxing-cpp also tells where it saw a code that it could not read; what is done there is in `closer`.
Times are of one core for 1280×720: a plain look takes 2 ms, a dear one 5 to 15, twice that where all is grain.
"""

from collections.abc import Callable
from dataclasses import dataclass

import zxingcpp

from eventreg_desktop.work.filters import black_and_white, calmed, deblurred, evened, scaled, sharpened
from eventreg_desktop.work.opencv import Picture
from eventreg_desktop.work.other_readers import opencv, zbar


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a picture a code was seen, in its pixels; may reach beyond its edges."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def side(self) -> float:
        """The longer side, in pixels."""
        return max(self.right - self.left, self.bottom - self.top)

    def touches(self, other: "Place") -> bool:
        """Whether the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def grown(self, times: float) -> "Place":
        """The same in a picture that many times as large."""
        return Place(self.left * times, self.top * times, self.right * times, self.bottom * times)

    def and_also(self, other: "Place") -> "Place":
        """The place that holds both."""
        return Place(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at a picture gave: texts that were read, and the places of codes that were only seen."""

    texts: list[str]
    places: tuple[Place, ...] = ()


Look = Callable[[Picture], Seen]
LARGEST = 1920 * 1080
"""Pixels of a picture that is looked at dearly; what is larger shows no more of a code at a door."""


def within(largest: int, way: Look, grey: Picture) -> Seen:
    """What `way` sees in the picture made smaller where it has more than `largest` pixels."""
    if grey.size <= largest:
        return way(grey)
    scale = (largest / grey.size) ** 0.5
    seen = way(scaled(grey, scale))
    return Seen(seen.texts, tuple(place.grown(1 / scale) for place in seen.places))


# Of zxing-cpp's kinds of QR code only the one that people know: a Micro QR code carries so little against errors that
# three squares in the background read as a digit.
_KINDS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
_LEAST = 21
"""Pixels of a side: of a code with fewer than one for each module nothing is known."""
_MOST_PLACES = 3
"""So many places of unread codes are looked at; the largest first."""


def look(grey: Picture, across: float = 1.0, down: float | None = None) -> Seen:
    """One pass of zxing-cpp, light on dark too; places are divided by the scale, `across` and `down`."""
    codes = zxingcpp.read_barcodes(
        grey,
        formats=_KINDS,
        text_mode=zxingcpp.TextMode.Plain,  # as printed in the code: the default spells control characters out
        return_errors=True,
    )
    read = [code for code in codes if code.valid and code.text]
    unread = [code for code in codes if not (code.valid and code.text)]
    known = [_place(code.position, across, down or across) for code in read]
    seen = [_place(code.position, across, down or across) for code in unread]
    places = [place for place in seen if place.side >= _LEAST]  # some are told without a place: a point at the corner
    apart = [place for place in _joined(places) if not any(place.touches(other) for other in known)]
    largest = sorted(apart, key=lambda place: -place.side)[:_MOST_PLACES]
    return Seen(list(dict.fromkeys(code.text for code in read)), tuple(largest))


def _place(seen: zxingcpp.Position, across: float, down: float) -> Place:
    corners = (seen.top_left, seen.top_right, seen.bottom_left, seen.bottom_right)
    x, y = [corner.x / across for corner in corners], [corner.y / down for corner in corners]
    return Place(min(x), min(y), max(x), max(y))


def _joined(places: list[Place]) -> list[Place]:
    """The places, those that overlap made one: a code is often seen twice, each time by other corners."""
    apart: list[Place] = []
    for place in places:
        whole = place
        while touching := [other for other in apart if other.touches(whole)]:
            for other in touching:
                apart.remove(other)
                whole = whole.and_also(other)
        apart.append(whole)
    return apart


_ROOM = 3 * 1280 * 720
"""Pixels of an enlarged picture; more would read little more."""


def look_enlarged(grey: Picture, room: int = _ROOM) -> Seen:
    """Its edges raised, then up to twice as large: for codes far away, down to one and a half pixels a module."""
    scale = min(2.0, (room / grey.size) ** 0.5)
    return look(scaled(sharpened(grey, 3, 2.0), scale), scale)


def look_enlarged_fully(grey: Picture) -> Seen:
    """The same with more room, for a picture that stands alone."""
    return look_enlarged(grey, 2 * _ROOM)


def look_calmed(grey: Picture, room: int = _ROOM) -> Seen:
    """Without its grain, enlarged up to twice and sharpened: for dim light."""
    scale = min(2.0, (room / grey.size) ** 0.5)
    return look(sharpened(scaled(calmed(grey), scale), 21, 2.0), scale)


def look_sharpened(grey: Picture, room: int = _ROOM) -> Seen:
    """Enlarged by half and sharpened: for codes out of focus."""
    scale = min(1.5, (room / grey.size) ** 0.5)
    return look(sharpened(scaled(grey, scale), 13, 1.5), scale)


def look_crisp(grey: Picture) -> Seen:
    """Sharpened much, as large as it is: for codes that are blurred and near."""
    return look(sharpened(grey, 9, 3.0))


def look_deblurred(grey: Picture, scale: float = 0.5, sigma: float = 1.5) -> Seen:
    """At half its size, with a blur of `sigma` pixels there undone: for codes that are blurred and large."""
    return look(scaled(deblurred(scaled(grey, scale), sigma, 0.004), 1.5), 1.5 * scale)


def look_deblurred_finely(grey: Picture) -> Seen:
    """The same nearer to its full size: for smaller codes."""
    return look_deblurred(grey, 0.7, 2.2)


def look_evened(grey: Picture) -> Seen:
    """With its local contrast made even: for codes half in the shade or the glare."""
    return look(evened(grey))


def look_widened(grey: Picture) -> Seen:
    """Widened: for codes turned away."""
    return look(scaled(grey, 1.6, 1.0), 1.6, 1.0)


def look_bare(grey: Picture) -> Seen:
    """In black and white alone: for shadows with hard edges."""
    return look(black_and_white(grey, 25, 5))


def look_other(grey: Picture) -> Seen:
    """By pyzbar, at half the size: a whole one takes as long as two pictures may."""
    return Seen(zbar(scaled(grey, 0.5)))


def looks_of_others(grey: Picture) -> list[str]:
    """By the other readers at full size, plain and sharpened: a tenth of a second."""
    clear = sharpened(grey, 13, 1.5)
    return zbar(grey) or zbar(clear) or opencv(clear)
