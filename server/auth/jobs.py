"""The job that lets go of who was signed in, and from where."""

from datetime import timedelta
from typing import Any

from server.auth import queries
from server.clock import utc_now
from server.jobs.tasks import Work, task

KEPT_AFTER_END = timedelta(days=30)
"""How long an ended session is remembered, so that a stolen token that turns up is called reused."""


@task("forget-ended-sessions", every=timedelta(hours=1))
async def forget_ended_sessions(work: Work, _data: dict[str, Any]) -> None:
    """Drop tokens, links and sessions that ended long ago."""
    await queries.forget_ended(work.session, utc_now() - KEPT_AFTER_END)
