"""POST /events/{event_id}/registrations/import, and everything below /events/{event_id}/imports.

A file is brought once, to where registrations are imported; the answer is the dry run's report, and nothing has
changed. What follows speaks of the import by its id: look again by another plan, start, watch, stop, undo, send. One
request that both reads and registers would have to hold 50,000 rows for a minute, could not be watched or stopped, and
would tempt to skip the report.
"""

from functools import partial
from typing import Annotated
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.bodies import read_body
from server.callers import callers
from server.db import Db, Reading, Session
from server.errors import ApiProblem
from server.events.statuses import check_open, check_sells
from server.imports import service
from server.imports.exporting import mended_rows
from server.imports.models import Import
from server.imports.plan import columns_of
from server.imports.reading import read_table
from server.imports.service import Upload
from server.imports.table import Table, UnreadableTable
from server.imports.views import (
    FindingPage,
    ImportPage,
    ImportView,
    PlanBody,
    ReportView,
    finding_view,
    import_view,
    report_view,
)
from server.imports.writing import CSV, XLSX, csv_bytes
from server.inputs import Name
from server.mail.rendering import language_of
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text
from server.settings import Configured

MOST_BYTES = 20 * 1024 * 1024
READ_AT_ONCE = 1
"""Files that a process reads at once: it is work for the processor, and others want to be served meanwhile."""
FILE = {
    "requestBody": {
        "required": True,
        "description": "The file itself: CSV in any encoding, with any delimiter, or XLSX",
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

router = APIRouter(tags=["imports"])


@router.post(
    "/events/{event_id}/registrations/import",
    summary="Bring a guest list and look at it",
    status_code=201,
    openapi_extra=callers("organizer", problems=[409]) | FILE,
)
async def bring_file(
    event_id: UUID,
    request: Request,
    caller: SignedInCaller,
    author: SignedInAuthor,
    database: Db,
    name: Annotated[Name, Query(description="What the file is called")] = "guest list",
    sheet: Annotated[str | None, Query(max_length=200, description="Of a workbook; else its first")] = None,
    encoding: Annotated[str | None, Query(max_length=40, description="Of a CSV; else it is guessed")] = None,
) -> ReportView:
    """A dry run: nothing is registered before `start`. A file of yours that was never started is dropped."""
    async with database.sessions.begin() as session:
        check_sells(await access_event(session, caller, event_id, "organizer"))
    content = await read_body(request, MOST_BYTES)
    table = await _table(request, content, sheet, encoding)
    language = language_of(request.headers.get("Accept-Language", ""))
    async with database.sessions.begin() as session:
        report = await service.bring(session, author, event_id, Upload(name, table, language))
    return report_view(report)


@router.get("/events/{event_id}/imports", summary="Imports of an event", openapi_extra=callers("organizer"))
async def list_imports(
    event_id: UUID, caller: SignedInCaller, session: Reading, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> ImportPage:
    """The latest first."""
    await access_event(session, caller, event_id, "organizer")
    found = await service.list_imports(session, event_id, limit + 1, _after_import(cursor))
    shown = found[:limit]
    next_cursor = cursor_text(str(shown[-1].id)) if len(found) > limit else None
    return ImportPage(items=[import_view(each, {}) for each in shown], next_cursor=next_cursor)


@router.get("/events/{event_id}/imports/{import_id}", summary="One import", openapi_extra=callers("organizer"))
async def get_import(event_id: UUID, import_id: UUID, caller: SignedInCaller, session: Reading) -> ImportView:
    """How far it is."""
    await access_event(session, caller, event_id, "organizer")
    return await _shown(session, await service.get(session, event_id, import_id))


@router.post(
    "/events/{event_id}/imports/{import_id}/check",
    summary="Look at a guest list again by another plan",
    openapi_extra=callers("organizer", problems=[409]),
)
async def look_again(
    event_id: UUID, import_id: UUID, body: PlanBody, caller: SignedInCaller, session: Session, settings: Configured
) -> ReportView:
    """Another dry run; the plan is not kept: send it with `start`."""
    await access_event(session, caller, event_id, "organizer")
    return report_view(await service.look_again(session, settings.data_keys, event_id, import_id, _told(body)))


@router.post(
    "/events/{event_id}/imports/{import_id}/start",
    summary="Start an import, or go on with one that was stopped",
    status_code=202,
    openapi_extra=callers("organizer", problems=[409]),
)
async def start_import(
    event_id: UUID, import_id: UUID, body: PlanBody, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> ImportView:
    """Jobs register the guests, fifty at a time; one that was stopped goes on by the plan it began with."""
    check_sells(await access_event(session, caller, event_id, "organizer"))
    return await _shown(session, await service.start(session, author, event_id, import_id, _told(body)))


@router.post(
    "/events/{event_id}/imports/{import_id}/stop",
    summary="Stop an import",
    openapi_extra=callers("organizer"),
)
async def stop_import(
    event_id: UUID, import_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> ImportView:
    """After the rows in hand; what was made stays until `undo`."""
    await access_event(session, caller, event_id, "organizer")
    return await _shown(session, await service.stop(session, author, event_id, import_id))


@router.post(
    "/events/{event_id}/imports/{import_id}/undo",
    summary="Undo an import",
    status_code=202,
    openapi_extra=callers("organizer", problems=[409]),
)
async def undo_import(
    event_id: UUID, import_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> ImportView:
    """Cancels what it made and nobody changed or scanned since; what is left is listed among its problems."""
    check_open(await access_event(session, caller, event_id, "organizer"))
    return await _shown(session, await service.undo(session, author, event_id, import_id))


@router.post(
    "/events/{event_id}/imports/{import_id}/send",
    summary="Send tickets to everyone imported",
    status_code=202,
    openapi_extra=callers("organizer", problems=[409]),
)
async def send_tickets(
    event_id: UUID, import_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> ImportView:
    """Each guest is sent theirs once, however often this is asked."""
    await access_event(session, caller, event_id, "organizer")
    return await _shown(session, await service.send(session, author, event_id, import_id))


@router.get(
    "/events/{event_id}/imports/{import_id}/problems",
    summary="Lines of which nothing was made",
    openapi_extra=callers("organizer"),
)
async def list_problems(
    event_id: UUID,
    import_id: UUID,
    caller: SignedInCaller,
    session: Reading,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> FindingPage:
    """And, after an undoing, those that it left."""
    await access_event(session, caller, event_id, "organizer")
    await service.get(session, event_id, import_id)
    found = await service.list_problems(session, import_id, _after_line(cursor), limit + 1)
    shown = found[:limit]
    next_cursor = cursor_text(str(shown[-1].number)) if len(found) > limit else None
    return FindingPage(items=[finding_view(each) for each in shown], next_cursor=next_cursor)


@router.get(
    "/events/{event_id}/imports/{import_id}/lines-to-mend",
    summary="Lines of which nothing was made, as a file",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    openapi_extra=callers("organizer"),
)
async def get_lines_to_mend(
    event_id: UUID, import_id: UUID, caller: SignedInCaller, session: Reading, settings: Configured
) -> StreamingResponse:
    """CSV with the columns that were brought, the line and what is wrong with it: mend it and bring it again."""
    await access_event(session, caller, event_id, "organizer")
    imported = await service.get(session, event_id, import_id)
    lines = await service.list_lines_to_mend(session, settings.data_keys, import_id, 0, imported.total)
    columns = columns_of(imported)
    rows = mended_rows(columns, [(line.cells, line.number, finding.sentence) for line, finding in lines])
    header = [*columns, "Line", "Problem"]
    content = await to_thread.run_sync(partial(csv_bytes, [header, *rows], marked=True))
    headers = {"Content-Disposition": 'attachment; filename="lines-to-mend.csv"'}
    return StreamingResponse(iter([content]), media_type=CSV, headers=headers)


async def _table(request: Request, content: bytes, sheet: str | None, encoding: str | None) -> Table:
    limiter: CapacityLimiter = request.app.state.reading_files
    try:
        read = partial(read_table, content, sheet=sheet, encoding=encoding)
        return await to_thread.run_sync(read, limiter=limiter)
    except UnreadableTable as problem:
        raise ApiProblem(422, problem.code, problem.sentence, field="file") from problem


async def _shown(session: AsyncSession, imported: Import) -> ImportView:
    return import_view(imported, await service.count_problems(session, imported.id))


def _told(body: PlanBody) -> dict[str, object]:
    return {name: getattr(body, name) for name in body.model_fields_set}


def _after_import(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(cursor_keys(cursor, 1)[0])
    except ValueError as error:
        raise bad_cursor() from error


def _after_line(cursor: str | None) -> int:
    if cursor is None:
        return 0
    line = cursor_keys(cursor, 1)[0]
    if not (line.isascii() and line.isdecimal() and len(line) < 10):
        raise bad_cursor()
    return int(line)
