"""What a list of registrations is asked for, and the statement of a page of it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from server.checkins.models import Fact
from server.paging import like_pattern
from server.registrations.models import NAME_SIGNS, PaymentStatus, Registration
from server.registrations.rows import columns
from server.tickets.models import Ticket

BY_NAME = func.left(Registration.search, literal_column(str(NAME_SIGNS)))
"""Names in the order of a list, accents folded; then e-mails, which follow the name in what is searched."""
SORTED_BY = "sorted_by"
_NO_ID = UUID(int=0)
_UNTOLD = {
    "payment_status": PaymentStatus.PENDING.value,
    "status": "active",
    "ticket_type_id": _NO_ID,
    "order_id": _NO_ID,
    "import_id": _NO_ID,
}
"""Columns that a list is filtered by, and what is sent where it is not: connections keep statements by types too."""


class Sort(StrEnum):
    """Orders of a list; `-`: the last one first."""

    CREATED = "created"
    CREATED_LAST = "-created"
    NAME = "name"
    NAME_LAST = "-name"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a search: its words, folded as the database folds names, and whose short code it is."""

    words: tuple[str, ...]
    holder: UUID | None


@dataclass(frozen=True, slots=True)
class After:
    """Where the page before ended; `name` for the orders by name."""

    id: UUID
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which registrations of an event are asked for, and which page of them."""

    event_id: UUID
    limit: int
    sort: Sort = Sort.CREATED
    typed: Typed | None = None
    payment_status: PaymentStatus | None = None
    status: str | None = None
    ticket_type_id: UUID | None = None
    checked_in: bool | None = None
    order_id: UUID | None = None
    import_id: UUID | None = None
    after: After | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What the statement of a page depends on; all else are its parameters, see `values_of`.

    Not by what it is filtered: there would be a statement for each combination, and connections keep them all.
    """

    is_filtered: bool
    checked_in: bool | None
    sort: Sort
    goes_on: bool


def page_of(asked: Asked) -> Select[Any]:
    """The statement of one page, which costs the same wherever it begins."""
    return built_page(shape_of(asked)).where(*_matches(asked)).params(values_of(asked))


@cache
def built_page(shape: Shape) -> Select[Any]:
    """The same for all pages of one shape, whatever was typed aside: building it costs as much as sending it."""
    statement = built_rows().where(*conditions_of(shape))
    by_name = shape.sort in (Sort.NAME, Sort.NAME_LAST)
    created = Registration.id.expression
    keys: list[ColumnElement[Any]] = [BY_NAME, created] if by_name else [created]
    backwards = shape.sort in (Sort.CREATED_LAST, Sort.NAME_LAST)
    if shape.goes_on:
        last = [bindparam("last_name", type_=Text), bindparam("last_id", type_=Uuid)]
        row, before = tuple_(*keys), tuple_(*(last if by_name else last[1:]))
        statement = statement.where(row < before if backwards else row > before)
    order = [key.desc() if backwards else key for key in keys]
    return statement.order_by(*order).limit(bindparam("limit", type_=Integer))


@cache
def counted(shape: Shape) -> Select[int]:
    """The statement that counts those of all pages."""
    return select(func.count()).select_from(Registration).where(*conditions_of(shape))


def shape_of(asked: Asked) -> Shape:
    """What its statement depends on."""
    is_filtered = asked.checked_in is not None or any(getattr(asked, name) is not None for name in _UNTOLD)
    return Shape(is_filtered, asked.checked_in, asked.sort, asked.after is not None)


def values_of(asked: Asked) -> dict[str, Any]:
    """The parameters of `built_page` and `conditions_of`, as any driver takes them; of the same types for all lists."""
    values: dict[str, Any] = {"event_id": asked.event_id, "limit": asked.limit}
    for name, untold in _UNTOLD.items():
        told = getattr(asked, name)
        values |= {name: untold if told is None else told, f"any_{name}": told is None}
    if asked.payment_status is not None:
        values["payment_status"] = asked.payment_status.value
    return values if asked.after is None else {**values, "last_name": asked.after.name, "last_id": asked.after.id}


def count_of(asked: Asked) -> Select[int]:
    """The statement of how many registrations there are of all pages."""
    return counted(shape_of(asked)).where(*_matches(asked)).params(values_of(asked))


def alike_of(asked: Asked) -> Select[Any]:
    """The statement of those most like what was typed; how like they must be is a setting of the transaction."""
    words = " ".join(asked.typed.words if asked.typed is not None else ())
    likeness = func.word_similarity(words, Registration.search)
    is_like = Registration.search.bool_op("%>")(words)
    found = built_rows().where(*conditions_of(shape_of(asked)), is_like).params(values_of(asked))
    return found.order_by(likeness.desc(), Registration.id).limit(asked.limit)


def built_rows() -> Select[Any]:
    """The registrations of a list, whichever these are."""
    return select(*columns(), BY_NAME.label(SORTED_BY))


def conditions_of(shape: Shape) -> list[ColumnElement[bool]]:
    """What a registration has to be to stand in such a list, whatever was typed aside."""
    found: list[ColumnElement[bool]] = [Registration.event_id == bindparam("event_id")]
    if shape.is_filtered:
        found += [or_(_any(name), getattr(Registration, name) == bindparam(name)) for name in _UNTOLD]
    if shape.checked_in is not None:
        found.append(_is_checked_in() if shape.checked_in else ~_is_checked_in())
    return found


def _any(name: str) -> ColumnElement[bool]:
    return bindparam(f"any_{name}", type_=Boolean)


def _matches(asked: Asked) -> list[ColumnElement[bool]]:
    if asked.typed is None or not asked.typed.words:
        return []
    contains = and_(*(Registration.search.like(like_pattern(word)) for word in asked.typed.words))
    return [contains if asked.typed.holder is None else or_(contains, Registration.id == asked.typed.holder)]


def _is_checked_in() -> ColumnElement[bool]:
    """A check-in on any list, of any of its tickets, that was not annulled."""
    annulment = aliased(Fact)
    annulled = exists().where(
        annulment.annuls == Fact.id, annulment.event_id == Fact.event_id, annulment.revision.is_not(None)
    )
    return (
        exists()
        .where(Ticket.registration_id == Registration.id, Fact.serial == Ticket.serial)
        .where(Fact.event_id == Registration.event_id, Fact.kind == "check_in", Fact.revision.is_not(None))
        .where(~annulled)
    )
