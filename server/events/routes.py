"""GET, POST, PUT and DELETE of /events."""

import time
from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event, check_event, no_event, require_role
from server.auth.tokens import Caller
from server.auth.visitors import MaybeCaller
from server.callers import callers
from server.db import Db, Reading, Session
from server.errors import ApiProblem
from server.events import changing, copying, images, service
from server.events.bodies import CopyBody, EventBody, EventChanges
from server.events.changing import Clash
from server.events.models import EventStatus
from server.events.popular import Popular
from server.events.queries import Asked
from server.events.searching import Place
from server.events.service import StillUsed
from server.events.versions import clash, etag, version_of
from server.events.views import EventList, EventPage, Events, EventView, counted, event_page, event_view
from server.inputs import ExactText, Moment, SearchText
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text
from server.storage import Storage
from server.users.models import UserRole

router = APIRouter(prefix="/events", tags=["events"])

KINDS = EXACT, SLIPS = "exact", "slips"
StatusWord = Literal["published", "active", "draft", "cancelled", "archived"]
"""`active` is another word for published."""


@router.get("", summary="Events by date, or those that are looked for", openapi_extra=callers("public"))
async def list_events(
    caller: MaybeCaller,
    database: Db,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
    q: SearchText = None,
    from_: Annotated[Moment | None, Query(alias="from")] = None,
    to: Moment | None = None,
    status: StatusWord | None = None,
    category: ExactText = None,
    venue: ExactText = None,
    mine: bool = False,
) -> EventList:
    """`from` is included, `to` is not; drafts and archived events appear for members only, `mine` are only those
    shared with the caller. With `q` the best come first: its words may be beginnings, parts, or slightly misspelt."""
    told = None if status is None else EventStatus("published" if status == "active" else status)
    asked = Asked(limit + 1, from_, to, told, category, venue, mine)
    words = (q or "").strip()
    async with database.looking(by_transaction=bool(words)) as session:
        if words:
            found = await service.search_events(session, caller, asked, words, _after_ranked(cursor))
            places = [_ranked(each.place) for each in found]
            items = [counted(each.event, each.sold) for each in found]
        else:
            listed = await service.list_events(session, caller, asked, _after(cursor))
            places = [(each.event.date.isoformat(), str(each.event.id)) for each in listed]
            items = [counted(each.event, each.sold) for each in listed]
    more = len(items) > limit
    return EventList(items=items[:limit], next_cursor=cursor_text(*places[limit - 1]) if more else None)


@router.get("/popular", summary="The events with most tickets sold", openapi_extra=callers("public"))
async def list_popular(session: Reading, request: Request) -> Events:
    """Ten published ones; which they are is counted once an hour."""
    popular = cast(Popular, request.app.state.popular)
    found = await popular.list_events(session, time.monotonic())
    return Events(items=[counted(each.event, each.sold) for each in found])


@router.get("/{event_id}", summary="One event", openapi_extra=callers("public", "viewer"))
async def get_event(event_id: UUID, caller: MaybeCaller, session: Reading, response: Response) -> EventPage:
    """With its `ETag` for a later change."""
    listed = await service.get_event(session, event_id, caller)
    response.headers["ETag"] = etag(listed.event.version)
    return await to_thread.run_sync(event_page, listed)


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


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    return None if cursor is None else _date_and_id(*cursor_keys(cursor, 2))


def _after_ranked(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    kind, rank, date, event_id = cursor_keys(cursor, 4)
    if kind not in KINDS or not (rank.isascii() and rank.isdigit() and len(rank) < 10):
        raise bad_cursor()
    return Place(kind == SLIPS, int(rank), *_date_and_id(date, event_id))


def _ranked(place: Place) -> tuple[str, ...]:
    return SLIPS if place.slips else EXACT, str(place.rank), place.date.isoformat(), str(place.id)


def _date_and_id(date: str, event_id: str) -> tuple[datetime, UUID]:
    try:
        return datetime.fromisoformat(date), UUID(event_id)
    except ValueError as error:
        raise bad_cursor() from error
