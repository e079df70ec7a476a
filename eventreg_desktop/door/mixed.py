"""Two scanners that type at once: their signs come in turns, and are sorted out again where both kept a steady pace."""

from collections.abc import Container, Iterator
from functools import lru_cache
from itertools import compress

from eventreg_core.ticket import TEXT_LENGTH

PACES = (1.0, 0.5, 2.0, 2 / 3, 1.5)
"""How long the one that ended earlier, or not yet, takes for a sign, measured by the other."""
PHASES = (0.25, 0.5, 0.75, 1.0)
"""Of such a time: how long before the end its last sign came."""
BEFORE_ENTER = (0.75, 0.5, 0.25)
"""So much later may a sign of the other come than the last one of the code, while its Enter is still to be typed."""


def parted(mixed: str, beginnings: Container[str]) -> Iterator[tuple[str, str]]:
    """Every way to part what two scanners typed: the code that is whole, and what there is of the other.

    The second is whole (of a ticket's length) where both came without an end, else the head of what follows.
    """
    others = len(mixed) - TEXT_LENGTH
    if not 0 < others <= TEXT_LENGTH:
        return
    for one, other in _turns(others):
        ended = "".join(compress(mixed, one))
        if ended[:3] in beginnings:  # the first three signs of a ticket: most ways end here
            yield ended, "".join(compress(mixed, other))


@lru_cache(maxsize=2 * TEXT_LENGTH)
def _turns(others: int) -> tuple[tuple[bytes, bytes], ...]:
    """Whose each sign may be, so many of the other's among a whole code's: 1 for the whole one's, 1 for the other's."""
    ended = [(float(place - TEXT_LENGTH + 1), False) for place in range(TEXT_LENGTH)]
    gaps = range(TEXT_LENGTH) if others == TEXT_LENGTH else (0,)  # one that was whole may have ended long before
    found: dict[tuple[bytes, bytes], None] = {}
    for pace in PACES:
        for last in (*BEFORE_ENTER, *(-gap - phase * pace for gap in gaps for phase in PHASES)):
            other = [(last - place * pace + 0.01, True) for place in range(others)]  # never at the same moment
            others_turn = bytes(is_other for _, is_other in sorted(ended + other))
            found[bytes(1 - each for each in others_turn), others_turn] = None
    return tuple(found)
