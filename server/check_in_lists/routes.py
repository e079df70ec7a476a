"""GET, POST, PUT and DELETE of /events/{event_id}/check-in-lists."""

from datetime import datetime, time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema

from eventreg_core.admission import EntryPolicy
from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.check_in_lists import service
from server.check_in_lists.queries import Listed
from server.check_in_lists.service import Clash, NewList, StillUsed
from server.db import Reading, Session
from server.errors import ApiProblem
from server.events.versions import clash, etag, version_of
from server.inputs import Changes, Moment, Name

router = APIRouter(prefix="/events/{event_id}", tags=["check-in lists"])


def _wall(moment: time) -> time:
    if moment.tzinfo is not None:
        raise ValueError("a day begins at a wall time of the event, without a zone")
    return moment


IfMatch = Annotated[str | None, Header()]
WALL_TIME = {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$"}
WallTime = Annotated[time, AfterValidator(_wall), WithJsonSchema(WALL_TIME)]
"""Not what JSON Schema calls a time: that one has an offset."""


class ListBody(BaseModel):
    """A check-in list to make; without `ticket_type_ids` it admits every type that the event has now."""

    name: Name
    entry: EntryPolicy = EntryPolicy.ONCE
    ticket_type_ids: list[UUID] | None = None
    day_starts_at: WallTime = time(0)
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    strict_when_fresh: bool = True
    empties_at: WallTime | None = None


class ListChanges(Changes):
    """What shall change of a check-in list."""

    NULLABLE = frozenset({"opens_at", "closes_at", "empties_at"})

    name: Name | None = None
    entry: EntryPolicy | None = None
    ticket_type_ids: list[UUID] | None = None
    day_starts_at: WallTime | None = None
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    strict_when_fresh: bool | None = None
    empties_at: WallTime | None = None


class ListView(BaseModel):
    """A check-in list; `day_starts_at` is wall time at the event.

    So is `empties_at`: each night then whoever is still inside has gone, by exits of the server's own.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    name: str
    entry: EntryPolicy
    ticket_type_ids: list[UUID] = []
    day_starts_at: WallTime
    opens_at: datetime | None
    closes_at: datetime | None
    strict_when_fresh: bool
    empties_at: WallTime | None
    version: int
    created_at: datetime
    updated_at: datetime


class Lists(BaseModel):
    """The event's check-in lists in the order in which they were made."""

    items: list[ListView]


@router.get("/check-in-lists", summary="Check-in lists of an event", openapi_extra=callers("viewer"))
async def list_lists(event_id: UUID, caller: SignedInCaller, session: Reading) -> Lists:
    """For every member of the event."""
    await access_event(session, caller, event_id, "viewer")
    return Lists(items=[_view(each) for each in await service.list_lists(session, event_id)])


@router.post(
    "/check-in-lists",
    summary="Make a check-in list",
    status_code=201,
    openapi_extra=callers("organizer", problems=[409]),
)
async def create_list(
    event_id: UUID,
    body: ListBody,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    response: Response,
) -> ListView:
    """Scans are counted per list."""
    await access_event(session, caller, event_id, "organizer")
    types = None if body.ticket_type_ids is None else tuple(body.ticket_type_ids)
    new = NewList(**{**body.model_dump(), "ticket_type_ids": types})
    made = await service.create_list(session, author, event_id, new)
    response.headers["ETag"] = etag(made.check_in_list.version)
    return _view(made)


@router.put(
    "/check-in-lists/{list_id}", summary="Change a check-in list", openapi_extra=callers("organizer", problems=[409])
)
async def update_list(
    event_id: UUID,
    list_id: UUID,
    body: ListChanges,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    response: Response,
    if_match: IfMatch = None,
) -> ListView:
    """Doors follow with their next pull."""
    await access_event(session, caller, event_id, "organizer")
    changes: dict[str, Any] = body.model_dump(exclude_unset=True)
    outcome = await service.update_list(session, author, event_id, list_id, changes, version_of(if_match))
    if isinstance(outcome, Clash):
        raise _clash(outcome.present)
    response.headers["ETag"] = etag(outcome.check_in_list.version)
    return _view(outcome)


@router.delete(
    "/check-in-lists/{list_id}",
    summary="Delete an unused check-in list",
    status_code=204,
    openapi_extra=callers("organizer", problems=[409]),
)
async def delete_list(
    event_id: UUID,
    list_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    if_match: IfMatch = None,
) -> None:
    """409 `list_in_use` once anybody was scanned on it, or while gates work on it."""
    await access_event(session, caller, event_id, "organizer")
    match await service.delete_list(session, author, event_id, list_id, version_of(if_match)):
        case Clash(present):
            raise _clash(present)
        case StillUsed():
            sentence = "People were scanned on this list, or gates work on it. Move its gates, and close it instead."
            raise ApiProblem(409, "list_in_use", sentence)


def _view(listed: Listed) -> ListView:
    view = ListView.model_validate(listed.check_in_list)
    return view.model_copy(update={"ticket_type_ids": list(listed.ticket_type_ids)})


def _clash(present: Listed) -> ApiProblem:
    return clash("check-in list", present.check_in_list.version, _view(present))
