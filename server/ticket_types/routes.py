"""GET, POST and PUT of /events/{event_id}/ticket-types."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.auth.visitors import MaybeCaller
from server.callers import callers
from server.db import Session
from server.events import service as events
from server.inputs import Changes, Moment, Name
from server.ticket_types import service
from server.ticket_types.models import TicketType
from server.ticket_types.service import NewTicketType

router = APIRouter(prefix="/events/{event_id}/ticket-types", tags=["ticket types"])

Price = Annotated[int, Field(ge=0, le=10**12)]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Quota = Annotated[int, Field(ge=0, le=2_000_000_000)]


class TicketTypeBody(BaseModel):
    """A ticket type to make."""

    name: Name
    price_minor: Price = 0
    currency: Currency = "EUR"
    quota: Quota | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class TicketTypeChanges(Changes):
    """What shall change of a ticket type."""

    NULLABLE = frozenset({"quota", "valid_from", "valid_until"})

    name: Name | None = None
    price_minor: Price | None = None
    currency: Currency | None = None
    quota: Quota | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class TicketTypeView(BaseModel):
    """A ticket type; `number` stands in its tokens."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    number: int
    name: str
    price_minor: int
    currency: str
    quota: int | None
    valid_from: datetime | None
    valid_until: datetime | None
    created_at: datetime
    updated_at: datetime


class TicketTypes(BaseModel):
    """The event's ticket types by number."""

    items: list[TicketTypeView]


@router.get("", summary="Ticket types of an event", openapi_extra=callers("public", "viewer"))
async def list_types(event_id: UUID, caller: MaybeCaller, session: Session) -> TicketTypes:
    """For everybody who may see the event."""
    await events.get_event(session, event_id, caller)
    found = await service.list_types(session, event_id)
    return TicketTypes(items=[TicketTypeView.model_validate(each) for each in found])


@router.post(
    "",
    summary="Make a ticket type",
    status_code=201,
    response_model=TicketTypeView,
    openapi_extra=callers("organizer", problems=[409]),
)
async def create_type(
    event_id: UUID, body: TicketTypeBody, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> TicketType:
    """Check-in lists admit it only once it is added to them."""
    await access_event(session, caller, event_id, "organizer")
    return await service.create_type(session, author, event_id, NewTicketType(**body.model_dump()))


@router.put(
    "/{type_id}", summary="Change a ticket type", response_model=TicketTypeView, openapi_extra=callers("organizer")
)
async def update_type(
    event_id: UUID,
    type_id: UUID,
    body: TicketTypeChanges,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
) -> TicketType:
    """A price counts for those who register from now on."""
    await access_event(session, caller, event_id, "organizer")
    return await service.update_type(session, author, event_id, type_id, body.model_dump(exclude_unset=True))
