"""The job that lets answers go."""

from datetime import timedelta
from typing import Any

from server.idempotency import queries
from server.jobs.tasks import Work, task

KEPT = timedelta(hours=24)


@task("forget-idempotency-keys", every=timedelta(hours=1))
async def forget_idempotency_keys(work: Work, _data: dict[str, Any]) -> None:
    """Drop the answers of a day ago; their keys may be used again."""
    await queries.forget(work.session, KEPT)
