"""What is done to a grey picture before it is looked at for codes: sizes, sharpness, contrast. Bytes in, bytes out."""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from eventreg_desktop.work.opencv import Picture, cv2


def grey_of(frame: Picture) -> Picture:
    """The brightness of a camera's picture, all that a code is made of; what is grey or has alpha already will do."""
    if frame.ndim == 2:
        return frame
    channels = frame.shape[2]
    if channels < 3:  # a second one holds colours
        return np.ascontiguousarray(frame[:, :, 0])
    return pixels(cv2.cvtColor(frame, cv2.COLOR_BGRA2GRAY if channels == 4 else cv2.COLOR_BGR2GRAY))


def scaled(grey: Picture, across: float, down: float | None = None) -> Picture:
    """The picture `across` times as wide and `down` times (else as much) as high, at least a pixel."""
    height, width = grey.shape
    size = max(1, round(width * across)), max(1, round(height * (across if down is None else down)))
    shrinks = size[0] * size[1] < width * height
    return pixels(cv2.resize(grey, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))


def sized(grey: Picture, side: int) -> Picture:
    """The picture with its longer side `side` pixels long."""
    return scaled(grey, side / max(grey.shape))


def sharpened(grey: Picture, width: int, strength: float) -> Picture:
    """Unsharp masking against a box blur `width` pixels wide, which costs a tenth of a Gaussian one."""
    return pixels(cv2.addWeighted(grey, 1 + strength, cv2.blur(grey, (width, width)), -strength, 0))


def calmed(grey: Picture) -> Picture:
    """Without the finest grain."""
    return pixels(cv2.GaussianBlur(grey, (0, 0), 0.7))


def evened(grey: Picture) -> Picture:
    """Local contrast made even (CLAHE), against shadows and glare."""
    return pixels(cv2.createCLAHE(4.0, (8, 8)).apply(grey))


def darkened(grey: Picture, gamma: int) -> Picture:
    """Tells the light greys of an overexposed code apart."""
    return pixels(cv2.LUT(grey, _curve(gamma)))


def black_and_white(grey: Picture, width: int, below: int) -> Picture:
    """Black where a pixel is `below` its neighbourhood, `width` pixels wide, by so many levels."""
    return pixels(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, width, below))


def deblurred(grey: Picture, sigma: float, noise: float) -> Picture:
    """Wiener's filter against a Gaussian blur of `sigma` pixels; `noise` is that of the picture over its own power.

    Source: R. C. Gonzalez, R. E. Woods, Digital Image Processing, 4th edition, equation 5-85, the blur being real.
    """
    height, width = grey.shape
    rows, columns = cv2.getOptimalDFTSize(height + _EDGE), cv2.getOptimalDFTSize(width + _EDGE)
    whole = cv2.copyMakeBorder(grey, 0, rows - height, 0, columns - width, cv2.BORDER_REFLECT)
    waves = np.asarray(cv2.dft(whole.astype(np.float32), flags=cv2.DFT_COMPLEX_OUTPUT), dtype=np.float32)
    raised = waves * _wiener(rows, columns, sigma, noise)
    clear = np.asarray(cv2.dft(raised, flags=cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT))
    return np.ascontiguousarray(np.clip(clear[:height, :width], 0, 255).astype(np.uint8))


_EDGE = 12
"""Pixels mirrored beyond an edge, so that what is at the one does not run into what is at the other."""


@lru_cache(maxsize=32)
def _wiener(rows: int, columns: int, sigma: float, noise: float) -> NDArray[np.float32]:
    """By how much each wave is raised, the same for its real and imaginary part."""
    passed = _passed(rows, sigma)[:, None] * _passed(columns, sigma)[None, :]
    return np.asarray(passed / (passed * passed + np.float32(noise)), dtype=np.float32)[:, :, None]


def _passed(length: int, sigma: float) -> NDArray[np.float32]:
    """How much of each wave, of `length` samples, a Gaussian blur lets through."""
    return np.asarray(np.exp(-2 * np.pi**2 * sigma**2 * np.fft.fftfreq(length) ** 2), dtype=np.float32)


@cache
def _curve(gamma: int) -> Picture:
    return np.rint(255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)


def pixels(image: object) -> Picture:
    """OpenCV's typing promises any number; every operation here keeps bytes."""
    return np.asarray(image, dtype=np.uint8)
