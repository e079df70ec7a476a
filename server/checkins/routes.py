"""POST and GET /events/{id}/check-ins, POST /check-ins/{id}/annul."""

from datetime import datetime
from functools import lru_cache, partial
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from eventreg_core.scan_api import ScanAnswer, ScanRequest
from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event, caller_of
from server.bodies import decode, json_answer, read_body
from server.callers import callers, plain
from server.checkins import service
from server.checkins.desk import AskedScan
from server.checkins.door import door_of
from server.checkins.queries import Annulled, CheckedIn
from server.clock import utc_now
from server.db import Reading, Session
from server.errors import invalid
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text
from server.remembered import remembered_of

router = APIRouter(tags=["check-ins"])
MOST_BYTES = 65_536


class CheckIns(BaseModel):
    """Check-ins that stand, newest first; `total` counts all of them."""

    items: list[CheckedIn]
    total: int
    next_cursor: str | None


@plain(
    callers=("staff", "supervisor"),
    summary="Judge one scan; the same scan again hears the same",
    takes=ScanRequest,
    problems=[409],
    gives=ScanAnswer,
)
async def redeem(request: Request) -> Response:
    """200 with the told verdict, admitted or refused; an `override` takes a supervisor. 503 `busy`: ask again."""
    caller = caller_of(request)
    scan = decode(await read_body(request, MOST_BYTES), ScanRequest)
    event = _event_id(request.path_params["event_id"])
    return json_answer(await door_of(request).redeem(event, AskedScan(scan, caller)))


router.add_route("/events/{event_id}/check-ins", redeem, methods=["POST"])


@router.get("/events/{event_id}/check-ins", summary="Check-ins that stand", openapi_extra=callers("viewer"))
async def list_check_ins(
    event_id: UUID,
    caller: SignedInCaller,
    session: Reading,
    request: Request,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> CheckIns:
    """Of every device and of the server itself, less what was annulled."""
    await access_event(session, caller, event_id, "viewer")
    found = await service.list_check_ins(session, event_id, limit + 1, _after(cursor))
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    counting = partial(service.count_check_ins, session, event_id)
    return CheckIns(
        items=shown,
        total=await remembered_of(request).answer(session, event_id, "check-ins", counting),
        next_cursor=cursor_text(last.at.isoformat(), str(last.id)) if last else None,
    )


@router.post("/check-ins/{check_in_id}/annul", summary="Undo a check-in", openapi_extra=callers("supervisor"))
async def annul(check_in_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session) -> Annulled:
    """A new fact that doors hear of; the check-in itself stays on record. Asking twice changes nothing."""
    passed = await service.access_passed(session, caller, check_in_id, "supervisor")
    return await service.annul(session, author, passed, utc_now())


@lru_cache(maxsize=1024)
def _event_id(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError as error:
        raise invalid("event_id", "event_id must be a UUID.") from error


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    at, fact = cursor_keys(cursor, 2)
    try:
        return datetime.fromisoformat(at), UUID(fact)
    except ValueError as error:
        raise bad_cursor() from error
