"""GET /events/{id}/counts."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.check_in_lists.counting import count_lists
from server.clock import utc_now
from server.db import Reading

router = APIRouter(tags=["check-in lists"])


class CountView(BaseModel):
    """People on one list: inside now, admitted at least once, expected at all."""

    model_config = ConfigDict(from_attributes=True)

    list_id: UUID
    name: str
    inside: int
    admitted: int
    expected: int


class Counts(BaseModel):
    """Every list of an event, and when they were counted."""

    items: list[CountView]
    at: datetime


@router.get("/events/{event_id}/counts", summary="How full it is", openapi_extra=callers("viewer"))
async def get_counts(event_id: UUID, caller: SignedInCaller, session: Reading) -> Counts:
    """By the very rules that doors count with: what a door shows after it has synced is the same."""
    await access_event(session, caller, event_id, "viewer")
    return Counts(items=[CountView.model_validate(one) for one in await count_lists(session, event_id)], at=utc_now())
