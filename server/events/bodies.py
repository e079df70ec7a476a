"""What people send about events."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from server.events.models import EventStatus
from server.events.writing import NewEvent
from server.inputs import Changes, Moment, Name, Prose

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=255)]
Places = Annotated[int, Field(ge=0, le=2_000_000_000)]
Description = Annotated[Prose, StringConstraints(max_length=20_000)]
"""Markdown."""
Categories = Annotated[list[Name], Field(max_length=50)]


class EventBody(BaseModel):
    """An event to make: a draft, or published at once. `is_active` is an older word for published."""

    name: Name
    slug: Slug | None = None
    description: Description | None = None
    date: Moment
    end_date: Moment | None = None
    zone: str = "UTC"
    venue: Name
    max_capacity: Places | None = None
    reserved_places: Places = 0
    has_waiting_list: bool = True
    categories: Categories = []
    status: Literal["draft", "published"] | None = None
    is_active: bool | None = None
    takes_money_at_door: bool = False

    @model_validator(mode="after")
    def _one_word(self) -> Self:
        _check_words(self.status, self.is_active)
        return self

    def new(self) -> NewEvent:
        """What shall be made."""
        hidden = self.status == "draft" or self.is_active is False
        told = self.model_dump(exclude={"status", "is_active"})
        status = EventStatus.DRAFT if hidden else EventStatus.PUBLISHED
        return NewEvent(**told | {"categories": tuple(self.categories), "status": status})


class EventChanges(Changes):
    """What shall change of an event. `is_active` is an older word: true publishes, false hides what is published."""

    NULLABLE = frozenset({"description", "end_date", "max_capacity"})

    name: Name | None = None
    slug: Slug | None = None
    description: Description | None = None
    date: Moment | None = None
    end_date: Moment | None = None
    zone: str | None = None
    venue: Name | None = None
    max_capacity: Places | None = None
    reserved_places: Places | None = None
    has_waiting_list: bool | None = None
    categories: Categories | None = None
    status: EventStatus | None = None
    is_active: bool | None = None
    takes_money_at_door: bool | None = None

    @model_validator(mode="after")
    def _one_word(self) -> Self:
        _check_words(self.status, self.is_active)
        return self


class CopyBody(BaseModel):
    """The name of a copy, and when it begins; every other time keeps its distance by the event's clocks."""

    name: Name
    date: Moment
    slug: Slug | None = None


def _check_words(status: str | None, is_active: bool | None) -> None:
    if status is not None and is_active is not None and is_active != (status == EventStatus.PUBLISHED):
        raise ValueError("status and is_active say different things; status alone is enough")
