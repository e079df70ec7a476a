"""Whether anything moves before the camera, so that an empty doorway is not read thirty times a second."""

import numpy as np

from eventreg_desktop.work.opencv import Picture, cv2

_CELLS = (128, 72)
"""Across and down; a cell of 10×10 pixels evens out the sensor's grain."""
_LEAST, _SHARE = 2.0, 0.03
"""Grey levels, and share of a cell's brightness, by which a cell must differ: less is grain and flickering lamps."""


class Stillness:
    """Compares each picture with the first of the same sight, so that slow changes are noticed too."""

    def __init__(self) -> None:
        """Before the first picture, which changes everything."""
        self._sight: np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None = None
        self._shape: tuple[int, ...] = ()

    def changed(self, grey: Picture) -> bool:
        """Whether the picture shows another sight than the ones before it; if so, it is the one to compare with."""
        cells = np.asarray(cv2.resize(grey, _CELLS, interpolation=cv2.INTER_AREA), dtype=np.float32)
        known = self._sight if self._shape == grey.shape else None
        if known is not None and not (np.abs(cells - known) > _LEAST + _SHARE * known).any():
            return False
        self._sight, self._shape = cells, grey.shape
        return True
