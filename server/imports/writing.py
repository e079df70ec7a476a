"""Tables on their way out: CSV and XLSX, safe to be opened by any spreadsheet program. Pure; slow for many rows."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Any, Literal

from server.imports.safe_cells import guarded
from server.imports.table import CONTROL

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARK = "\ufeff"
"""By which Excel knows UTF-8."""
LONGEST_CELL = 32_767
Delimiter = Literal["comma", "semicolon", "tab"]
SIGNS: dict[Delimiter, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}


def csv_bytes(rows: Iterable[Sequence[str]], delimiter: Delimiter = "comma", *, marked: bool = False) -> bytes:
    """Rows as CSV in UTF-8, with the mark before them if that is asked for."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SIGNS[delimiter], lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return ((MARK if marked else "") + text.getvalue()).encode()


class Sheet:
    """A workbook of one sheet that is written row by row."""

    def __init__(self, title: str) -> None:
        # Loaded by whoever needs it: every start of the server would wait a quarter of a second for it.
        from openpyxl import Workbook

        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet(title)

    def append(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows of texts: what looks like a number or a formula stays what was typed."""
        for row in rows:
            # Guarded last: what is taken out may have stood before the sign of a formula.
            self._sheet.append([guarded(CONTROL.sub("", cell))[:LONGEST_CELL] for cell in row])

    def save(self, file: IO[bytes]) -> None:
        """Write the workbook; nothing can be added afterwards."""
        self._book.save(file)
