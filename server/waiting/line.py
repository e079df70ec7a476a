"""Who of those in line is offered a place: pure, strictly in the order of coming."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.registrations.places import OnSale
from server.registrations.shop import Open

MOST_PLACES = 101
"""For which one may wait: their own, and those of their companions."""
LONGEST_OFFER = timedelta(hours=24)
"""How long a place is kept for whom it is offered to, at most."""


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody who waits for so many places of a ticket type."""

    id: UUID
    ticket_type_id: UUID
    places: int


class Room:
    """Places that nobody has and nobody was offered, while they are given out; the box office's are not among them."""

    def __init__(self, event: Open, types: Iterable[OnSale]) -> None:
        taken = event.sold + event.offered + event.reserved_places
        self._left = None if event.capacity is None else event.capacity - taken
        self._left_of = {
            each.id: None if each.quota is None else each.quota - each.sold - each.offered for each in types
        }

    def holds(self, ticket_type_id: UUID, places: int) -> bool:
        """Whether so many places of the type are free."""
        left_of = self._left_of[ticket_type_id]
        return (self._left is None or self._left >= places) and (left_of is None or left_of >= places)

    def open_types(self) -> dict[UUID, int]:
        """The ticket types of which a place is free, and how many are, as far as anybody may want them."""
        whole = MOST_PLACES if self._left is None else self._left
        left = {type_id: min(MOST_PLACES, whole, whole if of is None else of) for type_id, of in self._left_of.items()}
        return {type_id: places for type_id, places in left.items() if places > 0}

    def less(self, promised: Mapping[UUID, int]) -> "Room":
        """The same room, once these places by type are given out."""
        for ticket_type_id, places in promised.items():
            self.take(ticket_type_id, places)
        return self

    def take(self, ticket_type_id: UUID, places: int) -> None:
        """Count places as given out."""
        left_of = self._left_of[ticket_type_id]
        self._left = None if self._left is None else self._left - places
        self._left_of[ticket_type_id] = None if left_of is None else left_of - places


def next_in(line: Sequence[InLine], room: Room) -> list[InLine]:
    """Those to whom free places are offered now; who wants more than there is waits on and holds up nobody."""
    chosen: list[InLine] = []
    for each in line:
        if room.holds(each.ticket_type_id, each.places):
            room.take(each.ticket_type_id, each.places)
            chosen.append(each)
    return chosen


def counted(line: Iterable[InLine]) -> Counter[UUID]:
    """How many places these are, by ticket type."""
    counts: Counter[UUID] = Counter()
    for each in line:
        counts[each.ticket_type_id] += each.places
    return counts


def deadline(now: datetime, begins: datetime) -> datetime:
    """Until when a place is kept: a day, or half of the time until the event begins, so that others still have some."""
    return now + min(LONGEST_OFFER, (begins - now) / 2)
