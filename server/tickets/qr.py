"""The QR code of a token as PNG and SVG: alphanumeric mode, correction M, 37 modules, quiet zone of 4."""

from io import BytesIO
from typing import Any, Literal

from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode
from qrcode.util import QRData

VERSION = 5
"""37 modules a side: the smallest that holds 120 alphanumeric characters at correction M."""
QUIET_ZONE = 4
PIXELS_PER_MODULE = 10
ALPHANUMERIC: Literal[2] = 2
"""The mode of 5.5 bits a character (ISO/IEC 18004, mode indicator 0010)."""


def png(text: str) -> bytes:
    """A token's text as a PNG of 450 × 450 pixels, black on white."""
    return _saved(_code(text).make_image(image_factory=PilImage))


def svg(text: str) -> bytes:
    """A token's text as a standalone SVG document, one path."""
    return _saved(_code(text).make_image(image_factory=SvgPathImage))


def modules(text: str) -> list[list[bool]]:
    """The code as rows of modules (True is dark), quiet zone included: 45 × 45, for whoever draws it elsewhere."""
    return [[bool(dark) for dark in row] for row in _code(text).get_matrix()]


def _code(text: str) -> QRCode[Any]:
    code: QRCode[Any] = QRCode(VERSION, ERROR_CORRECT_M, PIXELS_PER_MODULE, QUIET_ZONE)
    code.add_data(QRData(text, mode=ALPHANUMERIC), optimize=0)
    code.make(fit=False)
    return code


def _saved(image: Any) -> bytes:
    file = BytesIO()
    image.save(file)
    return file.getvalue()
