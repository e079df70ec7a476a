"""The snapshot: an event's whole guest list in one compact file, column by column; reader and writer of both sides.

The file is MAGIC, four bytes with the length of the header (big endian), the header as JSON, then each column, packed.
A column of `ids` is values of one width, their bytes apart (all first bytes, all second bytes …), so that what is alike
packs well and what is random costs its own size; one of `numbers` the differences of signed 64-bit numbers, apart in
the same way; one of `texts` UTF-8 with a NUL after each text. Each is packed with zlib or LZMA, as the header says.
"""

import lzma
import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, chain
from operator import sub
from typing import Literal
from uuid import UUID

import msgspec

from eventreg_core.problems import Problem
from eventreg_core.wire import PROTOCOL, Page

MAGIC = b"EventReg snapshot 1\n"
MEDIA_TYPE = "application/vnd.eventreg.snapshot"
NUMBER_BYTES = 8
MOST_UNPACKED = 2**31
"""Bytes of one column; ten million guests are less."""

Kind = Literal["ids", "numbers", "texts"]
Packing = Literal["zlib", "lzma"]


class BadSnapshot(Problem):
    """These bytes are no whole snapshot that this program can read."""

    def __init__(self) -> None:
        super().__init__("bad_snapshot", "The guest list came damaged and is fetched again. Scanning goes on.")


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: its name, what it holds, the width of an id in bytes, and its packed size in bytes."""

    name: str
    kind: Kind
    packing: Packing
    size: int
    width: int = NUMBER_BYTES


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What the snapshot is of: all changes of the event up to `revision`, whose mark is `check`.

    `setting` holds the rows that are few: event, ticket types, lists, gates and keys.
    """

    event: UUID
    profile: str
    epoch: str
    revision: int
    check: str
    made_at: datetime
    setting: Page
    columns: tuple[Column, ...] = ()
    protocol: int = PROTOCOL


@dataclass(frozen=True, slots=True)
class Raw:
    """A column before it is packed.

    `content`: ids one after the other, numbers as eight bytes each (big endian), texts with a NUL after each.
    """

    kind: Kind
    content: bytes
    width: int = NUMBER_BYTES


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot that was read: its header, and its columns still packed."""

    header: Header
    packed: Mapping[str, tuple[Column, bytes]]

    def ids(self, name: str) -> bytes:
        """Every id of a column, one after the other; raises BadSnapshot."""
        column, content = self._column(name, "ids")
        return _together(content, column.width)

    def numbers(self, name: str) -> "array[int]":
        """Every number of a column; raises BadSnapshot."""
        _, content = self._column(name, "numbers")
        steps = _numbers(_together(content, NUMBER_BYTES))
        return array("q", accumulate(steps))

    def texts(self, name: str) -> list[str]:
        """Every text of a column; raises BadSnapshot."""
        _, content = self._column(name, "texts")
        try:
            return content.decode().split("\0")[:-1]
        except UnicodeDecodeError as error:
            raise BadSnapshot from error

    def _column(self, name: str, kind: Kind) -> tuple[Column, bytes]:
        found = self.packed.get(name)
        if found is None or found[0].kind != kind:
            raise BadSnapshot
        column, packed = found
        return column, _unpacked(column, packed)


def write(header: Header, columns: Mapping[str, Raw]) -> bytes:
    """The file; takes a second for 100,000 guests, so call it in a thread. The header's own columns are replaced."""
    packed = [(name, raw, *_packed(raw)) for name, raw in columns.items()]
    described = tuple(
        Column(name=name, kind=raw.kind, packing=packing, size=len(content), width=raw.width)
        for name, raw, packing, content in packed
    )
    head = msgspec.json.encode(msgspec.structs.replace(header, columns=described))
    contents = (content for _, _, _, content in packed)
    return b"".join(chain((MAGIC, len(head).to_bytes(4), head), contents))


def read(content: bytes) -> Snapshot:
    """The header, and where each column lies; raises BadSnapshot."""
    start = len(MAGIC) + 4
    length = int.from_bytes(content[len(MAGIC) : start])
    if content[: len(MAGIC)] != MAGIC or len(content) < start + length:
        raise BadSnapshot
    try:
        header = msgspec.json.decode(content[start : start + length], type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSnapshot from error
    at, packed = start + length, dict[str, tuple[Column, bytes]]()
    for column in header.columns:
        packed[column.name] = (column, content[at : at + column.size])
        at += column.size
    if at != len(content) or header.protocol != PROTOCOL:
        raise BadSnapshot
    return Snapshot(header, packed)


def numbers_of(values: Sequence[int]) -> Raw:
    """A column of numbers that are at hand."""
    return Raw("numbers", _swapped(array("q", values)).tobytes())


def texts_of(values: Sequence[str]) -> Raw:
    """A column of texts that are at hand; none holds a NUL."""
    return Raw("texts", "".join(f"{value}\0" for value in values).encode())


def _packed(raw: Raw) -> tuple[Packing, bytes]:
    if raw.kind == "texts":
        return "lzma", lzma.compress(raw.content, format=lzma.FORMAT_ALONE, preset=1)
    if raw.kind == "ids":
        return "zlib", zlib.compress(_apart(raw.content, raw.width), 6)
    values = _numbers(raw.content)
    steps = array("q", map(sub, values, chain((0,), values)))
    return "zlib", zlib.compress(_apart(_swapped(steps).tobytes(), NUMBER_BYTES), 6)


def _unpacked(column: Column, packed: bytes) -> bytes:
    try:
        if column.packing == "lzma":
            return lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(packed, MOST_UNPACKED)
        return zlib.decompressobj().decompress(packed, MOST_UNPACKED)
    except (lzma.LZMAError, zlib.error, EOFError) as error:
        raise BadSnapshot from error


def _apart(content: bytes, width: int) -> bytes:
    return b"".join(content[offset::width] for offset in range(width))


def _together(content: bytes, width: int) -> bytes:
    if width < 1 or len(content) % width:
        raise BadSnapshot
    count, whole = len(content) // width, bytearray(len(content))
    for offset in range(width):
        whole[offset::width] = content[offset * count : (offset + 1) * count]
    return bytes(whole)


def _numbers(content: bytes) -> "array[int]":
    values = array("q")
    values.frombytes(content)
    return _swapped(values)


def _swapped(values: "array[int]") -> "array[int]":
    """Big endian on the wire, whatever this processor is."""
    if sys.byteorder == "little":  # pragma: no branch - the other processors are rare
        values.byteswap()
    return values
