"""Events as they are shown to everybody: read in one journey, and no object made of any."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from anyio import to_thread
from sqlalchemy import Select, TextClause, bindparam, null, select, tuple_

from server.auth.tokens import Caller
from server.bodies import struct_of
from server.db import Database
from server.events import searching
from server.events.models import Event
from server.events.prose import html_of
from server.events.queries import STATUS, Asked, conditions_of, role_of, told_of, values_of, visible
from server.events.searching import Place, Word
from server.events.views import CountedEvent, EventList, EventPage, image_url
from server.glances import sent
from server.sync.models import EventHead
from server.users.models import UserRole

SHORT = 1000
"""Characters of a description that are made HTML of at once; a long one takes up to a second, in a thread."""


class Shown(Protocol):
    """An event in the shape of the API, by the parts of it that are looked at again."""

    id: UUID
    date: datetime
    description: str | None
    image_url: str | None
    version: int


class ShownPage(Shown, Protocol):
    """An event by itself."""

    description_html: str | None


@dataclass(frozen=True, slots=True)
class Search:
    """What the statement of a search depends on; `slips`: it looks for words that are alike."""

    role: UserRole | None
    told: frozenset[str]
    words: tuple[Word, ...]
    goes_on: bool
    slips: bool = False


events: Callable[..., Any] = struct_of(EventList)
"""Some of `Shown`, and the cursor of the next ones."""


async def list_events(
    database: Database, caller: Caller | None, asked: Asked, after: tuple[datetime, UUID] | None
) -> list[Shown]:
    """Events by date, after this date and id, that the caller may see and asks for."""
    last = {} if after is None else {"last_date": after[0], "last_id": after[1]}
    values, told = {**values_of(caller, asked), **last, "limit": asked.limit}, told_of(asked)
    async with database.glance(planned=bool(told)) as pipe:
        found = pipe.send(page_of(role_of(caller), told, after is not None), values, _COUNTED)
    return _with_addresses(found.all())


@dataclass(frozen=True, slots=True)
class Found:
    """An event that was found; the next page begins after its `place`."""

    event: Shown
    place: Place


async def search_events(
    database: Database, caller: Caller | None, asked: Asked, q: str, after: Place | None
) -> list[Found]:
    """The same, of those that have every word of `q` in name, venue or description; best first, then by date.

    Where no event has, those whose words are alike, as if letters had been mistyped. A page looks as the one before.
    """
    async with database.glance() as pipe:
        plain = pipe.send(searching.PLAIN, {"q": unicodedata.normalize("NFC", q)}, str)
    [text] = plain.all()
    words = searching.words_of(text)
    values = {**values_of(caller, asked), **searching.values_of(text, words, after), "limit": asked.limit}
    shape = Search(role_of(caller), told_of(asked), searching.shape_of(words), goes_on=after is not None)
    if after is None:
        return await _found(database, shape, values) or await _found(database, replace(shape, slips=True), values)
    return await _found(database, replace(shape, slips=after.slips), values)


async def find_event(database: Database, caller: Caller | None, event_id: UUID) -> ShownPage | None:
    """One event by itself, if the caller may see it."""
    async with database.glance() as pipe:
        found = pipe.send(_one_of(role_of(caller)), {"event": event_id, "caller": caller and caller.user_id}, _PAGE)
    event: ShownPage | None = found.first()
    if event is None:
        return None
    if event.description is not None:
        at_once = len(event.description) <= SHORT
        event.description_html = (
            html_of(event.description) if at_once else await to_thread.run_sync(html_of, event.description)
        )
    event.image_url = image_url(event.id, event.image_url)
    return event


async def _found(database: Database, search: Search, values: dict[str, Any]) -> list[Found]:
    async with database.glance(planned=True) as pipe:
        await pipe.execute(searching.PREPARED, {})
        rows = pipe.send(search_of(search), values, lambda rank, *columns: (rank, _COUNTED(*columns)))
    events = _with_addresses([event for _, event in rows.all()])
    ranks = [rank for rank, _ in rows.all()]
    return [
        Found(event, Place(search.slips, rank, event.date, event.id)) for rank, event in zip(ranks, events, strict=True)
    ]


@cache
def page_of(role: UserRole | None, told: frozenset[str], goes_on: bool) -> TextClause:
    """The statement of a page; parameters: `values_of`, `limit`, and `last_date` and `last_id` if it goes on."""
    conditions = conditions_of(role, told)
    if goes_on:
        conditions.append(tuple_(Event.date, Event.id) > tuple_(bindparam("last_date"), bindparam("last_id")))
    statement = _shown(CountedEvent).where(*conditions).order_by(Event.date, Event.id)
    return sent(statement.limit(bindparam("limit")))


@cache
def _one_of(role: UserRole | None) -> TextClause:
    return sent(_shown(EventPage).where(Event.id == bindparam("event"), visible(role)))


@cache
def search_of(search: Search) -> TextClause:
    """The statement of a page of what is found; parameters: `values_of`, those of `searching`, and `limit`."""
    conditions = conditions_of(search.role, search.told)
    best, order = searching.best(search.words, conditions, slips=search.slips, goes_on=search.goes_on)
    statement = select(best.c.rank, *_columns(CountedEvent)).join(best, best.c.id == Event.id)
    return sent(statement.join(EventHead, EventHead.event_id == Event.id).order_by(*order))


def _shown(model: type[CountedEvent]) -> Select[*tuple[Any, ...]]:
    return select(*_columns(model)).join(EventHead, EventHead.event_id == Event.id)


def _columns(model: type[CountedEvent]) -> list[Any]:
    return [_MADE[name] if name in _MADE else getattr(Event, name) for name in model.model_fields]


def _with_addresses(events: list[Any]) -> list[Any]:
    for each in events:
        each.image_url = image_url(each.id, each.image_url)
    return events


_MADE: dict[str, Any] = {
    "status": STATUS,
    "image_url": Event.image_key,
    "sold": EventHead.sold,
    "description_html": null(),
}
_COUNTED, _PAGE = struct_of(CountedEvent), struct_of(EventPage)
