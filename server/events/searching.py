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

from sqlalchemy import text

from server.auth.tokens import Caller
from server.db import Database
from server.events.looking import Shown, counted
from server.events.queries import LONG_AGO, Asked, role_of, told_of, values_of
from server.events.search_statement import statement_of
from server.events.word_statement import Way

MOST_WORDS = 8
SHORTEST_PART, SHORTEST_SLIP = 3, 4
"""Letters of a word that is also looked for within words, and of one that may be misspelt."""
LEAST_ALIKE = 0.33
"""Of two words' groups of three letters. Finds 94 % of words with one wrong, missing, additional or exchanged letter
(0.5: 63 %), and one in 130 other words, which come last."""
WORD = re.compile(r"\w+")
PLAIN_ALREADY = re.compile(r"[\0-@\[-\x7f]*")
"""Small letters of ASCII, and whatever else is in it: nothing that has to be asked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands among those found; `slips`: among those whose words are only like the ones asked for."""

    slips: bool
    rank: int
    date: datetime
    id: UUID


NOTHING = Place(slips=False, rank=0, date=LONG_AGO, id=UUID(int=0))
"""What is sent as the place before the first page."""


@dataclass(frozen=True, slots=True)
class Found:
    """An event that was found; the next page begins after its `place`."""

    event: Shown
    place: Place


@dataclass(frozen=True, slots=True)
class Looking:
    """A way, and the words that are looked for by it; `plain` is all that was asked."""

    way: Way
    words: Sequence[str]
    plain: str

    @property
    def parameters(self) -> dict[str, Any]:
        """As the way's statement names them."""
        told: dict[str, Any] = {"plain": _within(self.plain)}
        for number, word in enumerate(self.words):
            told[f"word{number}"], told[f"begun{number}"] = word, f"'{word}':*"
            told[f"begins{number}"] = _within(word)[1:]
            for name, part in (("whole", f" {word} "), ("first", f" {word}"), ("part", word)):
                told[f"{name}{number}"] = _within(part)
        return told


async def search(database: Database, caller: Caller | None, asked: Asked, q: str, after: Place | None) -> list[Found]:
    """Events that the caller may see and asks for and that have every word of `q`; best first, then by date.

    Where no event has them in name, venue or description, those whose words are alike, as if letters had been
    mistyped. A page looks as the one before.
    """
    plain = await _plain(database, unicodedata.normalize("NFC", q.strip()))
    words = WORD.findall(plain)[:MOST_WORDS]
    among, narrowed = among_of(caller, asked, after), bool(told_of(asked))
    found: list[Found] = []
    if after is None or not after.slips:
        found = await _page(database, caller, exactly(plain, words), among, narrowed=narrowed)
    if not found and (after is None or after.slips):
        found = await _page(database, caller, alike(plain, words), among, narrowed=narrowed)
    return found


async def _page(
    database: Database, caller: Caller | None, looking: Looking, among: Mapping[str, Any], *, narrowed: bool
) -> list[Found]:
    slips = looking.way.slips
    if slips and not looking.way.freely:
        # A short word is too like too many others.
        return []

    def found(rank: int, *columns: Any) -> Found:
        event = counted(*columns)
        return Found(event, Place(slips, rank, event.date, event.id))

    # A plan for every list would find all that have the words before it looks which of them are asked for.
    async with database.glance(planned=narrowed) as pipe:
        if narrowed:
            await pipe.execute(_BY_INDEX, {})
        if slips:
            await pipe.execute(_FORGIVING, {"least": str(LEAST_ALIKE)})
        rows = pipe.send(statement_of(role_of(caller), looking.way), {**among, **looking.parameters}, found)
    return rows.all()


def exactly(plain: str, words: Sequence[str]) -> Looking:
    """The way to what has every one of these words."""
    # Scripts without spaces between words are looked into whatever the length.
    parts = [word for word in words if len(word) >= SHORTEST_PART or not word.isascii()]
    return _looking(plain, words, parts, slips=False)


def alike(plain: str, words: Sequence[str]) -> Looking:
    """The way to what has words like these."""
    return _looking(plain, words, [word for word in words if len(word) >= SHORTEST_SLIP], slips=True)


def _looking(plain: str, words: Sequence[str], freely: Sequence[str], *, slips: bool) -> Looking:
    begun = [word for word in words if word not in freely]
    return Looking(Way(slips, len(freely), len(begun)), [*freely, *begun], plain)


def among_of(caller: Caller | None, asked: Asked, after: Place | None) -> dict[str, Any]:
    """What an event has to be to be looked at, as the statements name it."""
    last = after or NOTHING
    return values_of(caller, asked) | {
        "limit": asked.limit,
        "is_first": after is None,
        "rank": -last.rank,
        "date": last.date,
        "id": last.id,
    }


def _within(part: str) -> str:
    """A pattern of whatever has this part."""
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


async def _plain(database: Database, q: str) -> str:
    if PLAIN_ALREADY.fullmatch(q):
        return q
    async with database.glance() as pipe:
        told = pipe.send(_PLAIN, {"q": q}, str)
    [plain] = told.all()
    return plain


_PLAIN = text("SELECT plain_text(:q)")
_BY_INDEX = text("SELECT set_config('enable_seqscan', 'off', true)")
_FORGIVING = text("SELECT set_config('pg_trgm.word_similarity_threshold', :least, true)")
