"""Whether anything moves before the camera, so that an empty doorway is not read thirty times a second."""

import numpy as np
from numpy.typing import NDArray

from eventreg_desktop.work.opencv import Picture, cv2

_CELLS = (128, 72)
"""Across and down; a cell of 10×10 pixels evens out most of the sensor's grain."""
_LEAST, _SHARE, _OUTSTANDING = 2.0, 0.03, 8.0
"""By how many grey levels, by what share of its brightness, and by how many times what cells differ in the middle, a
cell must differ to count: less is flickering lamps and, in the dark, grain."""
Cells = NDArray[np.float32]


class Stillness:
    """Compares each picture with the first of the same sight, so that slow changes are noticed too."""

    def __init__(self) -> None:
        """Before the first picture, which changes everything."""
        self._sight: Cells | None = None
        self._shape: tuple[int, ...] = ()

    def changed(self, grey: Picture) -> bool:
        """Whether the picture shows another sight than the ones before it; if so, it is the one to compare with."""
        cells = _cells(grey)
        known = self._sight if self._shape == grey.shape else None
        if known is not None and not _differ(cells, known):
            return False
        self._sight, self._shape = cells, grey.shape
        return True


def _cells(grey: Picture) -> Cells:
    """The brightness of each cell. In two steps: the first is quick, and in the second nothing is rounded."""
    across, down = _CELLS
    half = cv2.resize(grey, (4 * across, 4 * down), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(half.astype(np.float32), _CELLS, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _differ(cells: Cells, known: Cells) -> bool:
    apart = np.abs(cells - known)
    middle = float(np.partition(apart, apart.size // 2, axis=None)[apart.size // 2])  # the median, a tenth of its time
    if middle > _LEAST:
        return True  # the light is another, everywhere
    return bool((apart > max(_LEAST, _OUTSTANDING * middle) + _SHARE * known).any())
