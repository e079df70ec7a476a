"""Whether a laptop admits faster than people can pass it: a sign that somebody else has its key."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from eventreg_core.facts import CheckIn, Recorded
from server.sync.feed import Executor

MOST = 120
"""Admissions at one laptop within a minute; a scanner in good hands does one a second."""
WITHIN = timedelta(minutes=1)


def too_fast(admitted: Iterable[datetime]) -> bool:
    """Whether more than MOST of these fall within a minute."""
    times: Sequence[datetime] = sorted(admitted)
    return any(later - earlier < WITHIN for earlier, later in zip(times, times[MOST:], strict=False))


async def watch_pace(connection: Executor, device: UUID, journal: UUID, new: Sequence[Recorded], now: datetime) -> None:
    """Flag the device if what it just brought came too fast, together with what was before; it counts all the same."""
    admitted = [each.fact for each in new if isinstance(each.fact, CheckIn) and not each.fact.rehearsal]
    if not admitted:
        return
    first = min(fact.seq or 0 for fact in admitted)
    before = await connection.execute(_BEFORE, {"journal": journal, "first": first, "most": MOST})
    if too_fast([*before.scalars(), *(fact.at for fact in admitted)]):
        await connection.execute(_FLAG, {"device": device, "now": now})


_BEFORE = text(
    """
    SELECT at FROM facts WHERE journal = :journal AND seq < :first AND seq >= :first - 2 * :most AND kind = 'check_in'
    ORDER BY seq DESC LIMIT :most
    """
)
_FLAG = text("UPDATE devices SET flagged_at = :now WHERE id = :device AND flagged_at IS NULL AND held_at IS NULL")
