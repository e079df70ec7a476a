"""POST, PUT and DELETE of /events; looking_routes.py has what is read."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event, check_event, no_event, require_role
from server.auth.tokens import Caller
from server.callers import callers
from server.db import Db, Session
from server.errors import ApiProblem
from server.events import changing, copying, images, service
from server.events.bodies import CopyBody, EventBody, EventChanges
from server.events.changing import Clash
from server.events.service import StillUsed
from server.events.versions import clash, etag, version_of
from server.events.views import EventView, event_view
from server.storage import Storage
from server.users.models import UserRole

router = APIRouter(prefix="/events", tags=["events"])


@router.post("", summary="Make an event", status_code=201, openapi_extra=callers("organizer", problems=[409]))
async def create_event(
    body: EventBody,
    _: Annotated[Caller, Depends(require_role(UserRole.ORGANIZER, UserRole.ADMIN))],
    author: SignedInAuthor,
    session: Session,
    response: Response,
) -> EventView:
    """Its maker becomes its organizer; it has a signing key at once."""
    event = await service.create_event(session, author, body.new())
    response.headers["ETag"] = etag(event.version)
    return event_view(event)


@router.put("/{event_id}", summary="Change an event", openapi_extra=callers("organizer", problems=[409]))
async def update_event(
    event_id: UUID,
    body: EventChanges,
    caller: SignedInCaller,
    author: SignedInAuthor,
    database: Db,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> EventView:
    """With `If-Match`, 412 `version_clash` and the present version when somebody else was faster.

    A draft can be published, what is published cancelled or archived, and both published again (else 409
    `wrong_status_change`). A cancelled event sells nothing, and its doors go on working. An archived one can only be
    read until it is published or cancelled again (409 `event_archived`).
    """
    changes: dict[str, Any] = body.model_dump(exclude_unset=True)
    async with database.begin() as connection:
        locked = await changing.lock(connection, event_id, caller.user_id)
        if locked is None:
            raise no_event()
        check_event(caller, locked.event.created_by, locked.granted, "organizer")
        outcome = await changing.change(connection, author, locked, changes, version_of(if_match))
    if isinstance(outcome, Clash):
        raise clash("event", outcome.present.version, event_view(outcome.present))
    response.headers["ETag"] = etag(outcome.version)
    return event_view(outcome)


@router.delete(
    "/{event_id}", summary="Delete an unused event", status_code=204, openapi_extra=callers("admin", problems=[409])
)
async def delete_event(
    event_id: UUID,
    _: Annotated[Caller, Depends(require_role(UserRole.ADMIN))],
    author: SignedInAuthor,
    database: Db,
    request: Request,
) -> None:
    """409 `event_in_use` once anybody registered, scanned or enrolled: nothing is ever lost; archive it."""
    async with database.sessions.begin() as session:
        outcome = await service.delete_event(session, author, event_id)
    if isinstance(outcome, StillUsed):
        sentence = "People registered or were scanned here, so the event is kept. Archive it instead."
        raise ApiProblem(409, "event_in_use", sentence)
    await images.forget(cast(Storage, request.app.state.storage), outcome.image_key)


@router.post(
    "/{event_id}/copy",
    summary="Make a draft like an event",
    status_code=201,
    openapi_extra=callers("organizer", problems=[409]),
)
async def copy_event(
    event_id: UUID,
    body: CopyBody,
    caller: Annotated[Caller, Depends(require_role(UserRole.ORGANIZER, UserRole.ADMIN))],
    author: SignedInAuthor,
    session: Session,
    database: Db,
    request: Request,
    response: Response,
) -> EventView:
    """With its ticket types, lists, gates, questions and picture; without people. All times move with the date, by
    the clocks of the event: what began at eight in the evening does so again."""
    source = await access_event(session, caller, event_id, "organizer")
    files = database, cast(Storage, request.app.state.storage)
    copy = await copying.copy_event(session, author, files, source, body)
    response.headers["ETag"] = etag(copy.version)
    return event_view(copy)
