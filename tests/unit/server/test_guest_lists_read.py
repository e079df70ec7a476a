"""Files as organizers have them: every encoding, delimiter and habit of a spreadsheet program, and garbage."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.imports import sheets, table
from server.imports.reading import read_table
from server.imports.table import Table, UnreadableTable

CSV = "Name;E-Mail;Telefon\r\nJörg Müller;joerg@example.org;030 1234\r\nZoë Weiß;zoe@example.org;+49 40 5\r\n"


def cells(table: Table) -> list[tuple[str, ...]]:
    return [line.cells for line in table.lines]


def workbook(*rows: Sequence[object], title: str = "Guests", formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def refused(content: bytes, **how: str) -> UnreadableTable:
    with pytest.raises(UnreadableTable) as raised:
        read_table(content, **how)
    return raised.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_list_is_read_in_whatever_encoding_a_spreadsheet_program_wrote_it(encoding: str) -> None:
    read = read_table(CSV.encode(encoding))
    assert read.columns == ("Name", "E-Mail", "Telefon")
    assert cells(read) == [
        ("Jörg Müller", "joerg@example.org", "030 1234"),
        ("Zoë Weiß", "zoe@example.org", "+49 40 5"),
    ]
    assert read.source.endswith(", ;")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp1250", "Zażółć Gęślą Wiśniewski"), ("cp1251", "Мария Сидорова"), ("shift_jis", "山田太郎")],
)
def test_names_of_other_alphabets_are_read_too(encoding: str, name: str) -> None:
    text = f"Name,E-mail\r\n{name},a@example.org\r\n{name},b@example.org\r\n"
    assert cells(read_table(text.encode(encoding)))[1][0] == name


def test_an_encoding_can_be_told_and_must_be_one_that_exists() -> None:
    greek = "Name,E-mail\r\nΓιώργος,a@example.org\r\n"
    assert cells(read_table(greek.encode("iso8859_7"), encoding="iso8859_7"))[0][0] == "Γιώργος"
    assert refused(greek.encode("iso8859_7"), encoding="klingon").code == "unknown_encoding"
    assert refused(greek.encode("iso8859_7"), encoding="utf-8").code == "unreadable_file"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_the_one_that_cuts_every_line_alike(delimiter: str, ending: str) -> None:
    rows = [("Name", "E-mail", "Notes"), ("Müller, Jörg", "j@example.org", "a; b | c"), ("Bo", "b@example.org", "")]
    quoted = ending.join(delimiter.join(f'"{cell}"' for cell in row) for row in rows) + ending * 3
    assert cells(read_table(quoted.encode())) == [rows[1], rows[2][:2]]


def test_a_line_that_says_the_delimiter_is_believed_and_counted() -> None:
    read = read_table(b"sep=|\r\nName|E-mail\r\nBo, of Berlin; Mitte|bo@example.org\r\n")
    assert (read.lines[0].number, read.lines[0].cells[0]) == (3, "Bo, of Berlin; Mitte")


def test_a_quoted_cell_may_hold_lines_quotes_and_delimiters_and_the_lines_keep_their_numbers() -> None:
    read = read_table(b'Name,Notes,E-mail\n"Bo ""the"" X","one\ntwo, three",bo@example.org\n\n\nAl,,al@example.org\n')
    assert [(line.number, line.cells) for line in read.lines] == [
        (2, ('Bo "the" X', "one\ntwo, three", "bo@example.org")),
        (6, ("Al", "", "al@example.org")),
    ]


def test_a_quote_that_is_never_closed_is_told_and_swallows_nobody() -> None:
    problem = refused(b'Name,E-mail\nBo,bo@example.org\n"Al,al@example.org\nCy,cy@example.org\n')
    assert problem.code == "open_quote"
    assert "line 3" in problem.sentence


def test_columns_of_one_name_or_none_are_told_apart_and_a_file_without_header_has_one_all_the_same() -> None:
    assert read_table(b"Name,,Name,name,\nBo,1,2,3,4\n").columns == ("Name", "Column 2", "Name (2)", "name")
    bare = read_table(b"Bo,bo@example.org\nAl,al@example.org,1\n")
    assert bare.columns == ("Column 1", "Column 2", "Column 3")
    assert len(bare.lines) == 2


def test_leading_zeros_and_plus_signs_stay_and_signs_that_nobody_types_go() -> None:
    read = read_table("Name,Tel,E-mail\nBo\u200b\x07,0049 30,\ufeffbo@example.org\u00a0\n".encode())
    assert cells(read) == [("Bo", "0049 30", "bo@example.org")]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n \n", b"Name,E-mail\n", b"\xef\xbb\xbf", b"\xff\xfe"],
    ids=["nothing", "empty lines", "only a header", "only a mark", "only another mark"],
)
def test_a_file_without_guests_is_told_so(content: bytes) -> None:
    assert refused(content).code == "empty_file"


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7", b"\x89PNG\r\n", b"<!DOCTYPE html>", b"PK\x03\x04 and no more", b"a,b\x00c\nd,e,f", bytes(range(256))],
)
def test_what_is_no_table_is_told_what_to_bring_instead(content: bytes) -> None:
    assert "XLSX" in refused(content).sentence


def test_an_old_or_locked_workbook_is_told_what_to_do() -> None:
    assert "password" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).sentence


def test_more_than_can_be_taken_is_told_with_its_line() -> None:
    assert "line" in refused(b"Name\n" + b"Bo\n" * (table.MOST_LINES + 1)).sentence
    assert "Line 2" in refused(b"Name\nBo" + b",x" * table.MOST_COLUMNS).sentence
    assert "line 2" in refused(b"Name,x\nBo," + b"x" * (table.LONGEST_CELL + 1)).sentence
    assert "line 2" in refused(b'Name,x\n"Bo,' + b"x" * 200_000).sentence


def test_a_workbook_gives_what_it_shows() -> None:
    content = workbook(
        ["Name", "Phone", "Post code", "Born", "Comes at", "Paid", "Sum", "Note"],
        ["Zoë", 49301234567, 1067, date(1999, 2, 3), time(18, 30), True, 12.5, "=1+1"],
        ["Bo", 30.0, None, datetime.fromisoformat("2026-11-28 16:05"), None, False, 1e20, None],
        formats={"C2": "00000"},
    )
    assert cells(read_table(content)) == [
        # A formula that was never worked out has no value, and is not worked out here.
        ("Zoë", "49301234567", "01067", "1999-02-03", "18:30", "TRUE", "12.5"),
        ("Bo", "30", "", "2026-11-28 16:05", "", "FALSE", "1e+20"),
    ]


def test_the_first_sheet_that_can_be_seen_is_read_or_the_one_that_is_named() -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.title, hidden.sheet_state = "Hidden", "hidden"
    for title, name in (("Crew", "Bo"), ("Press", "Al")):
        sheet = book.create_sheet(title)
        sheet.append(["Name"])
        sheet.append([name])
    content = saved(book)
    assert (read_table(content).source, read_table(content).sheets) == ("Crew", ("Crew", "Press"))
    assert cells(read_table(content, sheet="Press")) == [("Al",)]
    assert refused(content, sheet="Hidden").code == "unknown_sheet"


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return file.getvalue()


def test_a_workbook_that_unpacks_to_far_more_than_it_seems_is_not_unpacked() -> None:
    bomb = packed({"xl/worksheets/sheet1.xml": b" " * (sheets.MOST_UNPACKED + 1)})
    assert len(bomb) < 100_000
    assert refused(bomb).code == "too_large"
    assert refused(packed({"xl/worksheets/sheet1.xml": b"<row>" + b"<c/>" * 600_000})).code == "too_large"
    assert refused(packed({"xl/worksheets/sheet1.xml": b"<x:row>" + b"<x:c/>" * 400_000})).code == "too_large"
    assert refused(packed({"xl/sharedStrings.xml": b"<si/>" * (sheets.MOST_TAGS + 1)})).code == "too_large"
    adorned = b"<sst><si>" + b"<r><t>a</t></r>" * 100_000
    assert refused(packed({"xl/sharedStrings.xml": adorned})).code == "too_large"
    assert refused(packed({"xl/texts.xml": adorned})).code == "too_large"
    assert refused(packed({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY y 'z'>]>"})).code == "unreadable_file"
    assert refused(packed({f"{n}.txt": b"" for n in range(sheets.MOST_PARTS + 1)})).code == "too_large"
    assert "another office" in refused(packed({"mimetype": b"x", "content.xml": b"<a/>"})).sentence


def test_many_cells_that_share_one_long_text_are_counted_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_TEXT", 50_000)
    long = " " + "x" * 5_000
    assert len(read_table(workbook(["Name", "Notes"], *(["Bo", long] for _ in range(9)))).lines) == 9
    assert refused(workbook(["Name", "Notes"], *(["Bo", long] for _ in range(10)))).code == "too_large"


@pytest.mark.parametrize("where", ["other/sheet1.xml", "worksheets/sheet1.bin", "media/sheet1.png"])
def test_no_part_is_read_as_a_sheet_that_was_not_looked_into(where: str) -> None:
    parts = unpacked(workbook(["Name"], ["Bo"]))
    sheet = parts.pop("xl/worksheets/sheet1.xml")
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(b"worksheets/sheet1.xml", where.encode())
    assert cells(read_table(packed(parts | {f"xl/{where}": sheet}))) == [("Bo",)]
    row = b"<row>" + b"<c/>" * (sheets.MOST_OF_A_PART // 4) + b"</row></sheetData>"
    long = sheet.replace(b"</sheetData>", row)
    assert refused(packed(parts | {f"xl/{where}": long})).code in ("too_large", "unreadable_file")


def test_a_sheet_that_says_it_is_endless_is_read_as_far_as_it_goes() -> None:
    parts = unpacked(workbook(["Name"], ["Bo"]))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    assert cells(read_table(packed(parts))) == [("Bo",)]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'<row r="2"', b'<row r="999999999999"').replace(b'"A2"', b'"B3"')
    assert refused(packed(parts)).code == "too_large"


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


@given(st.binary(max_size=400))
@example(b'"')
@example(b"\xff\xfe\x00")
@example(b"sep=;\n")
def test_no_bytes_are_a_bug(content: bytes) -> None:
    check_readable_or_refused(content)


@given(
    st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=4), min_size=1, max_size=6),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-16", "cp1252", "cp1251"]),
)
def test_no_text_is_a_bug(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    check_readable_or_refused("\n".join(delimiter.join(row) for row in rows).encode(encoding, "replace"))


WORKBOOK = workbook(["Name", "E-mail", "Born"], ["Zoë", "z@example.org", date(1999, 2, 3)], ["Bo", 1.5, True])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(unpacked(WORKBOOK))), st.integers(0, 2000), st.binary(min_size=1, max_size=12))
def test_no_damaged_workbook_is_a_bug(part: str, place: int, damage: bytes) -> None:
    parts = unpacked(WORKBOOK)
    place %= len(parts[part]) + 1
    parts[part] = parts[part][:place] + damage + parts[part][place + len(damage) :]
    check_readable_or_refused(packed(parts))


def check_readable_or_refused(content: bytes) -> None:
    try:
        read = read_table(content)
    except UnreadableTable:
        return
    assert read.lines
    assert len(set(read.columns)) == len(read.columns)
    for line in read.lines:
        for cell in line.cells:
            assert "\x00" not in cell
            cell.encode()
