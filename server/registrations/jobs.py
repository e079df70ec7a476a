"""The jobs of registrations."""

from typing import Any
from uuid import UUID

from server import jobs
from server.jobs.tasks import Work, task
from server.registrations.calling_off import TELL, CallingOff, tell_next


@task(TELL)
async def tell_of_calling_off(work: Work, data: dict[str, Any]) -> None:
    """Have everybody told that an event is cancelled, some hundreds at a time."""
    after = None if data["after"] is None else UUID(data["after"])
    told = CallingOff(UUID(data["event_id"]), data["version"])
    last = await tell_next(work.session, work.settings, told, after)
    if last is not None:
        await jobs.defer(work.session, TELL, data | {"after": str(last)})
