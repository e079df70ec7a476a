"""Readers beside zxing-cpp, asked only where that one read nothing: pyzbar where its library is there, and OpenCV's.

Both guess the alphabet of other texts, often wrongly, so that only ASCII is taken from them, as a ticket is.
"""

from collections.abc import Callable
from functools import cache

from eventreg_desktop.work.opencv import Picture, cv2


def zbar(grey: Picture) -> list[str]:
    """What pyzbar reads; nothing where its system library is missing."""
    read = _zbar_decoder()
    if read is None:
        return []
    try:
        found = read(grey)
    except ValueError:  # it stumbles over some codes' own outline
        return []
    return list(dict.fromkeys(found))


def opencv(grey: Picture) -> list[str]:
    """What OpenCV's own detector reads."""
    try:
        there, texts, _, _ = cv2.QRCodeDetectorAruco().detectAndDecodeMulti(grey)
    except (cv2.error, UnicodeDecodeError):  # of bytes that are no text it makes an error
        return []
    return list(dict.fromkeys(text for text in texts if text and text.isascii())) if there else []


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
