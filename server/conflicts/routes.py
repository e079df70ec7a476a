"""GET /events/{id}/conflicts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.conflicts import service
from server.conflicts.service import Shown
from server.db import Reading
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text

router = APIRouter(prefix="/events/{event_id}/conflicts", tags=["conflicts"])


class ToldView(BaseModel):
    """What one door did; `device` is null for the server's own scans."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    kind: str
    gate: str | None
    device: str | None


class ConflictView(BaseModel):
    """What was told where something else was due. Its version is the set `fact_ids`; new facts reopen it."""

    id: UUID
    class_: Annotated[str, Field(serialization_alias="class")]
    list: UUID
    list_name: str | None
    registration: UUID | None
    place: int
    name: str | None
    fact_ids: tuple[UUID, ...]
    facts: tuple[ToldView, ...]
    proposed: str
    created_at: datetime
    updated_at: datetime
    settled_at: datetime | None


class ConflictPage(BaseModel):
    """Conflicts, newest first; `total` counts all of them."""

    items: tuple[ConflictView, ...]
    total: int
    next_cursor: str | None


@router.get("", summary="What doors did beside what was due", openapi_extra=callers("viewer"))
async def list_conflicts(
    event_id: UUID, caller: SignedInCaller, session: Reading, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> ConflictPage:
    """Double entries: the same place admitted more often than its list allows."""
    await access_event(session, caller, event_id, "viewer")
    found = await service.list_conflicts(session, event_id, limit + 1, _after(cursor))
    shown = found[:limit]
    last = shown[-1].listed.conflict if len(found) > limit else None
    return ConflictPage(
        items=tuple(_view(one) for one in shown),
        total=await service.count_conflicts(session, event_id),
        next_cursor=cursor_text(last.created_at.isoformat(), str(last.id)) if last else None,
    )


def _view(shown: Shown) -> ConflictView:
    conflict = shown.listed.conflict
    return ConflictView(
        id=conflict.id,
        class_=conflict.class_,
        list=conflict.list_id,
        list_name=shown.listed.list_name,
        registration=conflict.registration_id,
        place=conflict.place,
        name=shown.listed.guest,
        fact_ids=tuple(conflict.fact_ids),
        facts=tuple(ToldView.model_validate(told) for told in shown.told),
        proposed=conflict.proposed,
        created_at=conflict.created_at,
        updated_at=conflict.updated_at,
        settled_at=conflict.settled_at,
    )


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    created_at, conflict_id = cursor_keys(cursor, 2)
    try:
        return datetime.fromisoformat(created_at), UUID(conflict_id)
    except ValueError as error:
        raise bad_cursor() from error
