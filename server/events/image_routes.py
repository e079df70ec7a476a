"""GET, PUT and DELETE of /events/{event_id}/image."""

from typing import Annotated, cast
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Header, Request, Response

from eventreg_core.problems import Problem
from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.auth.visitors import MaybeCaller
from server.callers import callers
from server.clock import new_id
from server.db import Db
from server.events import images, service
from server.events.models import EventStatus
from server.events.statuses import check_open
from server.events.versions import etag
from server.events.views import EventView, event_view
from server.storage import Storage
from server.storage.images import KINDS, clean
from server.storage.keys import media_type_of

router = APIRouter(prefix="/events/{event_id}/image", tags=["events"])

FILE = {"schema": {"type": "string", "format": "binary"}}
PICTURE = {"requestBody": {"required": True, "content": {media_type: FILE for media_type, _ in KINDS.values()}}}
PUBLIC = frozenset({EventStatus.PUBLISHED, EventStatus.CANCELLED})


async def storage_of(request: Request) -> Storage:
    """Where files are kept."""
    return cast(Storage, request.app.state.storage)


Files = Annotated[Storage, Depends(storage_of)]


@router.get(
    "",
    summary="An event's picture",
    response_class=Response,
    responses={304: {"description": "The picture that is known already"}},
    openapi_extra=callers("public", "viewer"),
)
async def get_image(
    event_id: UUID,
    caller: MaybeCaller,
    database: Db,
    storage: Files,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Whoever sees the event sees its picture. Each picture has an `ETag` and an address of its own (`image_url`)."""
    async with database.sessions() as session:
        event = (await service.get_event(session, event_id, caller)).event
    if event.image_key is None:
        raise images.no_image()
    tag = f'"{event.image_key.rpartition("/")[2]}"'
    kept = "public, max-age=3600" if event.status in PUBLIC else "private, no-cache"
    headers = {"ETag": tag, "Cache-Control": kept}
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    content = await images.read(storage, event)
    return Response(content, media_type=media_type_of(event.image_key), headers=headers)


@router.put(
    "",
    summary="Give an event a picture",
    openapi_extra=callers("organizer", problems=[409]) | PICTURE,
)
async def put_image(
    event_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    database: Db,
    storage: Files,
    request: Request,
    response: Response,
) -> EventView:
    """The body is the file: JPEG, PNG or WebP, up to 10 MB. It is painted anew, so that nothing but the picture stays.

    422 `not_an_image`, 413 `image_too_large`. The former picture is deleted.
    """
    async with database.sessions() as session:
        check_open(await access_event(session, caller, event_id, "organizer"))
    # Painting takes a hundred megabytes: one picture at a time.
    turns = cast(CapacityLimiter, request.app.state.painting)
    image = await to_thread.run_sync(clean, await request.body(), "body", limiter=turns)
    key = await images.keep(database, storage, event_id, new_id(), image)
    try:
        async with database.sessions.begin() as session:
            await access_event(session, caller, event_id, "organizer")
            event, former = await images.replace(session, author, event_id, key)
    except Problem:
        await images.forget(storage, key)
        raise
    await images.forget(storage, former)
    response.headers["ETag"] = etag(event.version)
    return event_view(event)


@router.delete(
    "",
    summary="Take an event's picture away",
    status_code=204,
    openapi_extra=callers("organizer", problems=[409]),
)
async def delete_image(
    event_id: UUID, caller: SignedInCaller, author: SignedInAuthor, database: Db, storage: Files
) -> None:
    """Harmless when there is none."""
    async with database.sessions.begin() as session:
        await access_event(session, caller, event_id, "organizer")
        _, former = await images.replace(session, author, event_id, None)
    await images.forget(storage, former)
