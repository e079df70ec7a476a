"""What a search looks at first: the words of names and venues that come closest, and the events that have them.

A rank is the sum of how close each word is, so nothing ranks higher than an event that has the closest of each. Those
are read by date from `event_words`, no more than a page needs; only if they do not fill it is everything ranked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from server.events.models import Event, EventWord, KnownWord

STEPS = 10_000
"""A rank is a whole number of these, so that a cursor names it exactly."""
FAR = 20
"""So many pages of events are looked at to fill one."""
IS_FIRST: ColumnElement[bool] = bindparam("is_first", type_=Boolean)
LAST_RANK: ColumnElement[int] = bindparam("rank", type_=Integer)
LAST_DATE: ColumnElement[Any] = bindparam("date", type_=DateTime(timezone=True))
LAST_ID: ColumnElement[Any] = bindparam("id", type_=Uuid)
LIMIT: ColumnElement[int] = bindparam("limit", type_=Integer)


@dataclass(frozen=True, slots=True)
class Way:
    """How events are looked for: so many words `freely`, as parts of others or misspelt, and so many as beginnings."""

    slips: bool
    freely: int
    begun: int

    @property
    def numbers(self) -> range:
        """Of the words that are asked for."""
        return range(self.freely + self.begun)


def near_of(way: Way) -> CTE:
    """The words that may be meant: by the `number` of the one asked for, `word` and its `closeness`, in STEPS."""
    # Words are kept when no event has them any more.
    is_used = exists().where(EventWord.word == KnownWord.word)
    each = []
    for number in way.numbers:
        is_near, closeness = _nearness(way, number)
        columns = literal(number).label("number"), KnownWord.word, closeness.label("closeness")
        each.append(select(*columns).where(is_near, is_used))
    return union_all(*each).cte("near").prefix_with("MATERIALIZED")


def top_of(way: Way, near: CTE, conditions: Sequence[ColumnElement[bool]]) -> CTE:
    """The next events, by date, that have the closest of each word: `id`, `date`, and the `rank` of all of them.

    `conditions` are what an event has to be besides. Fewer than LIMIT do not mean that there are no more.
    """
    closest = [_closest(near, number) for number in way.numbers]
    start = _start(closest, plain=not way.slips)
    seen = _seen(closest[0], start)
    others = [_has_any(words, seen) for words in closest[1:]]
    if not way.slips:
        others.append(Event.search.like(bindparam("plain", type_=Text)))
    return (
        select(seen.c.id, seen.c.date, start.c.rank)
        .join(Event, Event.id == seen.c.id)
        .join(start, true())
        .where(*others, *conditions)
        .order_by(seen.c.date, seen.c.id)
        .limit(LIMIT)
        .cte("top")
        .prefix_with("MATERIALIZED")
    )


def _nearness(way: Way, number: int) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    asked, word = bindparam(f"word{number}", type_=Text), KnownWord.word
    begins = word.like(bindparam(f"begins{number}", type_=Text))
    if number >= way.freely:
        return begins, literal(1) if way.slips else case((word == asked, 3), else_=2) * STEPS
    if way.slips:
        likeness = cast(func.word_similarity(asked, word), Numeric)
        return word.bool_op("%>")(asked), cast(func.round(likeness * STEPS), Integer)
    holds = word.like(bindparam(f"part{number}", type_=Text))
    return holds, case((word == asked, 3), (begins, 2), else_=1) * STEPS


def _closest(near: CTE, number: int) -> CTE:
    of_it = select(near.c.word, near.c.closeness).where(near.c.number == number)
    return of_it.order_by(near.c.closeness.desc()).fetch(1, with_ties=True).cte(f"closest{number}")


def _start(closest: Sequence[CTE], *, plain: bool) -> CTE:
    """The highest `rank` there is, and after which `date` and `id` the page begins; nothing if all of it was shown."""
    each = [select(func.max(words.c.closeness)).scalar_subquery() for words in closest]
    highest = select(cast(sum(each, literal(STEPS if plain else 0)), Integer).label("rank")).cte("highest")
    highest = highest.prefix_with("MATERIALIZED")
    goes_on = -highest.c.rank == LAST_RANK
    date = case((goes_on, LAST_DATE), else_=literal_column("'-infinity'::timestamptz"))
    event_id = case((goes_on, LAST_ID), else_=literal_column("'00000000-0000-0000-0000-000000000000'::uuid"))
    start = select(highest.c.rank, date.label("date"), event_id.label("id"))
    return start.where(or_(IS_FIRST, -highest.c.rank >= LAST_RANK)).cte("start").prefix_with("MATERIALIZED")


def _seen(words: CTE, start: CTE) -> CTE:
    """The next events, by date, that have one of these words: as many as it is cheaper to look at than to rank all."""
    order = EventWord.date, EventWord.event_id
    of_one = (
        select(*order)
        .where(EventWord.word == words.c.word, tuple_(*order) > tuple_(start.c.date, start.c.id))
        .order_by(*order)
        .limit(LIMIT * FAR)
        .lateral("of_one")
    )
    return (
        select(of_one.c.date, of_one.c.event_id.label("id"))
        .select_from(start.join(words, true()).join(of_one, true()))
        .distinct()
        .order_by(of_one.c.date, of_one.c.event_id)
        .limit(LIMIT * FAR)
        .cte("seen")
    )


def _has_any(words: CTE, seen: CTE) -> ColumnElement[bool]:
    # An array: each of it is one step into the key, whatever the statistics say.
    word = any_(cast(select(func.array_agg(words.c.word)).scalar_subquery(), ARRAY(Text)))
    return exists().where(EventWord.word == word, EventWord.date == seen.c.date, EventWord.event_id == seen.c.id)
