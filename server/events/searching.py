"""Find events by words: whole ones, beginnings, parts, and words with a slip of the finger; the best first.

Both sides are made plain by the database's `plain_text`: small letters without accents.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Subquery,
    Text,
    bindparam,
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

from server.events.models import Event

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
class Word:
    """What the statement of a search depends on: whether a word is looked for within words too, and by likeness."""

    within: bool
    is_long: bool


@dataclass(frozen=True, slots=True)
class Looking:
    """What an event must have, and what makes it better than another that has it too."""

    matches: Sequence[ColumnElement[bool]]
    score: ColumnElement[Any]


def words_of(plain: str) -> list[str]:
    """The words of what is looked for."""
    return WORD.findall(plain)[:MOST_WORDS]


def shape_of(words: Sequence[str]) -> tuple[Word, ...]:
    """What a search for these words depends on."""
    # Scripts without spaces between words are looked into whatever the length.
    return tuple(Word(len(word) >= SHORTEST_PART or not word.isascii(), len(word) >= SHORTEST_SLIP) for word in words)


def values_of(plain: str, words: Sequence[str], after: Place | None) -> dict[str, Any]:
    """The parameters of `best`."""
    values: dict[str, Any] = {"plain": _within(plain)}
    for number, word in enumerate(words):
        values |= {f"whole{number}": _within(f" {word} "), f"start{number}": _within(f" {word}")}
        values |= {f"part{number}": _within(word), f"query{number}": f"'{word}':*", f"word{number}": word}
    if after is None:
        return values
    return {**values, "last_rank": -after.rank, "last_date": after.date, "last_id": after.id}


def best(
    words: Sequence[Word], conditions: Sequence[ColumnElement[bool]], *, slips: bool, goes_on: bool
) -> tuple[Subquery, Sequence[ColumnElement[Any]]]:
    """`limit` events that have every word of a search in name, venue or description, and their order: best, then date.

    With `slips` those whose words are alike, as if letters had been mistyped. The columns are id, date and rank.
    """
    looking = _alike(words) if slips else _exact(words)
    rank = cast(func.round(cast(looking.score, Numeric) * STEPS), Integer).label("rank")
    # Materialized: else the rank would be reckoned again for each comparison.
    ranked = (
        select(Event.id, Event.date, rank)
        .where(*looking.matches, *conditions)
        .cte("ranked")
        .prefix_with("MATERIALIZED")
    )
    order = (-ranked.c.rank, ranked.c.date, ranked.c.id)
    found = select(ranked).order_by(*order).limit(bindparam("limit"))
    if goes_on:
        last = tuple_(bindparam("last_rank", type_=Integer), bindparam("last_date"), bindparam("last_id"))
        found = found.where(tuple_(*order) > last)
    shown = found.subquery("shown")
    return shown, (-shown.c.rank, shown.c.date, shown.c.id)


def _exact(words: Sequence[Word]) -> Looking:
    is_whole = Event.search.like(bindparam("plain"))
    # Name and venue tell enough, and lie in the row; unpacking all words of an event costs more than finding it.
    padded = literal(" ") + Event.search + " "
    score: ColumnElement[Any] = case((is_whole, 1), else_=0)
    for number in range(len(words)):
        ways = ("whole", 3), ("start", 2), ("part", 1)
        score += case(*((padded.like(bindparam(f"{way}{number}")), worth) for way, worth in ways), else_=0)
    return Looking([_has(word, number) for number, word in enumerate(words)] or [is_whole], score)


def _alike(words: Sequence[Word]) -> Looking:
    long = [number for number, word in enumerate(words) if word.is_long]
    if not long:
        return Looking([false()], literal(0))
    # A short word is too like too many others; whole it may still stand somewhere.
    begun = [_begins(number) for number in range(len(words))]
    matches = [or_(_is_like(number), one) if number in long else one for number, one in enumerate(begun)]
    likeness = (func.word_similarity(bindparam(f"word{number}", type_=Text), Event.search) for number in long)
    return Looking(matches, sum(likeness, literal(0.0)))


def _has(word: Word, number: int) -> ColumnElement[bool]:
    # Name and venue first: they are looked at again after the index, and spare unpacking the words.
    return or_(Event.search.like(bindparam(f"part{number}")), _begins(number)) if word.within else _begins(number)


def _begins(number: int) -> ColumnElement[bool]:
    return Event.words.bool_op("@@")(func.to_tsquery(SIMPLE, bindparam(f"query{number}", type_=Text)))


def _is_like(number: int) -> ColumnElement[bool]:
    return Event.search.bool_op("%>")(bindparam(f"word{number}", type_=Text))


def _within(text: str) -> str:
    return f"%{text.translate(_ESCAPED)}%"


_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})
PLAIN = text("SELECT plain_text(:q)")
"""What was typed, as it is looked for."""
PREPARED = text(
    f"""
    SELECT set_config('pg_trgm.word_similarity_threshold', '{LEAST_ALIKE}', true),
        set_config('enable_seqscan', 'off', true)
    """
)
"""Before a search, in its transaction. The planner does not know that reading every event's words means unpacking them;
the indexes spare that."""
