"""Names as words in memory: who has the typed words in their name, and whose name is alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eventreg_desktop.door.vocabulary import NONE, SLIP, Costs, Vocabulary
from eventreg_desktop.store.folding import folded_name, forms, unspaced, words_of

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
class Matches:
    """Who may be meant, the likeliest first, then by name: without any slip, and with some."""

    exact: Keys
    alike: Keys


class Names:
    """Names of people by key, in the order of their coming."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._parts: dict[str, tuple[int, ...]] = {}
        self._keys: Keys = NOBODY
        self._words: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._whose: NDArray[np.intp] = np.empty(0, dtype=np.intp)

    def __len__(self) -> int:
        return self._keys.size

    @property
    def words(self) -> int:
        """How many different words the names have."""
        return len(self._vocabulary)

    @property
    def size(self) -> int:
        """What they take, in bytes, but for Python's own dictionaries."""
        return self._keys.nbytes + self._words.nbytes + self._whose.nbytes + self._vocabulary.size

    def add(self, named: Sequence[tuple[int, str]]) -> None:
        """Take in people by key and name; who has no name is never found."""
        keys: list[int] = []
        words: list[int] = []
        whose: list[int] = []
        person = len(self)
        for key, name in named:
            numbers = self._numbers(name)
            if numbers:
                keys.append(key)
                words += numbers
                whose += [person] * len(numbers)
                person += 1
        self._vocabulary.write()
        self._keys = np.concatenate([self._keys, np.array(keys, dtype=np.int64)])
        self._words = np.concatenate([self._words, np.array(words, dtype=np.intp)])
        self._whose = np.concatenate([self._whose, np.array(whose, dtype=np.intp)])

    def find(self, typed: str, few: int) -> Matches:
        """Who has each typed word in their name: whole, as its beginning or as a part of it.

        Unless there are `few` of them, also those whose name is alike; with two slips only when there are none.
        """
        words = forms(typed)[:MOST_WORDS]
        if not words or not len(self):
            return Matches(NOBODY, NOBODY)
        costs = [self._exact(ways) for ways in words]
        entries = self._together(costs)
        exact = self._ordered(entries, SLIP - 1)
        if exact.size >= few:
            return Matches(exact, NOBODY)
        slips = 1 if exact.size else 2
        alone = len(words) == 1
        near = self._together([self._alike(ways, sure, slips, alone) for ways, sure in zip(words, costs, strict=True)])
        near[entries < SLIP] = _FAR
        alike = self._ordered(near, SLIP * slips + SLIP - 1)
        if not exact.size and not alike.size:
            alike = self._parted([ways[0] for ways in words], few)
        return Matches(exact, alike)

    def _exact(self, ways: Sequence[str]) -> Costs:
        costs = self._vocabulary.exact(ways[0])
        for way in ways[1:]:
            costs = np.minimum(costs, self._vocabulary.exact(way))
        return costs

    def _alike(self, ways: Sequence[str], sure: Costs, slips: int, alone: bool) -> Costs:
        """Like `sure`, and words with slips, as many as the typed word's length bears."""
        costs = sure
        for way in ways:
            if len(way) < (SHORTEST_SLIP if alone else 2):
                continue
            allowed = slips if len(way) >= LONG_WORD else 1
            costs = np.minimum(costs, self._vocabulary.alike(way, allowed))
        return costs

    def _parted(self, words: Sequence[str], few: int) -> Keys:
        """Who is meant when a space was left out, or another key pressed in its place."""
        for at, word in enumerate(words):
            for cut in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
                for begin in (cut, cut + 1):
                    first, second = word[:cut], word[begin:]
                    if first in self._vocabulary and len(second) >= SHORTEST_HALF:
                        parts = [*words[:at], first, second, *words[at + 1 :]]
                        found = self._ordered(self._together([self._exact([part]) for part in parts]), SLIP - 1)
                        if found.size:
                            return found[:few]
        return NOBODY

    def _together(self, costs: Sequence[Costs]) -> _EntryCosts:
        """What each person costs: their best word for each typed one, added up; `_FAR` without one."""
        total = np.zeros(len(self), dtype=np.uint16)
        for each in costs:
            of_words = each[self._words]
            best = np.full(len(self), _FAR, dtype=np.uint16)
            for cost in np.unique(each)[::-1]:
                if cost != NONE:  # the best last, so that it stays
                    best[self._whose[of_words == cost]] = cost
            total += best
        return total

    def _ordered(self, entries: _EntryCosts, most: int) -> Keys:
        chosen = np.flatnonzero(entries <= most)
        return self._keys[chosen[np.argsort(entries[chosen], kind="stable")]]

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
