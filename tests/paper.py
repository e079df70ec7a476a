"""Reads back what was printed: the texts, pictures and sizes of a PDF's pages, as Qt writes them.

Not a reader of any PDF: no object streams, no encryption, fonts by two-byte glyphs with a table of their letters.
"""

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eventreg_desktop.work.opencv import Picture

POINT = 25.4 / 72
"""Millimetres."""
_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
_TOKEN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9a-fA-F]+)>\s*Tj|(BT)|(ET)")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `size` in millimetres, each run of letters, and its pictures (grey, height × width)."""

    size: tuple[float, float]
    texts: tuple[str, ...]
    pictures: tuple[Picture, ...]

    @property
    def words(self) -> str:
        """All texts, one after another."""
        return " ".join(" ".join(self.texts).split())


def read(file: Path) -> list[Page]:
    """Every page of a PDF file."""
    objects = {int(match[1]): match[2] for match in _OBJECT.finditer(file.read_bytes())}
    pages = [each for each in objects.values() if b"/Type /Page\n" in each]
    return [_page(objects, each) for each in pages]


def _page(objects: dict[int, bytes], page: bytes) -> Page:
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page)
    assert box is not None
    resources = objects[_reference(page, b"Resources")]
    fonts = {name: _letters(objects, int(number)) for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", resources)}
    pictures = [_picture(objects, int(number)) for number in re.findall(rb"/Im\d+ (\d+) 0 R", resources)]
    texts = _texts(_stream(objects, _reference(page, b"Contents")), fonts)
    return Page((float(box[1]) * POINT, float(box[2]) * POINT), tuple(texts), tuple(pictures))


def _texts(content: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    texts: list[str] = []
    letters: dict[int, str] = {}
    for font, glyphs, begin, _ in _TOKEN.findall(content):
        if begin:
            texts.append("")
        elif font:
            letters = fonts[font]
        elif glyphs:
            numbers = [int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4)]
            texts[-1] += "".join(letters.get(number, "\ufffd") for number in numbers)
    return texts


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    table = _stream(objects, _reference(objects[font], b"ToUnicode")).decode("ascii")
    letters: dict[int, str] = {}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, given in re.findall(r"<(\w+)>\s*<(\w+)>\s*(\[[^\]]*\]|<\w+>)", block):
            found = re.findall(r"<(\w+)>", given)
            for at, glyph in enumerate(range(int(first, 16), int(last, 16) + 1)):
                code = int(found[at], 16) if given[0] == "[" else int(found[0], 16) + at
                letters[glyph] = chr(code)
    return letters


def _picture(objects: dict[int, bytes], number: int) -> Picture:
    head = objects[number]
    width, height, bits = (int(_number(head, key)) for key in (b"Width", b"Height", b"BitsPerComponent"))
    data = np.frombuffer(_stream(objects, number), dtype=np.uint8)
    if bits == 1:
        rows = np.unpackbits(data.reshape(height, -1), axis=1)[:, :width]
        return np.asarray(rows * 255, dtype=np.uint8)
    return np.asarray(data.reshape(height, width, -1).mean(axis=2), dtype=np.uint8)


def _stream(objects: dict[int, bytes], number: int) -> bytes:
    head, _, rest = objects[number].partition(b"stream\n")
    length = (
        int(objects[_reference(head, b"Length")])
        if re.search(rb"/Length \d+ 0 R", head)
        else int(_number(head, b"Length"))
    )
    data = rest[:length]
    return zlib.decompress(data) if b"/FlateDecode" in head else data


def _reference(head: bytes, key: bytes) -> int:
    found = re.search(rb"/" + key + rb" (\d+) 0 R", head)
    assert found is not None, key
    return int(found[1])


def _number(head: bytes, key: bytes) -> bytes:
    found = re.search(rb"/" + key + rb" (\d+)", head)
    assert found is not None, key
    return found[1]
