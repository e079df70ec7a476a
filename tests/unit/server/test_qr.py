"""The QR code of a token, read back as a scanner reads it."""

import random
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
import zxingcpp

from eventreg_core.base45 import ALPHABET
from server.tickets import qr

SEEDED = random.Random(20261122)
TEXTS = ["".join(SEEDED.choices(ALPHABET, k=120)) for _ in range(5)]


@pytest.mark.parametrize("text", TEXTS)
def test_a_scanner_reads_the_same_120_characters(text: str) -> None:
    picture = cv2.imdecode(np.frombuffer(qr.png(text), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    (found,) = zxingcpp.read_barcodes(picture)
    assert (found.text, found.ec_level) == (text, "M")
    assert picture.shape == (450, 450)


def test_the_code_has_37_modules_and_a_quiet_zone_of_four() -> None:
    rows = qr.modules(TEXTS[0])
    assert {len(rows), *(len(row) for row in rows)} == {45}
    border = [*rows[:4], *rows[-4:], *([row[:4] + row[-4:] for row in rows])]
    assert not any(dark for line in border for dark in line)
    assert all(rows[4][4:11])


def test_the_svg_stands_alone_and_has_the_same_size() -> None:
    document = ElementTree.fromstring(qr.svg(TEXTS[0]).decode())
    assert document.tag == "{http://www.w3.org/2000/svg}svg"
    assert document.get("viewBox") == "0 0 45 45"
