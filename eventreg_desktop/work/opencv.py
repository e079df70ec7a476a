"""The door through which OpenCV comes in, so that it leaves Qt, the other cores and the terminal alone.

Import `cv2` from here, never directly: its package points Qt at plugins of its own, with which our windows do not open;
takes all cores for one picture, which the window and the store need (two threads gain nothing at 1280×720); and writes
about every camera it cannot open, which the program says itself, in a sentence.
"""

import os

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # read once, when the first video is opened

import cv2
import numpy as np
from numpy.typing import NDArray

for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_name, None)

cv2.setNumThreads(1)
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

Picture = NDArray[np.uint8]
"""Pixels, rows first: (height, width, 3) in OpenCV's order blue, green, red, or (height, width) in grey."""

__all__ = ["Picture", "cv2"]
