"""GET /events/{id}/report."""

from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.access import SignedInCaller, access_event
from server.auth.tokens import Caller
from server.callers import callers
from server.db import Session
from server.errors import ApiProblem
from server.imports.writing import CSV, XLSX
from server.inputs import Moment
from server.remembered import remembered_of
from server.reports import service, tables
from server.reports.report import Report
from server.reports.service import Asked

router = APIRouter(tags=["reports"])
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
async def get_report(
    event_id: UUID,
    caller: SignedInCaller,
    session: Session,
    request: Request,
    list_id: UUID | None = None,
    from_: Annotated[Moment | None, Query(alias="from")] = None,
    to: Moment | None = None,
    minutes: Literal["1", "5", "15"] = "1",
    format: Literal["json", "csv", "xlsx"] = "json",
) -> Report | Response:
    """Passages and money from `from` (included) to `to` (not); what is sold is told as it is now.

    Revenue and money are for organizers; others hear null. Arrivals are counted by steps of so many minutes.
    """
    event = await access_event(session, caller, event_id, "viewer")
    asked = Asked(event_id, list_id, from_, to, int(minutes))
    with_money = await _sees_money(session, caller, event_id)
    report = await service.report_of(session, remembered_of(request), event, asked, with_money=with_money)
    match format:
        case "json":
            return report
        case "csv":
            return _file(tables.csv_of(report), CSV, "report.csv")
        case "xlsx":
            return _file(await to_thread.run_sync(tables.workbook_of, report), XLSX, "report.xlsx")


async def _sees_money(session: AsyncSession, caller: Caller, event_id: UUID) -> bool:
    try:
        await access_event(session, caller, event_id, "organizer")
    except ApiProblem:
        return False
    return True


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
