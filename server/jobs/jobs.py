"""The jobs that jobs themselves need."""

from datetime import timedelta
from typing import Any

from server.jobs import queries
from server.jobs.tasks import Work, task

KEYS_KEPT = timedelta(days=30)
"""How long the key of a job that is done keeps a second one away."""


@task("forget-done-jobs", every=timedelta(days=1))
async def forget_done_jobs(work: Work, _data: dict[str, Any]) -> None:
    """Drop the keys of jobs done long ago."""
    await queries.forget_done(work.session, KEYS_KEPT)
