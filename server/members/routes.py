"""GET, POST and DELETE /events/{event_id}/members."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.db import Reading, Session
from server.errors import ApiProblem
from server.events.models import EventRole
from server.inputs import Email
from server.members import service
from server.members.service import LastOrganizer, Member, UnknownUser

router = APIRouter(prefix="/events/{event_id}/members", tags=["events"])


class Invitation(BaseModel):
    """Who shall do what on the event."""

    email: Email
    role: EventRole


class Members(BaseModel):
    """Everybody with a grant on the event."""

    items: list[Member]


@router.get("", summary="Who may do what on an event", openapi_extra=callers("organizer"))
async def list_members(event_id: UUID, caller: SignedInCaller, session: Reading) -> Members:
    """By e-mail; administrators may everything and are not listed."""
    await access_event(session, caller, event_id, "organizer")
    return Members(items=await service.list_members(session, event_id))


@router.post(
    "", summary="Share an event with a user", status_code=201, openapi_extra=callers("organizer", problems=[409])
)
async def invite(
    event_id: UUID, body: Invitation, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> Member:
    """A second invitation replaces the first. The last organizer stays one: 409 `last_organizer`."""
    await access_event(session, caller, event_id, "organizer")
    match await service.invite(session, author, event_id, body.email, body.role):
        case UnknownUser():
            sentence = "Nobody signs in with this e-mail. Ask an administrator to add the user first."
            raise ApiProblem(404, "user_not_found", sentence, field="email")
        case LastOrganizer():
            raise _last_organizer("role")
        case member:
            return member


@router.delete(
    "/{user_id}",
    summary="Share an event with a user no longer",
    status_code=204,
    openapi_extra=callers("organizer", problems=[409]),
)
async def remove(
    event_id: UUID, user_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> None:
    """In effect at once. The last organizer stays one: 409 `last_organizer`."""
    await access_event(session, caller, event_id, "organizer")
    if isinstance(await service.remove(session, author, event_id, user_id), LastOrganizer):
        raise _last_organizer()


def _last_organizer(field: str | None = None) -> ApiProblem:
    sentence = "This is the event's last organizer. Make somebody else an organizer first."
    return ApiProblem(409, "last_organizer", sentence, field=field)
