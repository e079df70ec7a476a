"""GET, POST, PUT and DELETE of /events."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event, require_role
from server.auth.tokens import Caller
from server.auth.visitors import MaybeCaller
from server.callers import callers
from server.db import Session
from server.errors import ApiProblem
from server.events import service
from server.events.models import Event
from server.events.queries import Asked, Listed
from server.events.service import Clash, NewEvent, StillUsed
from server.events.versions import etag, version_of
from server.inputs import Changes, Moment, Name, Prose, SearchText
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text
from server.users.models import UserRole

router = APIRouter(prefix="/events", tags=["events"])

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=255)]
Capacity = Annotated[int, Field(ge=0, le=2_000_000_000)]


class EventBody(BaseModel):
    """An event to make."""

    name: Name
    slug: Slug | None = None
    description: Prose | None = None
    date: Moment
    end_date: Moment | None = None
    zone: str = "UTC"
    venue: Name
    max_capacity: Capacity | None = None
    categories: Annotated[list[Name], Field(max_length=50)] = []
    is_active: bool = True
    takes_money_at_door: bool = False


class EventChanges(Changes):
    """What shall change of an event."""

    NULLABLE = frozenset({"description", "end_date", "max_capacity"})

    name: Name | None = None
    slug: Slug | None = None
    description: Prose | None = None
    date: Moment | None = None
    end_date: Moment | None = None
    zone: str | None = None
    venue: Name | None = None
    max_capacity: Capacity | None = None
    categories: Annotated[list[Name], Field(max_length=50)] | None = None
    is_active: bool | None = None
    takes_money_at_door: bool | None = None


class EventView(BaseModel):
    """An event as everybody sees it; `sold` counts tickets."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    name: str
    slug: str
    description: str | None
    date: datetime
    end_date: datetime | None
    zone: str
    venue: str
    max_capacity: int | None
    categories: list[str]
    is_active: bool
    takes_money_at_door: bool
    version: int
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime


class CountedEvent(EventView):
    """An event with the tickets sold so far."""

    sold: int


class EventPage(BaseModel):
    """Events by date, and the cursor of the next page if there is one."""

    items: list[CountedEvent]
    next_cursor: str | None


@router.get("", summary="Events by date", openapi_extra=callers("public"))
async def list_events(
    caller: MaybeCaller,
    session: Session,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
    q: SearchText = None,
    from_: Annotated[Moment | None, Query(alias="from")] = None,
    to: Moment | None = None,
    status: Literal["active", "draft"] | None = None,
) -> EventPage:
    """`from` is included, `to` is not; drafts appear for members only."""
    is_active = None if status is None else status == "active"
    asked = Asked(limit + 1, q, from_, to, is_active, _after(cursor))
    found = await service.list_events(session, caller, asked)
    shown = found[:limit]
    more = len(found) > limit
    last = shown[-1].event if shown else None
    next_cursor = cursor_text(last.date.isoformat(), str(last.id)) if more and last else None
    return EventPage(items=[_counted(listed) for listed in shown], next_cursor=next_cursor)


@router.get("/{event_id}", summary="One event", openapi_extra=callers("public", "viewer"))
async def get_event(event_id: UUID, caller: MaybeCaller, session: Session, response: Response) -> CountedEvent:
    """With its `ETag` for a later change."""
    listed = await service.get_event(session, event_id, caller)
    response.headers["ETag"] = etag(listed.event.version)
    return _counted(listed)


@router.post("", summary="Make an event", status_code=201, openapi_extra=callers("organizer", problems=[409]))
async def create_event(
    body: EventBody,
    _: Annotated[Caller, Depends(require_role(UserRole.ORGANIZER, UserRole.ADMIN))],
    author: SignedInAuthor,
    session: Session,
    response: Response,
) -> EventView:
    """Its maker becomes its organizer; it has a signing key at once."""
    new = NewEvent(**{**body.model_dump(), "categories": tuple(body.categories)})
    event = await service.create_event(session, author, new)
    response.headers["ETag"] = etag(event.version)
    return EventView.model_validate(event)


@router.put("/{event_id}", summary="Change an event", openapi_extra=callers("organizer", problems=[409]))
async def update_event(
    event_id: UUID,
    body: EventChanges,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> EventView:
    """With `If-Match`, 412 `version_clash` and the present version when somebody else was faster."""
    await access_event(session, caller, event_id, "organizer")
    changes: dict[str, Any] = body.model_dump(exclude_unset=True)
    outcome = await service.update_event(session, author, event_id, changes, version_of(if_match))
    if isinstance(outcome, Clash):
        raise _clash(outcome.present)
    response.headers["ETag"] = etag(outcome.version)
    return EventView.model_validate(outcome)


@router.delete(
    "/{event_id}", summary="Delete an unused event", status_code=204, openapi_extra=callers("admin", problems=[409])
)
async def delete_event(
    event_id: UUID,
    _: Annotated[Caller, Depends(require_role(UserRole.ADMIN))],
    author: SignedInAuthor,
    session: Session,
) -> None:
    """409 `event_in_use` once anybody registered, scanned or enrolled: nothing is ever lost; make it inactive."""
    if isinstance(await service.delete_event(session, author, event_id), StillUsed):
        sentence = "People registered or were scanned here, so the event is kept. Make it inactive instead."
        raise ApiProblem(409, "event_in_use", sentence)


def _clash(present: Event) -> ApiProblem:
    sentence = "Somebody else changed this event in the meantime. Look at the present version and decide again."
    view = EventView.model_validate(present).model_dump(mode="json")
    headers = {"ETag": etag(present.version)}
    return ApiProblem(412, "version_clash", sentence, headers=headers, version=present.version, present=view)


def _counted(listed: Listed) -> CountedEvent:
    return CountedEvent(**EventView.model_validate(listed.event).model_dump(), sold=listed.sold)


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    date, event_id = cursor_keys(cursor, 2)
    try:
        return datetime.fromisoformat(date), UUID(event_id)
    except ValueError as error:
        raise bad_cursor() from error
