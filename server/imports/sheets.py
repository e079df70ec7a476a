"""Tables as XLSX: values as they were shown, formulas by the value that was kept with them, never worked out."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.exceptions import InvalidFileException

from server.imports.table import LONGEST_CELL, MOST_COLUMNS, Line, Table, UnreadableTable, clean_cell, table_of

MOST_UNPACKED: Final = 64 * 1024 * 1024
MOST_OF_A_PART: Final = 4 * 1024 * 1024
"""Of styles and the like, which are read at one go."""
MOST_TAGS: Final = 6_000_000
LONGEST_ROW: Final = 1024 * 1024
"""Bytes of XML; of a text that cells share, too, which is taken in as a whole with all that adorns its letters."""
MOST_TEXT: Final = 64 * 1024 * 1024
"""Signs in all cells together: many cells may share one long text."""
MOST_PARTS: Final = 1_000
LAST_ROW: Final = 1_048_576
"""As many as such a sheet can have."""
READ_IN_STEPS: Final = ("xl/worksheets/", "xl/sharedStrings.xml")
ROW, CELL = re.compile(rb"<(?:\w+:)?row[\s>/]"), re.compile(rb"<(?:\w+:)?c[\s>/]")
STRINGS, STRING = re.compile(rb"<(?:\w+:)?sst[\s>/]"), re.compile(rb"<(?:\w+:)?si[\s>/]")
ONLY_ZEROS = re.compile(r"0{2,20}")
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, InvalidFileException, LookupError, ValueError, TypeError, AttributeError),
    *(ArithmeticError, OSError, EOFError, SyntaxError, RuntimeError, AssertionError, UserWarning),
)
"""What the library raises at files that are no whole workbooks."""
BAD = "This is not a whole XLSX file. Open it in your spreadsheet program and save it as XLSX or CSV."
LARGE = "This workbook unpacks to more than can be taken. Save the one sheet with the guests as CSV."


def read_sheet(content: bytes, sheet: str | None = None) -> Table:
    """The table in a workbook's sheet of this name, or in its first sheet that can be seen. Raises UnreadableTable."""
    try:
        checked = _checked(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(checked, sheet)
    except BROKEN as error:
        raise UnreadableTable(BAD) from error


def _checked(content: bytes) -> bytes:
    """The workbook, without the parts that nobody looked into: a file may say that they are its sheets."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = packed.infolist()
        names = {part.filename for part in parts}
        if "mimetype" in names or "content.xml" in names:
            raise UnreadableTable("This is a file of another office program. Save it as XLSX or CSV.")
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise UnreadableTable(LARGE, "too_large")
        tags = {part.filename: _tags(packed, part) for part in parts}
        if sum(count or 0 for count in tags.values()) > MOST_TAGS:
            raise UnreadableTable(LARGE, "too_large")
        seen = [name for name, count in tags.items() if count is not None]
        return content if len(seen) == len(parts) else _with_only(packed, seen)


def _with_only(packed: zipfile.ZipFile, names: Iterable[str]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as smaller:
        for name in names:
            smaller.writestr(name, packed.read(name))
    return file.getvalue()


def _tags(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> int | None:
    """How many tags a part has; None for what need not be read, such as long pictures and pivots."""
    is_xml, in_steps = part.filename.endswith((".xml", ".rels")), part.filename.startswith(READ_IN_STEPS)
    if not in_steps and part.file_size > MOST_OF_A_PART:
        if is_xml and part.filename.count("/") < 2:
            raise UnreadableTable(LARGE, "too_large")
        return None
    tags = since_row = since_string = 0
    are_strings = False
    with packed.open(part) as file:
        while block := file.read(256 * 1024):
            # Nobody writes them in UTF-16, where our look would find nothing.
            if is_xml and (b"<!DOCTYPE" in block or b"<!ENTITY" in block or b"\x00" in block):
                raise UnreadableTable(BAD)
            tags += block.count(b"<")
            since_row = 0 if ROW.search(block) else since_row + len(block)
            if in_steps and since_row > LONGEST_ROW and CELL.search(block):
                raise UnreadableTable(LARGE, "too_large")
            # Wherever it lies: a file may say that any part of it is its table of texts.
            are_strings = are_strings or STRINGS.search(block) is not None
            since_string = 0 if STRING.search(block) else since_string + len(block)
            if are_strings and since_string > LONGEST_ROW:
                raise UnreadableTable(LARGE, "too_large")
    return tags


def _read(content: bytes, name: str | None) -> Table:
    # data_only: the value that was last worked out where the file was written. Formulas are text to us and not read.
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheets = {each.title: each for each in book.worksheets if each.sheet_state == "visible"}
        if not sheets:
            raise UnreadableTable("The workbook has no sheet that can be seen. Show the one with the guests.")
        if name is not None and name not in sheets:
            known = ", ".join(sheets)
            raise UnreadableTable(f"The workbook has no sheet of this name. Choose one of: {known}.", "unknown_sheet")
        chosen = name if name is not None else next(iter(sheets))
        sheet: Any = sheets[chosen]
        # What a file says about its own size need not be so.
        sheet.reset_dimensions()
        return table_of(_lines(sheet), chosen, tuple(sheets))
    finally:
        book.close()


def _lines(sheet: Any) -> Iterator[Line]:
    gap: object = None
    signs = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        if number > LAST_ROW:
            raise UnreadableTable(LARGE, "too_large")
        # Between two rows there may be a million that do not exist: one and the same tuple stands for each.
        if row is gap:
            continue
        cells = tuple("" if cell is EMPTY_CELL else _text(cell) for cell in row)
        signs += sum(map(len, cells))
        if signs > MOST_TEXT:
            raise UnreadableTable(LARGE, "too_large")
        gap = gap if any(cells) else row
        yield Line(number, cells)


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_cell(value[: 2 * LONGEST_CELL])
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return _moment(value)


def _number(value: int | float, number_format: str | None) -> str:
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= 1e15:
            return repr(value)
        value = int(value)
    text = str(value) if abs(value) < 10**400 else "#VALUE!"
    # The leading zeros of a phone number or post code are kept in the format alone.
    if number_format is not None and ONLY_ZEROS.fullmatch(number_format) and value >= 0:
        return text.zfill(len(number_format))
    return text


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "seconds").removesuffix(":00")
    if isinstance(value, time):
        return value.isoformat("seconds").removesuffix(":00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return clean_cell(str(value))
