"""/events/{event_id}/check-in-lists and /events/{event_id}/gates."""

from datetime import datetime, time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema

from eventreg_core.admission import EntryPolicy
from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.check_in_lists import service
from server.check_in_lists.queries import Listed
from server.check_in_lists.service import NewList
from server.checkins.models import Gate
from server.db import Session
from server.inputs import Changes, Moment, Name

router = APIRouter(prefix="/events/{event_id}", tags=["check-in lists"])


def _wall(moment: time) -> time:
    if moment.tzinfo is not None:
        raise ValueError("a day begins at a wall time of the event, without a zone")
    return moment


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


class ListChanges(Changes):
    """What shall change of a check-in list."""

    NULLABLE = frozenset({"opens_at", "closes_at"})

    name: Name | None = None
    entry: EntryPolicy | None = None
    ticket_type_ids: list[UUID] | None = None
    day_starts_at: WallTime | None = None
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    strict_when_fresh: bool | None = None


class ListView(BaseModel):
    """A check-in list; `day_starts_at` is wall time at the event."""

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
    created_at: datetime
    updated_at: datetime


class Lists(BaseModel):
    """The event's check-in lists in the order in which they were made."""

    items: list[ListView]


class GateBody(BaseModel):
    """A gate to make, and the list it works on."""

    name: Name
    list_id: UUID


class GateView(BaseModel):
    """A gate."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    list_id: UUID
    name: str
    created_at: datetime


class Gates(BaseModel):
    """The event's gates in the order in which they were made."""

    items: list[GateView]


@router.get("/check-in-lists", summary="Check-in lists of an event", openapi_extra=callers("viewer"))
async def list_lists(event_id: UUID, caller: SignedInCaller, session: Session) -> Lists:
    """For every member of the event."""
    await access_event(session, caller, event_id, "viewer")
    return Lists(items=[_view(each) for each in await service.list_lists(session, event_id)])


@router.post("/check-in-lists", summary="Make a check-in list", status_code=201, openapi_extra=callers("organizer"))
async def create_list(
    event_id: UUID, body: ListBody, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> ListView:
    """Scans are counted per list."""
    await access_event(session, caller, event_id, "organizer")
    types = None if body.ticket_type_ids is None else tuple(body.ticket_type_ids)
    new = NewList(**{**body.model_dump(), "ticket_type_ids": types})
    return _view(await service.create_list(session, author, event_id, new))


@router.put("/check-in-lists/{list_id}", summary="Change a check-in list", openapi_extra=callers("organizer"))
async def update_list(
    event_id: UUID,
    list_id: UUID,
    body: ListChanges,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
) -> ListView:
    """Doors follow with their next pull."""
    await access_event(session, caller, event_id, "organizer")
    changes: dict[str, Any] = body.model_dump(exclude_unset=True)
    return _view(await service.update_list(session, author, event_id, list_id, changes))


@router.get("/gates", summary="Gates of an event", openapi_extra=callers("viewer"))
async def list_gates(event_id: UUID, caller: SignedInCaller, session: Session) -> Gates:
    """For every member of the event."""
    await access_event(session, caller, event_id, "viewer")
    found = await service.list_gates(session, event_id)
    return Gates(items=[GateView.model_validate(gate) for gate in found])


@router.post(
    "/gates", summary="Make a gate", status_code=201, response_model=GateView, openapi_extra=callers("organizer")
)
async def create_gate(
    event_id: UUID, body: GateBody, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> Gate:
    """A place where doors work on one list."""
    await access_event(session, caller, event_id, "organizer")
    return await service.create_gate(session, author, event_id, body.name, body.list_id)


@router.delete("/gates/{gate_id}", summary="Take a gate away", status_code=204, openapi_extra=callers("organizer"))
async def delete_gate(
    event_id: UUID, gate_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> None:
    """What was scanned there stays."""
    await access_event(session, caller, event_id, "organizer")
    await service.delete_gate(session, author, event_id, gate_id)


def _view(listed: Listed) -> ListView:
    view = ListView.model_validate(listed.check_in_list)
    return view.model_copy(update={"ticket_type_ids": list(listed.ticket_type_ids)})
