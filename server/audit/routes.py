"""GET /events/{event_id}/audit and GET /audit: who changed what, newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from server.audit import service
from server.audit.service import Asked, Shown
from server.auth.access import SignedInCaller, access_event, require_role
from server.auth.tokens import Caller
from server.callers import callers
from server.db import Reading
from server.inputs import SearchText
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text
from server.settings import Configured
from server.users.models import UserRole

router = APIRouter(tags=["audit"])
ObjectId = Annotated[SearchText, Query(description="Only changes of the thing with this id")]


class AuthorView(BaseModel):
    """Who caused a change, from which network, by which request."""

    kind: Literal["user", "device", "visitor", "system"]
    id: UUID | None
    address: str | None
    request_id: str | None


class AuditView(BaseModel):
    """One change. `before` null: it was made; `after` null: it is gone. Erased values are `{"erased": true}`."""

    id: UUID
    at: datetime
    author: AuthorView
    action: str
    object_kind: str
    object_id: str
    event_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditPage(BaseModel):
    """Changes, newest first, and the cursor of the next page if there is one."""

    items: list[AuditView]
    next_cursor: str | None


@router.get("/events/{event_id}/audit", summary="Who changed what of an event", openapi_extra=callers("organizer"))
async def list_of_event(
    event_id: UUID,
    caller: SignedInCaller,
    session: Reading,
    settings: Configured,
    object: ObjectId = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> AuditPage:
    """The event itself and everything below it: types, lists, gates, members, registrations, devices, annulments."""
    await access_event(session, caller, event_id, "organizer")
    asked = Asked(limit + 1, event_id, object, _after(cursor))
    return _page(await service.list_rows(session, settings.data_keys, asked), limit)


@router.get("/audit", summary="Who changed what", openapi_extra=callers("admin"))
async def list_everything(
    _: Annotated[Caller, Depends(require_role(UserRole.ADMIN))],
    session: Reading,
    settings: Configured,
    object: ObjectId = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> AuditPage:
    """Of every event, of deleted ones too, and of users."""
    asked = Asked(limit + 1, None, object, _after(cursor))
    return _page(await service.list_rows(session, settings.data_keys, asked), limit)


def _page(found: Sequence[Shown], limit: int) -> AuditPage:
    shown = found[:limit]
    next_cursor = cursor_text(str(shown[-1].row.number)) if len(found) > limit else None
    return AuditPage(items=[_view(one) for one in shown], next_cursor=next_cursor)


def _view(shown: Shown) -> AuditView:
    row = shown.row
    author = {"kind": row.author_kind, "id": row.author_id, "address": row.address, "request_id": row.request_id}
    return AuditView(
        id=row.id,
        at=row.at,
        author=AuthorView.model_validate(author),
        action=row.action,
        object_kind=row.object_kind,
        object_id=row.object_id,
        event_id=row.event_id,
        before=shown.before,
        after=shown.after,
    )


def _after(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    [number] = cursor_keys(cursor, 1)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise bad_cursor()
    return int(number)
