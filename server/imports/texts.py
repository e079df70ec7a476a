"""Tables as text: CSV in any encoding, with any delimiter."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from charset_normalizer import from_bytes

from server.imports.table import Line, Table, UnreadableTable, clean_cell, table_of

DELIMITERS = (",", ";", "\t", "|")
LOOKED_AT = 200
"""Lines that tell the delimiter."""
SAMPLED_WORDS = 4_000
"""That are not plain ASCII: enough to guess an encoding, and soon done."""
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
WESTERN = "cp1252"
LATIN = (WESTERN, "cp1250", "iso8859_2", "cp1254", "cp1257", "mac_roman")
OTHER_SCRIPTS = (
    *("cp1251", "koi8_r", "iso8859_5", "cp1253", "iso8859_7", "cp1255", "cp1256"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
)
STRANGE_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
MOSTLY_STRANGE = 0.55
"""Of the bytes of such words, in a script without Latin letters; in Latin ones most letters are plain."""
ALLOWED = frozenset(
    {*LATIN, *OTHER_SCRIPTS, "utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso8859_1", "iso8859_15", "cp850"}
)
SAYS_DELIMITER = re.compile(r"sep=([,;\t|])[,;\t|]*\r?\n", re.IGNORECASE)
"""The first line that some programs write for others of their kind."""
LAST = "\x00the end\x00"


def read_text(content: bytes, encoding: str | None = None) -> Table:
    """The table in these bytes; `encoding` is what the caller says about them. Raises UnreadableTable."""
    text, used = decoded(content, encoding)
    skipped = 0
    delimiter = None
    if says := SAYS_DELIMITER.match(text):
        text, delimiter, skipped = text[says.end() :], says[1], 1
    delimiter = delimiter or find_delimiter(text)
    shown = "tab" if delimiter == "\t" else delimiter
    return table_of(_lines(text, delimiter, skipped), f"{used}, {shown}")


def decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text and the name of its encoding: as told, as its mark says, UTF-8 where it is that, else the best guess.

    Raises UnreadableTable for what is no text.
    """
    told = (encoding or "").lower()
    if told and told not in ALLOWED:
        raise UnreadableTable(f"Choose one of these encodings: {', '.join(sorted(ALLOWED))}.", "unknown_encoding")
    marked = next((name for mark, name in MARKS if content.startswith(mark)), None)
    name = marked or told or _guess(content)
    try:
        text = content.decode(name)
    except UnicodeDecodeError as error:
        raise UnreadableTable("The file's text cannot be read. Save it as CSV in UTF-8, or as XLSX.") from error
    if "\x00" in text:
        raise UnreadableTable("This is not a table of text. Save it as CSV in UTF-8, or as XLSX.")
    return text.removeprefix("\ufeff"), name


def find_delimiter(text: str) -> str:
    """The delimiter that cuts most of the first lines into equally many cells; a comma where none cuts anything."""
    return max(DELIMITERS, key=lambda each: _consistency(text, each))


def _guess(content: bytes) -> str:
    try:
        content.decode("utf-8")
        return "utf-8" if b"\x00" not in content[:1000] else _guess_wide(content)
    except UnicodeDecodeError:
        pass
    if b"\x00" in content[:1000]:
        return _guess_wide(content)
    words = b" ".join(found[0] for found in islice(STRANGE_WORD.finditer(content), SAMPLED_WORDS))
    is_latin = sum(byte > 0x7F for byte in words) < MOSTLY_STRANGE * len(words)
    matches = list(from_bytes(words, cp_isolation=list(LATIN if is_latin else OTHER_SCRIPTS)))
    if is_latin and (not matches or any(WESTERN in match.could_be_from_charset for match in matches)):
        return WESTERN if _fits(content, WESTERN) else "iso8859_1"
    return next((match.encoding for match in matches if _fits(content, match.encoding)), "iso8859_1")


def _guess_wide(content: bytes) -> str:
    # Of letters in UTF-16 one byte of two is nearly always zero.
    even, odd = content[:1000:2].count(0), content[1:1000:2].count(0)
    return "utf-16-be" if even > odd else "utf-16-le"


def _fits(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _consistency(text: str, delimiter: str) -> tuple[float, int]:
    begin = text[: LOOKED_AT * 1000]
    try:
        rows = [row for row in islice(_reader(begin, delimiter), LOOKED_AT) if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0.0, 0
    if not rows:
        return 0.0, 0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    return (count / len(rows), width) if width > 1 else (0.0, 0)


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _lines(text: str, delimiter: str, skipped: int) -> Iterator[Line]:
    # A line of our own at the end: if it comes back as part of a cell, a quote was never closed.
    ended = text if text.endswith(("\n", "\r")) else text + "\n"
    rows = csv.reader(chain(io.StringIO(ended, newline=""), (LAST,)), delimiter=delimiter)
    number = skipped + 1
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise _never_closed(number) from error
        if cells is None or cells == [LAST]:
            return
        if cells and cells[-1].endswith(LAST):
            raise _never_closed(number)
        yield Line(number, tuple(clean_cell(cell) for cell in cells))
        number = skipped + rows.line_num + 1


def _never_closed(number: int) -> UnreadableTable:
    sentence = f"A quote that opens in or after line {number} is never closed. Close it, or remove it."
    return UnreadableTable(sentence, "open_quote")
