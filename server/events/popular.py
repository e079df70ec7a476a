"""The events with most tickets sold: counted once an hour by each process, shown as they are now."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.events import queries
from server.events.queries import Listed

COUNT = 10
KEPT_S = 3600.0


class Popular:
    """Remembers which events are popular; what they are is read each time.

    Counting them all again is only dear where there are many, so fewer than COUNT are not remembered.
    """

    def __init__(self) -> None:
        self._ids: list[UUID] = []
        self._until = float("-inf")

    async def list_events(self, session: AsyncSession, now: float) -> list[Listed]:
        """The COUNT published events with most tickets sold, at most an hour ago; `now` in seconds of any clock."""
        if now < self._until:
            found = await queries.list_published(session, self._ids)
            # One that was cancelled or archived makes room for another.
            if len(found) == COUNT:
                return found
        self._ids = await queries.list_popular(session, COUNT)
        self._until = now + KEPT_S if len(self._ids) == COUNT else float("-inf")
        return await queries.list_published(session, self._ids)
