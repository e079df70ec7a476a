"""What stands at a place: the told check-ins and exits of one registration's place on one list, and their annulments.

A place outlives its tickets: facts name serials, and every serial of the place counts, so that a re-issued ticket does
not admit twice. A serial that belongs to no registration (a blank, or one that this server never issued) is a place of
its own.
"""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from eventreg_core import facts
from eventreg_core.facts import Annulment, CheckIn, Exit, Recorded


class Place(msgspec.Struct, frozen=True, cache_hash=True):
    """Whom admission counts: a place of a registration on a list; `serial` only where there is no registration."""

    list: UUID
    registration: UUID | None
    place: int = 0
    serial: bytes | None = None


def standing(list_id: UUID, event: UUID, raws: Iterable[bytes]) -> list[Recorded]:
    """Of the bytes of facts of a place, those that count on this list of this event."""
    # The event is compared here: told about it, a planner without statistics reads all facts of the event, each time.
    told = [recorded for recorded in map(facts.reread, raws) if recorded.fact.event == event]
    passed = [one for one in told if isinstance(one.fact, CheckIn | Exit) and one.fact.list == list_id]
    ids = {one.fact.id for one in passed}
    return passed + [one for one in told if isinstance(one.fact, Annulment) and one.fact.target in ids]
