"""Take an event's registrations out as a table, page by page: no connection is held while somebody reads slowly."""

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.db import Database
from server.imports import queries
from server.imports.service import type_names
from server.imports.table import unique_names
from server.imports.writing import Delimiter, Sheet, csv_bytes
from server.registrations import listing
from server.registrations.asking import After, Asked
from server.registrations.listing import Listed
from server.registrations.notes import answers_of, notes_of
from server.registrations.phones import phone_of

AT_ONCE = 200
"""Rows of a page: they are opened and written between two turns of everybody else, so they are few."""
BLOCK = 64 * 1024
BEFORE_ANSWERS = ("Code", "Name", "E-mail", "Phone", "Ticket type", "Status", "Payment", "Companions", "Notes")
AFTER_ANSWERS = ("Created", "First admitted")


@dataclass(frozen=True, slots=True)
class Export:
    """What is taken out, and what its cells are written with; `questions` are labels by id."""

    asked: Asked
    types: Mapping[UUID, str]
    questions: Mapping[str, str]
    data_keys: tuple[bytes, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return unique_names((*BEFORE_ANSWERS, *self.questions.values(), *AFTER_ANSWERS))


async def begin(session: AsyncSession, author: Author, asked: Asked, q: str | None, told: Mapping[str, Any]) -> Export:
    """Write down who takes which data, and make the export ready; `told` is what the audit keeps of the request."""
    event_id = asked.event_id
    await audit.write(session, author, "registrations.exported", "event", event_id, None, told, event_id=event_id)
    typed = await listing.read_typed(session, event_id, q) if q else None
    types = await type_names(session, event_id)
    questions = await queries.list_questions(session, event_id)
    return Export(replace(asked, limit=AT_ONCE, typed=typed), types, questions, author.data_keys)


async def as_csv(database: Database, export: Export, delimiter: Delimiter, *, marked: bool) -> AsyncIterator[bytes]:
    """The table as CSV in parts, the header first."""
    yield csv_bytes([export.header], delimiter, marked=marked)
    async for rows in _pages(database, export):
        yield csv_bytes(rows, delimiter)


async def as_workbook(database: Database, export: Export) -> IO[bytes]:
    """The table as a file with an XLSX workbook, which goes when it is closed."""
    sheet = Sheet("Registrations")
    sheet.append([export.header])
    async for rows in _pages(database, export):
        await to_thread.run_sync(sheet.append, rows)
    file = await to_thread.run_sync(tempfile.TemporaryFile)
    await to_thread.run_sync(sheet.save, file)
    await to_thread.run_sync(file.seek, 0)
    return file


async def blocks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """What is in a file, which is closed at the end."""
    with file:
        while block := await to_thread.run_sync(file.read, BLOCK):
            yield block


async def _pages(database: Database, export: Export) -> AsyncIterator[list[list[str]]]:
    asked = export.asked
    while True:
        async with database.sessions.begin() as session:
            page = await listing.list_page(session, asked)
            admitted = await queries.list_first_admitted(session, [each.registration.id for each in page])
            rows = [_row(each, admitted, export) for each in page]
        if rows:
            yield rows
        if len(page) < asked.limit:
            return
        asked = replace(asked, after=After(page[-1].registration.id))


def _row(listed: Listed, admitted: Mapping[UUID, datetime], export: Export) -> list[str]:
    registration, own = listed.registration, listed.own
    answers = answers_of(registration, export.data_keys)
    return [
        own.short_code if own is not None else "",
        registration.full_name,
        registration.user_email,
        phone_of(registration, export.data_keys) or "",
        export.types.get(registration.ticket_type_id, ""),
        registration.status,
        registration.payment_status.value,
        # Line by line: a name may have a comma in it, and even a semicolon, but never two lines.
        "\n".join(companion.holder_name or "" for companion in listed.companions),
        notes_of(registration, export.data_keys) or "",
        *(_answer(answers.get(question)) for question in export.questions),
        _moment(registration.created_at),
        _moment(admitted.get(registration.id)),
    ]


def _answer(given: str | bool | None) -> str:
    match given:
        case None:
            return ""
        case bool():
            return "yes" if given else "no"
        case str():
            return given


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def mended_rows(columns: Sequence[str], lines: Sequence[tuple[Sequence[str], int, str]]) -> list[list[str]]:
    """Lines that nothing came of as rows of a table: their cells as they were, then the line and what is wrong."""
    return [
        [*(cells[place] if place < len(cells) else "" for place in range(len(columns))), str(number), sentence]
        for cells, number, sentence in lines
    ]
