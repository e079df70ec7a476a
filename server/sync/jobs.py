"""The jobs of the feed: what nobody needs any more goes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from server import jobs
from server.jobs import NewJob
from server.jobs.tasks import Work, task
from server.sync import feed
from server.sync.snapshots import file_of

COMPACT = "compact-feed"
KEPT = 50_000
"""Changes of an event that can be pulled one by one; who is further behind takes a snapshot, which is quicker."""
AT_ONCE = 200_000
"""Pointers dropped in one transaction, so that doors wait less than a second."""
UNUSED = timedelta(days=7)


@task("compact-feeds", every=timedelta(hours=1))
async def compact_feeds(work: Work, _data: dict[str, Any]) -> None:
    """Have every event looked at whose feed is long: one job each, since each holds another head."""
    long = (await work.session.execute(_LONG, {"kept": KEPT})).scalars().all()
    await jobs.defer_many(work.session, [NewJob(COMPACT, {"event_id": str(event)}) for event in long])


@task(COMPACT)
async def compact_feed(work: Work, data: dict[str, Any]) -> None:
    """Drop an event's pointers from before its last KEPT changes; the one at the floor stays, as a cursor's mark."""
    event, connection = UUID(data["event_id"]), await work.session.connection()
    revision = (await feed.lock_heads(connection, [event])).get(event, 0)
    await connection.execute(_COMPACT, {"event": event, "most": revision - KEPT, "step": AT_ONCE})


@task("forget-snapshots", every=timedelta(days=1))
async def forget_snapshots(work: Work, _data: dict[str, Any]) -> None:
    """Keep no guest list that nobody asked for within a week: also people who were erased since stand in it."""
    rows = await work.session.execute(_UNUSED, {"unused": UNUSED})
    for event in rows.scalars().all():
        await work.storage.delete(file_of(event))


_LONG = text("SELECT event_id FROM event_heads WHERE revision - floor > :kept ORDER BY revision - floor DESC")
_COMPACT = text(
    """
    WITH lowered AS (
        UPDATE event_heads SET floor = greatest(floor, least(:most, floor + :step)) WHERE event_id = :event
        RETURNING floor
    )
    DELETE FROM changes WHERE event_id = :event AND revision < (SELECT floor FROM lowered)
    """
)
_UNUSED = text("DELETE FROM snapshots WHERE created_at < clock_timestamp() - :unused RETURNING event_id")
