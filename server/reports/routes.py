"""GET /events/{id}/report."""

from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Response
from pydantic import TypeAdapter

from server.at_once import at_once
from server.auth.access import SignedInCaller
from server.bodies import JsonAnswer
from server.callers import callers
from server.db import Db
from server.imports.writing import CSV, XLSX
from server.inputs import Moment
from server.remembered import Remembered, remembered_of
from server.reports import service, tables
from server.reports.report import Report
from server.reports.service import Asked
from server.short_way import short

router = APIRouter(tags=["reports"])
REPORTS = TypeAdapter(Report)
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}


@router.get(
    "/events/{event_id}/report",
    summary="What an event came to",
    response_model=Report,
    responses=DOCUMENTED,
    openapi_extra=callers("viewer"),
)
@short
async def get_report(
    event_id: UUID,
    caller: SignedInCaller,
    database: Db,
    remembered: Annotated[Remembered, Depends(at_once(remembered_of))],
    list_id: UUID | None = None,
    from_: Annotated[Moment | None, Query(alias="from")] = None,
    to: Moment | None = None,
    minutes: Literal["1", "5", "15"] = "1",
    format: Literal["json", "csv", "xlsx"] = "json",
) -> Response:
    """Passages and money from `from` (included) to `to` (not); what is sold is told as it is now.

    Revenue and money are for organizers; others hear null. Arrivals are counted by steps of so many minutes.
    """
    asked = Asked(event_id, list_id, from_, to, int(minutes))
    report = await service.report_of(database, remembered, caller, asked)
    match format:
        case "json":
            return JsonAnswer(REPORTS.dump_json(report), 200)
        case "csv":
            return _file(tables.csv_of(report), CSV, "report.csv")
        case "xlsx":
            return _file(await to_thread.run_sync(tables.workbook_of, report), XLSX, "report.xlsx")


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
