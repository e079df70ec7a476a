"""Events as the API shows them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from server.events.models import Event, EventStatus
from server.events.prose import html_of
from server.events.queries import Listed


class EventView(BaseModel):
    """An event as everybody sees it.

    `is_active` says whether it is published. `image_url` leads to its picture, below this server's own address; it
    changes with the picture.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    name: str
    slug: str
    description: str | None
    date: datetime
    end_date: datetime | None
    zone: str
    venue: str
    max_capacity: int | None
    reserved_places: int
    has_waiting_list: bool
    categories: list[str]
    status: EventStatus
    is_active: bool
    takes_money_at_door: bool
    image_url: str | None
    version: int
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime


class CountedEvent(EventView):
    """An event with the tickets sold so far."""

    sold: int


class EventPage(CountedEvent):
    """One event by itself; `description_html` is its description, from Markdown, fit for a page of anybody's."""

    description_html: str | None


class Events(BaseModel):
    """Some events."""

    items: list[CountedEvent]


class EventList(Events):
    """Events in order, and the cursor of the next ones if there are any."""

    next_cursor: str | None


def event_view(event: Event) -> EventView:
    """An event."""
    return EventView(**_columns(event))


def counted(event: Event, sold: int) -> CountedEvent:
    """An event in a list."""
    return CountedEvent(**_columns(event), sold=sold)


def event_page(listed: Listed) -> EventPage:
    """An event by itself. A long description takes up to a second: call it in a thread."""
    event = listed.event
    html = None if event.description is None else html_of(event.description)
    return EventPage(**_columns(event), sold=listed.sold, description_html=html)


def _columns(event: Event) -> dict[str, Any]:
    columns = {name: getattr(event, name) for name in EventView.model_fields if name != "image_url"}
    return columns | {"image_url": _image_url(event)}


def _image_url(event: Event) -> str | None:
    if event.image_key is None:
        return None
    name = event.image_key.rpartition("/")[2].partition(".")[0]
    return f"/api/v1/events/{event.id}/image?v={name}"
