"""All words of all names, each once, side by side: a typed word is compared with every one of them in a millisecond."""

from itertools import islice

import numpy as np
from numpy.typing import NDArray

LONGEST = 32
"""Letters of a word that are kept, and of a typed one that are compared."""
WHOLE, BEGINNING, PART, SLIP = 0, 1, 2, 16
"""What it costs to take a word for the typed one; one slip more than that any number of words that only begin so."""
NONE = 255
"""No match."""
SHORTEST_PART = 3
"""Letters of a typed word that is also looked for within words; a shorter one where it is no plain Latin."""

Costs = NDArray[np.uint8]
"""For each word, what it costs to take it for the typed one."""
_Places = NDArray[np.intp]


class Vocabulary:
    """Words by number, in the order of their coming."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._text = b"\n"
        self._starts: _Places = np.empty(0, dtype=np.intp)
        self._lengths: NDArray[np.uint8] = np.empty(0, dtype=np.uint8)
        self._letters: NDArray[np.uint32] = np.empty((0, LONGEST), dtype=np.uint32)
        self._lacking: NDArray[np.uint32] = np.empty(0, dtype=np.uint32)

    def __len__(self) -> int:
        return self._starts.size

    def __contains__(self, word: str) -> bool:
        return word in self._numbers

    @property
    def size(self) -> int:
        """What it takes, in bytes, but for Python's own dictionary."""
        kept = (self._starts, self._lengths, self._letters, self._lacking)
        return len(self._text) + sum(each.nbytes for each in kept)

    def number(self, word: str) -> int:
        """The number of a word, a new one if it is new; it is found after the next `write`."""
        return self._numbers.setdefault(word[:LONGEST], len(self._numbers))

    def write(self) -> None:
        """Make the words findable that were added since."""
        words = list(islice(self._numbers, len(self), None))
        if not words:
            return
        written = [word.encode(errors="replace") for word in words]
        sizes = np.array([len(word) + 1 for word in written], dtype=np.intp)
        flat = "".join(word.ljust(LONGEST, "\0") for word in words).encode("utf-32-le", "replace")
        letters = np.frombuffer(flat, dtype="<u4").reshape(-1, LONGEST)
        self._starts = np.concatenate([self._starts, len(self._text) + np.cumsum(sizes) - sizes])
        self._text += b"\n".join(written) + b"\n"
        self._lengths = np.concatenate([self._lengths, np.array([len(word) for word in words], dtype=np.uint8)])
        self._letters = np.concatenate([self._letters, letters])
        self._lacking = np.concatenate([self._lacking, ~np.bitwise_or.reduce(_bits(letters), axis=1)])

    def exact(self, typed: str) -> Costs:
        """Words that are the typed one, begin with it, or have it anywhere."""
        costs, typed = self._no_costs(), typed[:LONGEST]
        if not typed or "\n" in typed:
            return costs
        anywhere = len(typed) >= SHORTEST_PART or not (typed.isascii() and typed.isalnum())
        part = typed.encode(errors="replace")
        places = self._places(part) if anywhere else self._places(b"\n" + part) + 1
        found = np.searchsorted(self._starts, places, side="right") - 1
        begins = self._starts[found] == places
        costs[found[~begins]] = PART
        costs[found[begins]] = BEGINNING
        if typed in self._numbers:
            costs[self._numbers[typed]] = WHOLE
        return costs

    def alike(self, typed: str, slips: int, *, beginnings: bool = True) -> Costs:
        """Words that the typed one may have been meant for, or (`beginnings`) the beginning of, with so many slips.

        A slip is a wrong, missing or additional letter, or two letters exchanged: the optimal string alignment
        distance, within a band of diagonals, for all words at once that have most of the letters at all.
        """
        costs, typed = self._no_costs(), typed[: LONGEST - slips]
        if len(typed) <= slips:
            return costs
        letters = [ord(letter) for letter in typed]
        bag = np.bitwise_or.reduce(_bits(np.array(letters, dtype=np.uint32)))
        missing = np.bitwise_count(self._lacking & bag)
        longest = LONGEST if beginnings else len(letters) + slips
        fits = (self._lengths >= len(letters) - slips) & (self._lengths <= longest)
        some = np.flatnonzero(fits & (missing <= slips))
        heads = self._letters[some, : slips + 1]  # one letter more than there may be slips
        some = some[np.isin(heads, letters[: slips + 1]).any(axis=1)]
        lengths = self._lengths[some]
        rows = _band(letters, np.ascontiguousarray(self._letters[some].T), slips)
        best = costs[some]
        for length, distance in enumerate(rows, len(letters) - slips):
            near = (distance <= slips) & ((lengths >= length) if beginnings else (lengths == length))
            worth = distance * np.uint8(SLIP) + (lengths > length) * np.uint8(BEGINNING)
            best = np.where(near, np.minimum(best, worth), best)
        costs[some] = best
        return costs

    def _places(self, part: bytes) -> _Places:
        places: list[int] = []
        find, at = self._text.find, -1
        while (at := find(part, at + 1)) >= 0:
            places.append(at)
        return np.array(places, dtype=np.intp)

    def _no_costs(self) -> Costs:
        return np.full(len(self), NONE, dtype=np.uint8)


def _band(typed: list[int], words: NDArray[np.uint32], slips: int) -> list[Costs]:
    """How far the typed letters are from the first `len(typed) + offset` of each word, offset −slips … +slips.

    `words` holds letter *i* of all words in row *i*. Distances above `slips` are only known to be above.
    """
    many = words.shape[1]
    offsets = range(-slips, slips + 1)
    far = np.full(many, slips + 1, dtype=np.uint8)
    earlier = before = [far if offset < 0 else np.full(many, offset, dtype=np.uint8) for offset in offsets]
    for at, letter in enumerate(typed):
        row: list[Costs] = []
        for place, offset in enumerate(offsets):
            end = at + offset  # the word's letter that is compared
            if end < 0:
                row.append(np.full(many, at + 1, dtype=np.uint8) if end == -1 else far)
                continue
            here = before[place] + (words[end] != letter)
            if place < 2 * slips:
                here = np.minimum(here, before[place + 1] + 1)
            if place > 0:
                here = np.minimum(here, row[place - 1] + 1)
            if at > 0 and end > 0:
                swapped = (words[end] == typed[at - 1]) & (words[end - 1] == letter)
                here = np.where(swapped, np.minimum(here, earlier[place] + 1), here)
            row.append(here)
        earlier, before = before, row
    return before


def _bits(letters: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One bit for each letter, some sharing one; none for no letter."""
    bits = np.left_shift(np.uint32(1), letters & np.uint32(31))
    return np.where(letters == 0, np.uint32(0), bits)
