"""What to tell somebody whose code is seen but not read: measured in the picture, at the place of the code."""

from enum import StrEnum

import numpy as np

from eventreg_desktop.work.filters import pixels, sized
from eventreg_desktop.work.looks import Place
from eventreg_desktop.work.opencv import Picture, cv2


class Hint(StrEnum):
    """What would help."""

    CLOSER = "closer"
    STILL = "still"
    TILT = "tilt"
    """Away from the light that shines back from the screen or the paper."""


SMALL = 111
"""Pixels of a side: three for each of a ticket's 37 modules, of which rarely fewer than 2.25 are enough."""
_SIDE = 222
"""Pixels to which a place is brought before it is measured: six for each of a ticket's modules."""
_GLARE, _SPOT, _GLARING = 250, 25, 0.03
"""A spot of glare: so bright, so many pixels across, on so much of the place. Bare modules are not that large."""
_SHARP = 0.12
"""Edges over contrast below which a place is blurred: sharp codes have 0.16 and more, blurred ones 0.09 and less."""


def hint_of(grey: Picture, place: Place) -> Hint | None:
    """What would help to read the code at `place`; None where nothing of it stands out."""
    if place.side < SMALL:
        return Hint.CLOSER
    seen = _cut(grey, place)
    if min(seen.shape) < 8:
        return None
    even = sized(seen, _SIDE)
    bright = pixels(cv2.erode(pixels(even >= _GLARE), np.ones((_SPOT, _SPOT), np.uint8)))
    if bright.mean() > _GLARING / 4:  # erosion leaves of a spot twice as wide as the element a quarter
        return Hint.TILT
    return Hint.STILL if sharpness(even) < _SHARP else None


def sharpness(even: Picture) -> float:
    """How steep the edges of a picture are beside its contrast; 0 where it has none."""
    contrast = float(even.std())
    if contrast < 1:
        return 0.0
    edges = cv2.Laplacian(cv2.GaussianBlur(even, (0, 0), 1.0), cv2.CV_32F)
    return float(np.abs(edges).mean()) / contrast


def _cut(grey: Picture, place: Place) -> Picture:
    height, width = grey.shape
    top, bottom = max(0, int(place.top)), min(height, int(place.bottom) + 1)
    left, right = max(0, int(place.left)), min(width, int(place.right) + 1)
    return grey[top:bottom, left:right]


class Advice:
    """Keeps hints steady: one is shown when it held for half a second, and goes when it is no longer true for one."""

    def __init__(self, after_ms: int = 500, keep_ms: int = 1000) -> None:
        """Show after `after_ms` of the same trouble, drop after `keep_ms` without it."""
        self._after_ms, self._keep_ms = after_ms, keep_ms
        self._hint: Hint | None = None
        self._since_ms = self._last_ms = 0
        self.shown: Hint | None = None

    def heard(self, hint: Hint | None, read: bool, at_ms: int) -> Hint | None:
        """What to show at `at_ms`, when the picture gave `hint` and something was `read` in it or not."""
        if read or at_ms < self._last_ms or at_ms - self._last_ms > self._keep_ms:
            self._hint = self.shown = None
        if not read and hint is not None:
            if hint is not self._hint:
                self._hint, self._since_ms = hint, at_ms
            self._last_ms = at_ms
            if at_ms - self._since_ms >= self._after_ms:
                self.shown = hint
        return self.shown
