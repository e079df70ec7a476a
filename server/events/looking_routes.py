"""GET of /events: what everybody asks for."""

import time
from datetime import datetime
from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from server.auth.tokens import Caller
from server.auth.visitors import MaybeCaller
from server.bodies import json_answer
from server.callers import callers
from server.db import Database, Db, Reading
from server.events import looking, searching, service
from server.events.models import EventStatus
from server.events.popular import Popular
from server.events.queries import Asked
from server.events.searching import Place
from server.events.versions import etag
from server.events.views import EventList, EventPage, Events, counted
from server.inputs import ExactText, Moment, SearchText
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text
from server.short_way import short

router = APIRouter(prefix="/events", tags=["events"])

KINDS = EXACT, SLIPS = "exact", "slips"
StatusWord = Literal["published", "active", "draft", "cancelled", "archived"]
"""`active` is another word for published."""


@router.get(
    "",
    summary="Events by date, or those that are looked for",
    response_model=EventList,
    openapi_extra=callers("public"),
)
@short
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
) -> Response:
    """`from` is included, `to` is not; drafts and archived events appear for members only, `mine` are only those
    shared with the caller. With `q` the best come first: its words may be beginnings, parts, or slightly misspelt."""
    told = None if status is None else EventStatus("published" if status == "active" else status)
    asked = Asked(limit + 1, from_, to, told, category, venue, mine)
    if words := (q or "").strip():
        return await _search(database, caller, asked, words, cursor)
    found = await looking.list_events(database, caller, asked, _after(cursor))
    more = len(found) > limit
    last = found[limit - 1] if more else None
    next_cursor = None if last is None else cursor_text(last.date.isoformat(), str(last.id))
    return json_answer(looking.events(found[:limit], next_cursor))


@router.get("/popular", summary="The events with most tickets sold", openapi_extra=callers("public"))
async def list_popular(session: Reading, request: Request) -> Events:
    """Ten published ones; which they are is counted once an hour."""
    popular = cast(Popular, request.app.state.popular)
    found = await popular.list_events(session, time.monotonic())
    return Events(items=[counted(each.event, each.sold) for each in found])


@router.get("/{event_id}", summary="One event", response_model=EventPage, openapi_extra=callers("public", "viewer"))
@short
async def get_event(event_id: UUID, caller: MaybeCaller, database: Db) -> Response:
    """With its `ETag` for a later change."""
    event = await looking.find_event(database, caller, event_id)
    if event is None:
        raise service.event_not_found()
    return json_answer(event, etag=etag(event.version))


async def _search(database: Database, caller: Caller | None, asked: Asked, words: str, cursor: str | None) -> Response:
    after = None if cursor is None else _after_ranked(cursor)
    found = await searching.search(database, caller, asked, words, after)
    shown = found[: asked.limit - 1]
    next_cursor = cursor_text(*_ranked(shown[-1].place)) if len(found) > len(shown) else None
    return json_answer(looking.events([each.event for each in shown], next_cursor))


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    return None if cursor is None else _date_and_id(*cursor_keys(cursor, 2))


def _after_ranked(cursor: str) -> Place:
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
