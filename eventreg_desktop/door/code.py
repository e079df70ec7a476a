"""The QR code of a ticket as rows of modules, for whoever shows or draws it."""

import numpy as np
import zxingcpp

QUIET_ZONE = 4
"""Modules of white that a reader needs around a code (ISO/IEC 18004)."""

Modules = tuple[tuple[bool, ...], ...]


def modules(text: str) -> Modules:
    """A token's text at correction M, quiet zone included; True is dark. 120 characters make 45 × 45."""
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    cells = np.asarray(drawn.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)
    return tuple(tuple(bool(cell < 128) for cell in row) for row in np.pad(cells, QUIET_ZONE, constant_values=255))
