"""Whoever stands in line comes before whoever comes now."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from server.registrations.places import OnSale
from server.registrations.shop import Open
from server.sync.feed import Executor
from server.waiting import queries
from server.waiting.line import Room, counted, next_in

AT_ONCE = 500
"""How far one transaction looks down the line: the event's head is held that long."""


async def places_of_line(session: Executor, event: Open, types: Sequence[OnSale]) -> Counter[UUID]:
    """Free places by type that are about to be offered to those in line, so that nobody else may have them.

    They came free a moment ago, and the job that offers them has not come yet. The caller holds the event's head.
    """
    if not event.somebody_waits:
        return Counter()
    room = Room(event, types)
    open_types = room.open_types()
    if not open_types:
        return Counter()
    return counted(next_in(await queries.list_line(session, event.id, open_types, AT_ONCE), room))
