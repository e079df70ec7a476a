"""GET /events/{event_id}/registrations/export."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.db import Db
from server.imports import exporting
from server.imports.writing import CSV, XLSX, Delimiter
from server.inputs import SearchText
from server.registrations.asking import Asked
from server.registrations.models import PaymentStatus

router = APIRouter(tags=["imports"])
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}


@router.get(
    "/events/{event_id}/registrations/export",
    summary="Registrations as CSV or XLSX",
    response_class=StreamingResponse,
    responses=DOCUMENTED,
    openapi_extra=callers("organizer"),
)
async def export_registrations(
    event_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    database: Db,
    format: Literal["csv", "xlsx"] = "csv",
    delimiter: Delimiter = "comma",
    bom: Annotated[bool, Query(description="Begin a CSV with the mark by which Excel knows UTF-8")] = True,
    q: SearchText = None,
    status: Literal["active", "cancelled", "all"] = "active",
    payment_status: PaymentStatus | None = None,
    ticket_type_id: UUID | None = None,
    checked_in: bool | None = None,
    import_id: UUID | None = None,
) -> StreamingResponse:
    """The filters of the list; what it gives can be imported into another event. The audit says who took it."""
    filters: dict[str, Any] = {
        "payment_status": payment_status,
        "status": None if status == "all" else status,
        "ticket_type_id": ticket_type_id,
        "checked_in": checked_in,
        "import_id": import_id,
    }
    # What was typed to search is somebody's name, and not written down.
    told = {"format": format, **{name: value for name, value in filters.items() if value is not None}}
    async with database.sessions.begin() as session:
        await access_event(session, caller, event_id, "organizer")
        asked = Asked(event_id=event_id, limit=exporting.AT_ONCE, **filters)
        export = await exporting.begin(session, author, asked, q, told)
    headers = {"Content-Disposition": f'attachment; filename="registrations.{format}"'}
    if format == "xlsx":
        file = await exporting.as_workbook(database, export)
        return StreamingResponse(exporting.blocks(file), media_type=XLSX, headers=headers)
    parts = exporting.as_csv(database, export, delimiter, marked=bom)
    return StreamingResponse(parts, media_type=CSV, headers=headers)
