"""Read a guest list from a file: CSV in any encoding with any delimiter, or XLSX. Pure; slow: call it in a thread."""

from server.imports.table import Table, UnreadableTable
from server.imports.texts import read_text

PACKED = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")


def read_table(content: bytes, *, sheet: str | None = None, encoding: str | None = None) -> Table:
    """The table in a file, known by its first bytes whatever it is called.

    `sheet` names one of a workbook, `encoding` that of a text; without, the first sheet that can be seen, and what the
    bytes look like. Raises UnreadableTable, and nothing else, for whatever is no table.
    """
    if content.startswith(PACKED):
        # Loaded by whoever needs it: every start of the server would wait a quarter of a second for it.
        from server.imports.sheets import read_sheet

        return read_sheet(content, sheet)
    if content.startswith(OLD_OFFICE):
        raise UnreadableTable("This workbook is of an old kind or has a password. Save it as XLSX without a password.")
    if content.startswith(NO_TABLES) or content.lstrip()[:14].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise UnreadableTable("This is not a table. Bring a CSV or XLSX file.")
    return read_text(content, encoding)
