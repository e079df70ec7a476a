"""Find events by words: whole ones, beginnings, parts, and words with a slip of the finger; the best first.

Both sides are made plain by the database's `plain_text`: small letters without accents.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Event
from server.sync.models import EventHead

MOST_WORDS = 8
SHORTEST_PART, SHORTEST_SLIP = 3, 4
"""Letters of a word that is also looked for within words, and of one that may be misspelt."""
LEAST_ALIKE = 0.33
"""Of two words' groups of three letters. Finds 94 % of words with one wrong, missing, additional or exchanged letter
(0.5: 63 %), and one in 130 other words, which come last."""
STEPS = 10_000
"""A rank is a whole number of these, so that a cursor names it exactly."""
SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands among those found; `slips`: among those whose words are only like the ones asked for."""

    slips: bool
    rank: int
    date: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """An event that was found, with the tickets sold so far; the next page begins after its `place`."""

    event: Event
    sold: int
    place: Place


@dataclass(frozen=True, slots=True)
class Among:
    """What an event has to be to be looked at, and the values of the parameters therein."""

    conditions: Sequence[ColumnElement[bool]]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Looking:
    """What an event must have, and what makes it better than another that has it too."""

    matches: Sequence[ColumnElement[bool]]
    score: ColumnElement[Any]


async def search(session: AsyncSession, q: str, among: Among, after: Place | None, limit: int) -> list[Found]:
    """Events that have every word of `q` in name, venue or description; best first, then by date.

    Where no event has, those whose words are alike, as if letters had been mistyped. A page looks as the one before.
    """
    plain = await _plain(session, q)
    words = WORD.findall(plain)[:MOST_WORDS]
    if after is None:
        exact = await _page(session, _exact(plain, words), among, None, limit, slips=False)
        return exact or await _page(session, _alike(words), among, None, limit, slips=True)
    looking = _alike(words) if after.slips else _exact(plain, words)
    return await _page(session, looking, among, after, limit, slips=after.slips)


async def _page(
    session: AsyncSession,
    looking: Looking,
    among: Among,
    after: Place | None,
    limit: int,
    *,
    slips: bool,
) -> list[Found]:
    rank = cast(func.round(cast(looking.score, Numeric) * STEPS), Integer).label("rank")
    # Materialized: else the rank would be reckoned again for each comparison.
    ranked = (
        select(Event.id, Event.date, rank)
        .where(*looking.matches, *among.conditions)
        .cte("ranked")
        .prefix_with("MATERIALIZED")
    )
    order = (-ranked.c.rank, ranked.c.date, ranked.c.id)
    best = select(ranked).order_by(*order).limit(limit)
    if after is not None:
        place = literal(-after.rank), literal(after.date), literal(after.id)
        best = best.where(tuple_(*order) > tuple_(*place))
    shown = best.subquery("shown")
    statement = (
        select(Event, EventHead.sold, shown.c.rank)
        .join(shown, shown.c.id == Event.id)
        .join(EventHead, EventHead.event_id == Event.id)
        .order_by(-shown.c.rank, Event.date, Event.id)
    )
    rows = await session.execute(statement, among.values)
    return [Found(event, sold, Place(slips, rank, event.date, event.id)) for event, sold, rank in rows]


def _exact(plain: str, words: Sequence[str]) -> Looking:
    matches = [_has(word) for word in words] or [Event.search.contains(plain, autoescape=True)]
    # Name and venue tell enough, and lie in the row; unpacking all words of an event costs more than finding it.
    padded = literal(" ") + Event.search + " "
    score: ColumnElement[Any] = case((Event.search.contains(plain, autoescape=True), 1), else_=0)
    for word in words:
        ways = (f" {word} ", 3), (f" {word}", 2), (word, 1)
        score += case(*((padded.contains(part, autoescape=True), worth) for part, worth in ways), else_=0)
    return Looking(matches, score)


def _alike(words: Sequence[str]) -> Looking:
    long = [word for word in words if len(word) >= SHORTEST_SLIP]
    if not long:
        return Looking([false()], literal(0))
    # A short word is too like too many others; whole it may still stand somewhere.
    matches = [or_(_is_like(word), _begins(word)) if word in long else _begins(word) for word in words]
    return Looking(matches, sum((func.word_similarity(word, Event.search) for word in long), literal(0.0)))


def _has(word: str) -> ColumnElement[bool]:
    # Scripts without spaces between words are looked into whatever the length.
    within = len(word) >= SHORTEST_PART or not word.isascii()
    # Name and venue first: they are looked at again after the index, and spare unpacking the words.
    return or_(Event.search.contains(word, autoescape=True), _begins(word)) if within else _begins(word)


def _begins(word: str) -> ColumnElement[bool]:
    return Event.words.bool_op("@@")(func.to_tsquery(SIMPLE, f"'{word}':*"))


def _is_like(word: str) -> ColumnElement[bool]:
    return Event.search.bool_op("%>")(word)


async def _plain(session: AsyncSession, q: str) -> str:
    told = {"q": unicodedata.normalize("NFC", q.strip()), "least": str(LEAST_ALIKE)}
    return str((await session.execute(_PREPARE, told)).scalar_one())


# The planner does not know that reading every event's words means unpacking them; the indexes spare that.
_PREPARE = text(
    """
    SELECT plain_text(:q), set_config('pg_trgm.word_similarity_threshold', :least, true),
        set_config('enable_seqscan', 'off', true)
    """
)
