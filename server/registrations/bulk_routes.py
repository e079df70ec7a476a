"""POST /events/{event_id}/registrations/bulk."""

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.db import Session
from server.events.statuses import check_open
from server.idempotency.once import OnceRoute
from server.paging import cursor_text
from server.registrations import finding
from server.registrations.asking import After, Asked
from server.registrations.bulk import MOST, Action, Outcome, act
from server.registrations.cursors import after_of
from server.registrations.models import PaymentStatus

router = APIRouter(tags=["registrations"], route_class=OnceRoute)


class BulkFilter(BaseModel):
    """Which registrations of the event, as its list is asked for them."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["active", "cancelled"] | None = None
    payment_status: PaymentStatus | None = None
    ticket_type_id: UUID | None = None
    checked_in: bool | None = None
    order_id: UUID | None = None
    import_id: UUID | None = None


class BulkBody(BaseModel):
    """What to do to which registrations: to those with these ids, or to the next 500 that a filter finds.

    `cursor` is the `next_cursor` of the answer before, and goes with the same filter.
    """

    action: Action
    ids: Annotated[list[UUID], Field(max_length=MOST)] | None = None
    filter: BulkFilter | None = None
    cursor: Annotated[str, Field(max_length=400)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise ValueError("name either ids or a filter")
        return self


class BulkOutcome(BaseModel):
    """What became of one registration; *unchanged*: it was so already."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    outcome: Outcome


class BulkAnswer(BaseModel):
    """What became of each, and the cursor of those that the filter finds beyond them."""

    items: list[BulkOutcome]
    next_cursor: str | None = None


@router.post(
    "/events/{event_id}/registrations/bulk",
    summary="Do one thing to many",
    openapi_extra=callers("organizer", problems=[409]),
)
async def bulk(
    event_id: UUID, body: BulkBody, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> BulkAnswer:
    """All or nothing, but for those of which the answer says why not. Mails wait behind all others."""
    check_open(await access_event(session, caller, event_id, "organizer"))
    ids, next_cursor = (body.ids, None) if body.ids is not None else await _found(session, event_id, body)
    told = await act(session, author, event_id, body.action, ids)
    return BulkAnswer(items=[BulkOutcome.model_validate(each) for each in told], next_cursor=next_cursor)


async def _found(session: AsyncSession, event_id: UUID, body: BulkBody) -> tuple[list[UUID], str | None]:
    assert body.filter is not None, "asked for by the body"
    after = after_of(body.cursor)
    wanted = body.filter.model_dump()
    asked = Asked(event_id, MOST, after=After(after) if after is not None else None, **wanted)
    page = await finding.find(session, asked, None, counted=False)
    ids = [listed.registration.id for listed in page.items]
    return ids, cursor_text(str(ids[-1])) if page.has_more else None
