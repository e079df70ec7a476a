"""Events as the API shows them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from server.events.models import Event, EventStatus


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


def _columns(event: Event) -> dict[str, Any]:
    columns = {name: getattr(event, name) for name in EventView.model_fields if name != "image_url"}
    return columns | {"image_url": image_url(event.id, event.image_key)}


def image_url(event_id: UUID, image_key: str | None) -> str | None:
    """Where the event's picture is, below this server's own address."""
    if image_key is None:
        return None
    name = image_key.rpartition("/")[2].partition(".")[0]
    return f"/api/v1/events/{event_id}/image?v={name}"
