"""The door through which OpenCV comes in, so that it leaves Qt and the other cores alone.

Import `cv2` from here, never directly: its package points Qt at plugins of its own, with which our windows do not open,
and takes all cores for one frame, which the window and the store need.
"""

import os

import cv2
import numpy as np
from numpy.typing import NDArray

for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_name, None)

cv2.setNumThreads(1)

Picture = NDArray[np.uint8]
"""Pixels, rows first: (height, width, 3) in OpenCV's order blue, green, red, or (height, width) in grey."""

__all__ = ["Picture", "cv2"]
