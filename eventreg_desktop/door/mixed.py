"""Two scanners that type at once: their signs come in turns, and are sorted out again where both kept a steady pace."""

from collections.abc import Iterator
from functools import lru_cache

from eventreg_core.ticket import TEXT_LENGTH

PACES = (1.0, 0.5, 2.0, 2 / 3, 1.5)
"""How long the one that ended earlier, or not yet, takes for a sign, measured by the other."""
PHASES = (0.25, 0.5, 0.75, 1.0)
"""Of such a time: how long before the end its last sign came."""
BEFORE_ENTER = (0.75, 0.5, 0.25)
"""So much later may a sign of the other come than the last one of the code, while its Enter is still to be typed."""


def parted(mixed: str) -> Iterator[tuple[str, str]]:
    """Every way to part what two scanners typed: the code that is whole, and what there is of the other.

    The second is whole (of a ticket's length) where both came without an end, else the head of what follows.
    """
    others = len(mixed) - TEXT_LENGTH
    if not 0 < others <= TEXT_LENGTH:
        return
    for turns in _turns(others):
        ended = "".join(sign for sign, other in zip(mixed, turns, strict=True) if not other)
        yield ended, "".join(sign for sign, other in zip(mixed, turns, strict=True) if other)


@lru_cache(maxsize=2 * TEXT_LENGTH)
def _turns(others: int) -> tuple[tuple[bool, ...], ...]:
    """Whose each sign may be (True: the other's), so many of the other's among a whole code's."""
    ended = [(float(place - TEXT_LENGTH + 1), False) for place in range(TEXT_LENGTH)]
    gaps = range(TEXT_LENGTH) if others == TEXT_LENGTH else (0,)  # one that was whole may have ended long before
    found: dict[tuple[bool, ...], None] = {}
    for pace in PACES:
        for last in (*BEFORE_ENTER, *(-gap - phase * pace for gap in gaps for phase in PHASES)):
            other = [(last - place * pace + 0.01, True) for place in range(others)]  # never at the same moment
            found[tuple(is_other for _, is_other in sorted(ended + other))] = None
    return tuple(found)
