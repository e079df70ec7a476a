"""GET, POST, PUT and DELETE of /events/{event_id}/gates."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.check_in_lists import gates
from server.check_in_lists.gates import Clash, StillUsed
from server.checkins.models import Gate
from server.db import Reading, Session
from server.errors import ApiProblem
from server.events.versions import clash, etag, version_of
from server.inputs import Changes, Name

router = APIRouter(prefix="/events/{event_id}/gates", tags=["check-in lists"])

IfMatch = Annotated[str | None, Header()]


class GateBody(BaseModel):
    """A gate to make, and the list it works on."""

    name: Name
    list_id: UUID


class GateChanges(Changes):
    """What shall change of a gate."""

    name: Name | None = None
    list_id: UUID | None = None


class GateView(BaseModel):
    """A gate."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    list_id: UUID
    name: str
    version: int
    created_at: datetime


class Gates(BaseModel):
    """The event's gates in the order in which they were made."""

    items: list[GateView]


@router.get("", summary="Gates of an event", openapi_extra=callers("viewer"))
async def list_gates(event_id: UUID, caller: SignedInCaller, session: Reading) -> Gates:
    """For every member of the event."""
    await access_event(session, caller, event_id, "viewer")
    found = await gates.list_gates(session, event_id)
    return Gates(items=[GateView.model_validate(gate) for gate in found])


@router.post(
    "",
    summary="Make a gate",
    status_code=201,
    response_model=GateView,
    openapi_extra=callers("organizer", problems=[409]),
)
async def create_gate(
    event_id: UUID,
    body: GateBody,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    response: Response,
) -> Gate:
    """A place where doors work on one list."""
    await access_event(session, caller, event_id, "organizer")
    made = await gates.create_gate(session, author, event_id, body.name, body.list_id)
    response.headers["ETag"] = etag(made.version)
    return made


@router.put(
    "/{gate_id}",
    summary="Change a gate",
    response_model=GateView,
    openapi_extra=callers("organizer", problems=[409]),
)
async def update_gate(
    event_id: UUID,
    gate_id: UUID,
    body: GateChanges,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    response: Response,
    if_match: IfMatch = None,
) -> Gate:
    """A gate that moves to another list takes its doors along, with their next pull."""
    await access_event(session, caller, event_id, "organizer")
    changes = body.model_dump(exclude_unset=True)
    outcome = await gates.update_gate(session, author, event_id, gate_id, changes, version_of(if_match))
    if isinstance(outcome, Clash):
        raise _clash(outcome.present)
    response.headers["ETag"] = etag(outcome.version)
    return outcome


@router.delete(
    "/{gate_id}",
    summary="Take an unused gate away",
    status_code=204,
    openapi_extra=callers("organizer", problems=[409]),
)
async def delete_gate(
    event_id: UUID,
    gate_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    if_match: IfMatch = None,
) -> None:
    """409 `gate_in_use` once anybody was scanned there: reports and doors still name it."""
    await access_event(session, caller, event_id, "organizer")
    match await gates.delete_gate(session, author, event_id, gate_id, version_of(if_match)):
        case Clash(present):
            raise _clash(present)
        case StillUsed():
            raise ApiProblem(409, "gate_in_use", "People were scanned at this gate, so it is kept. Rename it instead.")


def _clash(present: Gate) -> ApiProblem:
    return clash("gate", present.version, GateView.model_validate(present))
