"""What people may send: texts that a database can hold, moments within the calendar, changes that name their fields."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Self

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, StringConstraints, model_validator

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)


def _plain(text: str) -> str:
    if any(sign < " " or sign == "\x7f" for sign in text):
        raise ValueError("must be one line without control characters")
    return text


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    return text


def _within_the_calendar(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise ValueError("must lie between the years 1900 and 2900")
    return moment


Name = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True), AfterValidator(_plain)]
"""One line that names something or somebody."""
PersonName = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AfterValidator(_plain)
]
"""A first or last name."""
Phone = Annotated[str, StringConstraints(max_length=50, strip_whitespace=True), AfterValidator(_plain)]
Email = Annotated[str, StringConstraints(max_length=255, strip_whitespace=True), AfterValidator(_plain)]
Prose = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(_without_nul)]
"""Text of many lines."""
Moment = Annotated[AwareDatetime, AfterValidator(_within_the_calendar)]
"""A time with its zone or offset."""
SearchText = Annotated[str | None, Query(max_length=200), AfterValidator(lambda text: text and _without_nul(text))]
ExactText = Annotated[str | None, Query(max_length=255), AfterValidator(lambda text: text and _without_nul(text))]


class Changes(BaseModel):
    """What shall change: a field that is absent stays as it is, one that is null is emptied if it is NULLABLE."""

    NULLABLE: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def _no_null_where_none_can_be(self) -> Self:
        for name in type(self).model_fields:
            if name in self.model_fields_set - self.NULLABLE and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self
