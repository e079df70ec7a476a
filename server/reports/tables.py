"""A report as tables for spreadsheets: CSV, one table after the other, or a workbook with a sheet for each."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from server.imports.safe_cells import guarded
from server.reports.report import Arrivals, Money, OfDevice, OfGate, OfList, OfType, Report, Revenue, Totals

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A title, the names of the columns, and the rows."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables_of(report: Report) -> Iterator[Table]:
    """The tables of a report; those of money only where there is any to be seen."""
    about: list[tuple[Cell, ...]] = [("event", guarded(report.event)), ("zone", report.zone)]
    about += [(field.name, _cell(getattr(report.totals, field.name))) for field in fields(Totals)]
    yield Table("Totals", ("what", "value"), tuple(about))
    yield _table("Ticket types", OfType, report.types)
    yield _table("Check-in lists", OfList, report.lists)
    yield _table("Gates", OfGate, report.gates)
    yield _table("Arrivals", Arrivals, report.arrivals)
    yield _table("Devices", OfDevice, report.devices)
    if report.revenue is not None and report.money is not None:
        yield _table("Revenue", Revenue, report.revenue)
        yield _table("Money", Money, report.money)


def csv_of(report: Report) -> bytes:
    """All tables in UTF-8 with its mark, each after its title, with an empty line between."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for number, table in enumerate(tables_of(report)):
        if number:
            writer.writerow(())
        writer.writerow((table.title,))
        writer.writerow(table.header)
        writer.writerows(table.rows)
    return text.getvalue().encode("utf-8-sig")


def workbook_of(report: Report) -> bytes:
    """A workbook (XLSX); slow for many rows."""
    # Loaded by whoever needs it: every start of the server would wait a quarter of a second for it.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for table in tables_of(report):
        sheet: Any = book.create_sheet(table.title)
        sheet.append(table.header)
        for row in table.rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _table(title: str, kind: type, rows: Sequence[object]) -> Table:
    # The ids are for programs, which read JSON.
    names = tuple(field.name for field in fields(kind) if not field.name.endswith("_id"))
    return Table(title, names, tuple(tuple(_cell(getattr(row, name)) for name in names) for row in rows))


def _cell(value: object) -> Cell:
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case int():
            return value
        case datetime():
            return value.isoformat(" ", "minutes" if value.second == value.microsecond == 0 else "seconds")
        case date() | UUID():
            return str(value)
        case _:
            return guarded(str(value))
