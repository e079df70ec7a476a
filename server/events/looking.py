"""Events as they are shown to everybody: read in one journey, and no object made of any."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from anyio import to_thread
from sqlalchemy import ColumnElement, Select, TextClause, bindparam, null, select, tuple_

from server.auth.tokens import Caller
from server.bodies import struct_of
from server.db import Database
from server.events.models import Event
from server.events.prose import html_of
from server.events.queries import STATUS, Asked, conditions_of, role_of, told_of, values_of, visible
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


events: Callable[..., Any] = struct_of(EventList)
"""Some of `Shown`, and the cursor of the next ones."""


async def list_events(
    database: Database, caller: Caller | None, asked: Asked, after: tuple[datetime, UUID] | None
) -> list[Shown]:
    """Events by date, after this date and id, that the caller may see and asks for."""
    last = {} if after is None else {"last_date": after[0], "last_id": after[1]}
    values, narrowed = {**values_of(caller, asked), **last, "limit": asked.limit}, bool(told_of(asked))
    statement = page_of(role_of(caller), narrowed=narrowed, goes_on=after is not None)
    async with database.glance(planned=narrowed) as pipe:
        found = pipe.send(statement, values, counted)
    return found.all()


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


@cache
def page_of(role: UserRole | None, *, narrowed: bool, goes_on: bool) -> TextClause:
    """The statement of a page; parameters: `values_of`, `limit`, and `last_date` and `last_id` if it goes on."""
    conditions = conditions_of(role, narrowed=narrowed)
    if goes_on:
        conditions.append(tuple_(Event.date, Event.id) > tuple_(bindparam("last_date"), bindparam("last_id")))
    statement = shown_of(CountedEvent).where(*conditions).order_by(Event.date, Event.id)
    return sent(statement.limit(bindparam("limit")))


@cache
def _one_of(role: UserRole | None) -> TextClause:
    return sent(shown_of(EventPage).where(Event.id == bindparam("event"), visible(role)))


def shown_of(model: type[CountedEvent], *before: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """A statement of events in the shape of the API, after other columns."""
    columns = [_MADE[name] if name in _MADE else getattr(Event, name) for name in model.model_fields]
    return select(*before, *columns).join(EventHead, EventHead.event_id == Event.id)


def counted(*columns: Any) -> Shown:
    """An event of a list, from columns of `shown_of`."""
    event: Shown = _COUNTED(*columns)
    event.image_url = image_url(event.id, event.image_url)
    return event


_MADE: dict[str, Any] = {
    "status": STATUS,
    "image_url": Event.image_key,
    "sold": EventHead.sold,
    "description_html": null(),
}
_COUNTED, _PAGE = struct_of(CountedEvent), struct_of(EventPage)
