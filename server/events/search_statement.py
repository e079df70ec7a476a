"""The statement of a search: one for each way of looking, whoever looks for whatever words among whichever events."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    TextClause,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from server.events.looking import shown_of
from server.events.models import Event, EventWord
from server.events.queries import conditions_of
from server.events.views import CountedEvent
from server.events.word_statement import IS_FIRST, LAST_DATE, LAST_ID, LAST_RANK, LIMIT, STEPS, Way, near_of, top_of
from server.glances import sent
from server.users.models import UserRole

SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")


@cache
def statement_of(role: UserRole | None, way: Way) -> TextClause:
    """The statement of a page of what is found so; parameters: those of `Looking` and `among_of`.

    One for each way, and not for each list that is narrowed otherwise: connections keep what they were asked.
    """
    conditions = conditions_of(role, narrowed=True)
    if not way.numbers:
        found = _as_cte(select(Event.id, Event.date, literal(STEPS).label("rank")).where(_holds("plain"), *conditions))
    else:
        near = near_of(way)
        top = top_of(way, near, conditions)
        is_short = select(func.count()).select_from(top).scalar_subquery() < LIMIT
        ranked = _alike(way, near) if way.slips else _exact(way)
        # Materialized: else the rank would be reckoned again for each comparison.
        others = _as_cte(ranked.where(is_short, *conditions))
        found = union(select(top.c.id, top.c.date, top.c.rank), select(others)).cte("found")
    order = (-found.c.rank, found.c.date, found.c.id)
    comes_now = or_(IS_FIRST, tuple_(*order) > tuple_(LAST_RANK, LAST_DATE, LAST_ID))
    best = select(found).where(comes_now).order_by(*order).limit(LIMIT).subquery("best")
    statement = shown_of(CountedEvent, best.c.rank).join(best, best.c.id == Event.id)
    return sent(statement.order_by(-best.c.rank, Event.date, Event.id))


def _as_cte(ranked: Select[*tuple[Any, ...]]) -> CTE:
    return ranked.cte("ranked").prefix_with("MATERIALIZED")


def _exact(way: Way) -> Select[*tuple[Any, ...]]:
    score = _closeness(way.numbers).label("rank")
    return select(Event.id, Event.date, score).where(*(_is_there(way, number) for number in way.numbers))


def _is_there(way: Way, number: int) -> ColumnElement[bool]:
    # Name and venue first: they are looked at again after the index, and spare unpacking the words.
    return or_(_holds(f"part{number}"), _begins(number)) if number < way.freely else _begins(number)


def _begins(number: int) -> ColumnElement[bool]:
    return Event.words.bool_op("@@")(func.to_tsquery(SIMPLE, bindparam(f"begun{number}", type_=Text)))


def _closeness(numbers: Sequence[int]) -> ColumnElement[int]:
    # Name and venue tell enough, and lie in the row; unpacking all words of an event costs more than finding it.
    padded = literal(" ") + Event.search + " "
    score: ColumnElement[Any] = case((_holds("plain"), 1), else_=0)
    for number in numbers:
        ways = (padded.like(_pattern(f"whole{number}")), 3), (padded.like(_pattern(f"first{number}")), 2)
        score += case(*ways, (_holds(f"part{number}"), 1), else_=0)
    return score * STEPS


def _alike(way: Way, near: CTE) -> Select[*tuple[Any, ...]]:
    in_name = select(near.c.number, EventWord.event_id, near.c.closeness).join(EventWord, EventWord.word == near.c.word)
    # One word by itself has a slip, or it would have been found; beside it there may be words of the description.
    others = way.numbers if len(way.numbers) > 1 else ()
    in_text = [select(literal(number), Event.id, literal(0)).where(_begins(number)) for number in others]
    told = union_all(in_name, *in_text).subquery("told")
    each = [func.max(told.c.closeness).filter(told.c.number == number) for number in way.numbers]
    rank: ColumnElement[Any] = sum(each, literal(0))
    # Null where a word is missing.
    statement = select(told.c.event_id, rank.label("rank")).group_by(told.c.event_id).having(rank.is_not(None))
    alike = statement.subquery("alike")
    return select(Event.id, Event.date, alike.c.rank).join(alike, alike.c.event_id == Event.id)


def _holds(name: str) -> ColumnElement[bool]:
    return Event.search.like(_pattern(name))


def _pattern(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=Text)
