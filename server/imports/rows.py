"""The rows of an import as they lie in their table until they are done: sealed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from server import sealing
from server.imports.table import Line

PURPOSE = b"import-row:"


def purpose_of(import_id: UUID, number: int) -> bytes:
    """What the row with this number is sealed for."""
    return PURPOSE + import_id.bytes + number.to_bytes(4, "big")


def seal_line(data_keys: tuple[bytes, ...], import_id: UUID, line: Line) -> bytes:
    """What the column `row_sealed` holds."""
    return sealing.seal(data_keys, msgspec.json.encode(line.cells), purpose_of(import_id, line.number))


def open_line(data_keys: tuple[bytes, ...], import_id: UUID, number: int, row_sealed: bytes) -> Line:
    """What `seal_line` sealed; raises sealing.Unopenable."""
    plain = sealing.unseal(data_keys, row_sealed, purpose_of(import_id, number))
    return Line(number, tuple(msgspec.json.decode(plain, type=list[str])))


def seal_lines(data_keys: tuple[bytes, ...], import_id: UUID, lines: Iterable[Line]) -> list[tuple[int, bytes]]:
    """Numbers and sealed cells. Takes a second for 50,000: call it in a thread."""
    return [(line.number, seal_line(data_keys, import_id, line)) for line in lines]


def open_lines(data_keys: tuple[bytes, ...], import_id: UUID, rows: Sequence[tuple[int, bytes]]) -> list[Line]:
    """Lines again. Takes a second for 50,000: call it in a thread."""
    return [open_line(data_keys, import_id, number, sealed) for number, sealed in rows]
