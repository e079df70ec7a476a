"""All e-mail addresses in one piece of memory: its beginning, or a part with the @, finds one in a millisecond."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHORTEST = 3
"""Letters of an address that must be typed before it is looked for."""


class Addresses:
    """Addresses and the numbers of the guests who have them."""

    def __init__(self) -> None:
        self._text = b"\n"
        self._ends: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._numbers: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    @property
    def size(self) -> int:
        """What it takes, in bytes."""
        return len(self._text) + self._ends.nbytes + self._numbers.nbytes

    def add(self, addressed: Sequence[tuple[int, str]]) -> None:
        """Guests by number, each with an address; empty ones are passed over."""
        kept = [(number, address.casefold().encode(errors="replace")) for number, address in addressed if address]
        if not kept:
            return
        ends = np.cumsum([len(address) + 1 for _, address in kept]) + len(self._text)
        self._text += b"\n".join(address for _, address in kept) + b"\n"
        self._ends = np.concatenate([self._ends, ends])
        self._numbers = np.concatenate([self._numbers, np.array([number for number, _ in kept], dtype=np.int64)])

    def find(self, typed: str, most: int) -> list[int]:
        """Guests whose address begins with what was typed, then, with an @ in it, those that have it anywhere."""
        part = typed.strip().casefold().encode(errors="replace")
        if len(part) < SHORTEST or b"\n" in part or b" " in part:
            return []
        found = dict.fromkeys(self._places(b"\n" + part, 1, most))
        if b"@" in part and len(found) < most:
            found |= dict.fromkeys(self._places(part, 0, most))
        return [int(self._numbers[place]) for place in list(found)[:most]]

    def _places(self, part: bytes, skipped: int, most: int) -> list[int]:
        places: list[int] = []
        at = self._text.find(part)
        while at >= 0 and len(places) < most:
            place = int(np.searchsorted(self._ends, at + skipped, side="right"))
            places.append(place)
            at = self._text.find(part, int(self._ends[place]) - 1)
        return places
