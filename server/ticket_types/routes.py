"""GET, POST, PUT and DELETE of /events/{event_id}/ticket-types."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.auth.visitors import MaybeCaller
from server.callers import callers
from server.db import Reading, Session
from server.errors import ApiProblem
from server.events import service as events
from server.events.versions import clash, etag, version_of
from server.inputs import Changes, Moment, Name
from server.ticket_types import service
from server.ticket_types.service import Clash, Counted, NewTicketType, StillUsed

router = APIRouter(prefix="/events/{event_id}/ticket-types", tags=["ticket types"])

Price = Annotated[int, Field(ge=0, le=10**12)]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Quota = Annotated[int, Field(ge=0, le=2_000_000_000)]
Companions = Annotated[int, Field(ge=0, le=100)]
IfMatch = Annotated[str | None, Header()]


class TicketTypeBody(BaseModel):
    """A ticket type to make, sold and valid within its times; one registration may bring so many companions."""

    name: Name
    price_minor: Price = 0
    currency: Currency = "EUR"
    quota: Quota | None = None
    sale_from: Moment | None = None
    sale_until: Moment | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    companions_allowed: Companions = 0


class TicketTypeChanges(Changes):
    """What shall change of a ticket type."""

    NULLABLE = frozenset({"quota", "sale_from", "sale_until", "valid_from", "valid_until"})

    name: Name | None = None
    price_minor: Price | None = None
    currency: Currency | None = None
    quota: Quota | None = None
    sale_from: Moment | None = None
    sale_until: Moment | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    companions_allowed: Companions | None = None


class TicketTypeView(BaseModel):
    """A ticket type; `number` stands in its tokens.

    `sold` and `left` are told to the event's members alone; `left` null: any number.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    number: int
    name: str
    price_minor: int
    currency: str
    quota: int | None
    sale_from: datetime | None
    sale_until: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None
    companions_allowed: int
    sold_out: bool = False
    sold: int | None = None
    left: int | None = None
    version: int
    created_at: datetime
    updated_at: datetime


class TicketTypes(BaseModel):
    """The event's ticket types by number."""

    items: list[TicketTypeView]


@router.get("", summary="Ticket types of an event", openapi_extra=callers("public", "viewer"))
async def list_types(event_id: UUID, caller: MaybeCaller, session: Reading) -> TicketTypes:
    """For everybody who may see the event; how many are sold only for its members."""
    await events.get_event(session, event_id, caller)
    told = await events.is_shared(session, event_id, caller)
    found = await service.list_counted(session, event_id)
    return TicketTypes(items=[_view(each, with_counts=told) for each in found])


@router.post("", summary="Make a ticket type", status_code=201, openapi_extra=callers("organizer", problems=[409]))
async def create_type(
    event_id: UUID,
    body: TicketTypeBody,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    response: Response,
) -> TicketTypeView:
    """Check-in lists admit it only once it is added to them."""
    await access_event(session, caller, event_id, "organizer")
    made = await service.create_type(session, author, event_id, NewTicketType(**body.model_dump()))
    response.headers["ETag"] = etag(made.version)
    return _view(await service.count(session, made))


@router.put("/{type_id}", summary="Change a ticket type", openapi_extra=callers("organizer", problems=[409]))
async def update_type(
    event_id: UUID,
    type_id: UUID,
    body: TicketTypeChanges,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    response: Response,
    if_match: IfMatch = None,
) -> TicketTypeView:
    """A price counts for those who register from now on. A quota is never below what is taken: 409 `below_sold`."""
    await access_event(session, caller, event_id, "organizer")
    changes = body.model_dump(exclude_unset=True)
    outcome = await service.update_type(session, author, event_id, type_id, changes, version_of(if_match))
    if isinstance(outcome, Clash):
        raise clash("ticket type", outcome.present.version, _view(await service.count(session, outcome.present)))
    response.headers["ETag"] = etag(outcome.version)
    return _view(await service.count(session, outcome))


@router.delete(
    "/{type_id}",
    summary="Delete an unused ticket type",
    status_code=204,
    openapi_extra=callers("organizer", problems=[409]),
)
async def delete_type(
    event_id: UUID,
    type_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    if_match: IfMatch = None,
) -> None:
    """409 `ticket_type_in_use` once anybody has or had a ticket of it, waits for one, or is asked because of it."""
    await access_event(session, caller, event_id, "organizer")
    match await service.delete_type(session, author, event_id, type_id, version_of(if_match)):
        case Clash(present):
            raise clash("ticket type", present.version, _view(await service.count(session, present)))
        case StillUsed():
            sentence = "There are tickets, people who wait or questions for this type. End its sale instead."
            raise ApiProblem(409, "ticket_type_in_use", sentence)


def _view(counted: Counted, *, with_counts: bool = True) -> TicketTypeView:
    shown = TicketTypeView.model_validate(counted.ticket_type)
    counts = {"sold": counted.ticket_type.sold, "left": counted.left} if with_counts else {"sold": None}
    return shown.model_copy(update={"sold_out": counted.sold_out, **counts})
