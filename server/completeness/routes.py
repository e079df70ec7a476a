"""GET /events/{id}/devices/completeness: is everything in from last night?"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.clock import utc_now
from server.completeness.proof import proof
from server.completeness.service import State, read_completeness
from server.db import Reading
from server.users.models import User

router = APIRouter(tags=["devices"])
DOCUMENTED: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}


class JournalView(BaseModel):
    """One journal of a device: numbers 1 to `last_seq`, less `gaps` (first and last number of each, 20 at most).

    Up to `head_seq` it is whole, and `head_hash` is its mark there. `own_clock`: facts that only the laptop's own clock
    dates. `journal` null: the device never sent anything.
    """

    model_config = ConfigDict(from_attributes=True)

    device: UUID
    name: str
    revoked: bool
    enrolled: bool
    journal: UUID | None
    state: State
    facts: int
    last_seq: int
    head_seq: int
    head_hash: str | None
    gaps: tuple[tuple[int, int], ...]
    held: int
    set_aside: int
    own_clock: int
    continues: UUID | None
    heard_at: datetime | None


class CompletenessView(BaseModel):
    """`complete`: whatever a laptop numbered, up to the last number that came, is here and counts.

    `fingerprint`: SHA-256 over all journals; as long as it is the same, nothing came.
    """

    model_config = ConfigDict(from_attributes=True)

    complete: bool
    facts: int
    missing: int
    fingerprint: str
    journals: tuple[JournalView, ...]
    at: datetime


@router.get(
    "/events/{event_id}/devices/completeness",
    summary="Is everything in?",
    response_model=CompletenessView,
    responses=DOCUMENTED,
    openapi_extra=callers("organizer"),
)
async def get_completeness(
    event_id: UUID, caller: SignedInCaller, session: Reading, format: Literal["json", "html"] = "json"
) -> CompletenessView | Response:
    """Every device with what is here of its journals; `html` is a proof to print."""
    event = await access_event(session, caller, event_id, "organizer")
    found = await read_completeness(session, event_id, utc_now())
    if format == "json":
        return CompletenessView.model_validate(found)
    user = await session.get(User, caller.user_id)
    return proof(event, found, user.email if user is not None else "an organizer")
