"""GET /events/{event_id}/registrations."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from server.auth.access import SignedInCaller, access_event
from server.bodies import json_answer
from server.callers import callers
from server.db import Db
from server.inputs import SearchText
from server.paging import DEFAULT_LIMIT, CursorText, Limit
from server.registrations import looking
from server.registrations.asking import Asked, Sort
from server.registrations.cursors import cursor_of, sorted_after
from server.registrations.finding import find
from server.registrations.models import PaymentStatus
from server.registrations.views import RegistrationPage, page, shown
from server.settings import Configured
from server.short_way import short

router = APIRouter(tags=["registrations"])


@router.get(
    "/events/{event_id}/registrations",
    summary="Registrations of an event",
    response_model=RegistrationPage,
    openapi_extra=callers("viewer"),
)
@short
async def list_registrations(
    event_id: UUID,
    caller: SignedInCaller,
    database: Db,
    settings: Configured,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
    q: SearchText = None,
    sort: Sort = Sort.CREATED,
    payment_status: PaymentStatus | None = None,
    status: Literal["active", "cancelled"] | None = None,
    ticket_type_id: UUID | None = None,
    checked_in: bool | None = None,
    order_id: UUID | None = None,
    import_id: UUID | None = None,
    count: Annotated[bool, Query(description="Count those of all pages")] = False,
) -> Response:
    """`q` finds parts of names and e-mails in any order, and whole short codes; where it finds nothing, the likest."""
    asked = Asked(
        event_id=event_id,
        limit=limit,
        sort=sort,
        payment_status=payment_status,
        status=status,
        ticket_type_id=ticket_type_id,
        checked_in=checked_in,
        order_id=order_id,
        import_id=import_id,
        after=sorted_after(cursor, sort),
    )
    if q:
        async with database.sessions.begin() as session:
            await access_event(session, caller, event_id, "viewer")
            found = await find(session, asked, q, counted=count)
    else:
        found = await looking.find_page(database, caller, asked, count=count)
    items = [shown(listed, settings.data_keys, to_staff=True) for listed in found.items]
    next_cursor = cursor_of(found.items[-1], sort) if found.has_more else None
    return json_answer(page(items, next_cursor, found.total))
