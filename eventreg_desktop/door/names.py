"""Names as words in memory: who has the typed words in their name, and whose name is alike."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eventreg_desktop.door.vocabulary import NONE, SLIP, Costs, Vocabulary
from eventreg_desktop.store.folding import folded_name, forms, unspaced, words_of

AT_ONCE, BREATH_S = 200, 0.0002
"""After so many names, a millisecond's work, other threads have their turn for so many seconds: a scan goes before."""
MOST_WORDS = 6
"""Typed words that are looked at."""
LONG_WORD, SHORTEST_SLIP, SHORTEST_HALF = 8, 4, 2
"""Letters of a word that may hold two slips; of one that may hold one although it stands alone; and of each half of
two words that were typed as one."""

Keys = NDArray[np.int64]
"""Guests' numbers in the mirror, and companions' with a minus before them."""
_FAR = np.uint16(999)
_EntryCosts = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as far as it was compared: `exact` has each word without any slip, the likeliest first."""

    words: list[list[str]]
    costs: list[Costs]
    exact: Keys


class Names:
    """Names of people by key, in the order of their coming."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._parts: dict[str, tuple[int, ...]] = {}
        self._keys: Keys = NOBODY
        self._whose: NDArray[np.int32] = np.empty(0, dtype=np.int32)
        self._counts = self._starts = np.empty(0, dtype=np.intp)

    def __len__(self) -> int:
        return self._keys.size

    @property
    def words(self) -> int:
        """How many different words the names have."""
        return len(self._vocabulary)

    @property
    def size(self) -> int:
        """What they take, in bytes, but for Python's own dictionaries."""
        return self._keys.nbytes + self._whose.nbytes + 2 * self._starts.nbytes + self._vocabulary.size

    def add(self, named: Sequence[tuple[int, str]]) -> None:
        """Take in people by key and name; who has no name is never found."""
        keys: list[int] = []
        words: list[int] = []
        whose: list[int] = []
        person = len(self)
        for place, (key, name) in enumerate(named, start=1):
            if place % AT_ONCE == 0:
                time.sleep(BREATH_S)
            numbers = self._numbers(name)
            if numbers:
                keys.append(key)
                words += numbers
                whose += [person] * len(numbers)
                person += 1
        self._vocabulary.write()
        self._keys = np.concatenate([self._keys, np.array(keys, dtype=np.int64)])
        self._index(np.array(words, dtype=np.int32), np.array(whose, dtype=np.int32))

    def ask(self, typed: str) -> Asked:
        """Who has each typed word in their name: whole, as its beginning or as a part of it; then by name."""
        words = forms(typed)[:MOST_WORDS]
        costs = [self._exact(ways) for ways in words]
        exact = self._ordered(self._together(costs), SLIP - 1) if words else NOBODY
        return Asked(words, costs, exact)

    def alike(self, asked: Asked, most: int) -> Keys:
        """Who has a name that is like what was typed, but for a slip.

        When nobody is called exactly so, also whose names only begin like it; when nobody is at all, but for two slips.
        """
        if not asked.words:
            return NOBODY
        found = self._slipped(asked, 1)
        if found.size or asked.exact.size:
            return found[:most]
        found = self._parted([ways[0] for ways in asked.words])
        return (found if found.size else self._slipped(asked, 2))[:most]

    def _slipped(self, asked: Asked, slips: int) -> Keys:
        near = self._together([self._alike(asked, word, slips) for word in range(len(asked.words))])
        near[near < SLIP] = _FAR
        return self._ordered(near, SLIP * slips + SLIP - 1)

    def _exact(self, ways: Sequence[str]) -> Costs:
        costs = self._vocabulary.exact(ways[0])
        for way in ways[1:]:
            costs = np.minimum(costs, self._vocabulary.exact(way))
        return costs

    def _alike(self, asked: Asked, word: int, slips: int) -> Costs:
        """The words that are that typed word, and those with slips, as many as its length bears."""
        costs = asked.costs[word]
        for way in asked.words[word]:
            if len(way) >= (SHORTEST_SLIP if len(asked.words) == 1 else 2):
                allowed = slips if len(way) >= LONG_WORD else 1
                slipped = self._vocabulary.alike(way, allowed, beginnings=not asked.exact.size)
                costs = np.minimum(costs, slipped)
        return costs

    def _parted(self, words: Sequence[str]) -> Keys:
        """Who is meant when a space was left out, or another key pressed in its place."""
        for at, word in enumerate(words):
            for cut in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
                for begin in (cut, cut + 1):
                    first, second = word[:cut], word[begin:]
                    if first in self._vocabulary and len(second) >= SHORTEST_HALF:
                        parts = [*words[:at], first, second, *words[at + 1 :]]
                        found = self._ordered(self._together([self._exact([part]) for part in parts]), SLIP - 1)
                        if found.size:
                            return found
        return NOBODY

    def _together(self, costs: Sequence[Costs]) -> _EntryCosts:
        """What each person costs: their best word for each typed one, added up; `_FAR` without one."""
        total = np.zeros(len(self), dtype=np.uint16)
        for each in costs:
            best = np.full(len(self), _FAR, dtype=np.uint16)
            hits = np.flatnonzero(each != NONE)
            counts = self._counts[hits]
            ends = np.cumsum(counts)
            people = self._whose[np.arange(counts.sum()) + np.repeat(self._starts[hits] - ends + counts, counts)]
            cost = np.repeat(each[hits], counts)
            worst_first = np.argsort(~cost, kind="stable")  # of one person's words the best stays
            best[people[worst_first]] = cost[worst_first]
            total += best
        return total

    def _ordered(self, entries: _EntryCosts, most: int) -> Keys:
        chosen = np.flatnonzero(entries <= most)
        return self._keys[chosen[np.argsort(entries[chosen], kind="stable")]]

    def _index(self, words: NDArray[np.int32], whose: NDArray[np.int32]) -> None:
        """Who has which word, by word: those of word *n* begin at `_starts[n]`."""
        known = np.repeat(np.arange(self._counts.size, dtype=np.int32), self._counts)
        together = np.concatenate([known, words])
        self._whose = np.concatenate([self._whose, whose])[np.argsort(together, kind="stable")]
        self._counts = np.bincount(together, minlength=len(self._vocabulary))
        self._starts = np.cumsum(self._counts) - self._counts

    def _numbers(self, name: str) -> list[int]:
        """The numbers of a name's words; each part between spaces is taken apart only when it comes first."""
        found: list[int] = []
        for part in name.split():
            known = self._parts.get(part)
            if known is None:
                known = self._parts[part] = tuple(self._vocabulary.number(word) for word in words_of(part))
            found += known
        if not name.isascii() and unspaced(name):
            found.append(self._vocabulary.number(folded_name("".join(name.split()))))
        return found


NOBODY: Keys = np.empty(0, dtype=np.int64)
