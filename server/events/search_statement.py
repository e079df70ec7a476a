"""The statement of a search: one for each way of looking, whoever looks for whatever words among whichever events."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    Numeric,
    Text,
    TextClause,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)

from server.events.looking import shown_of
from server.events.models import Event
from server.events.queries import conditions_of
from server.events.views import CountedEvent
from server.glances import sent
from server.users.models import UserRole

STEPS = 10_000
"""A rank is a whole number of these, so that a cursor names it exactly."""
SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")


@dataclass(frozen=True, slots=True)
class Way:
    """How events are looked for: so many words `freely`, as parts of others or misspelt, and so many as beginnings."""

    slips: bool
    freely: int
    begun: int


@cache
def statement_of(role: UserRole | None, way: Way) -> TextClause:
    """The statement of a page of what is found so; parameters: those of `Looking` and `among_of`.

    One for each way, and not for each list that is narrowed otherwise: connections keep what they were asked.
    """
    numbers = range(way.freely + way.begun)
    matches = [_is_there(way, number) for number in numbers] or [_holds("plain")]
    score = _likeness(way) if way.slips else _closeness(numbers)
    # Materialized: else the rank would be reckoned again for each comparison.
    ranked = (
        select(Event.id, Event.date, score.label("rank"))
        .where(*matches, *conditions_of(role, narrowed=True))
        .cte("ranked")
        .prefix_with("MATERIALIZED")
    )
    order = (-ranked.c.rank, ranked.c.date, ranked.c.id)
    types: dict[str, Any] = {"rank": Integer, "date": DateTime(timezone=True), "id": Uuid}
    last = tuple_(*(bindparam(name, type_=type_) for name, type_ in types.items()))
    comes_now = or_(bindparam("is_first", type_=Boolean), tuple_(*order) > last)
    best = select(ranked).where(comes_now).order_by(*order).limit(bindparam("limit")).subquery("best")
    statement = shown_of(CountedEvent, best.c.rank).join(best, best.c.id == Event.id)
    return sent(statement.order_by(-best.c.rank, Event.date, Event.id))


def _is_there(way: Way, number: int) -> ColumnElement[bool]:
    begins = Event.words.bool_op("@@")(func.to_tsquery(SIMPLE, bindparam(f"begun{number}", type_=Text)))
    if number >= way.freely:
        return begins
    if way.slips:
        return or_(Event.search.bool_op("%>")(bindparam(f"word{number}", type_=Text)), begins)
    # Name and venue first: they are looked at again after the index, and spare unpacking the words.
    return or_(_holds(f"part{number}"), begins)


def _closeness(numbers: Sequence[int]) -> ColumnElement[int]:
    # Name and venue tell enough, and lie in the row; unpacking all words of an event costs more than finding it.
    padded = literal(" ") + Event.search + " "
    score: ColumnElement[Any] = case((_holds("plain"), 1), else_=0)
    for number in numbers:
        ways = (padded.like(_pattern(f"whole{number}")), 3), (padded.like(_pattern(f"first{number}")), 2)
        score += case(*ways, (_holds(f"part{number}"), 1), else_=0)
    return score * STEPS


def _likeness(way: Way) -> ColumnElement[int]:
    words = [bindparam(f"word{number}", type_=Text) for number in range(way.freely)]
    score: ColumnElement[Any] = sum((func.word_similarity(word, Event.search) for word in words), literal(0.0, Double))
    return cast(func.round(cast(score, Numeric) * STEPS), Integer)


def _holds(name: str) -> ColumnElement[bool]:
    return Event.search.like(_pattern(name))


def _pattern(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=Text)
