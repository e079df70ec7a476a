"""The jobs of events: pictures that came to be nobody's."""

from typing import Any
from uuid import UUID

from server.events import images
from server.jobs.tasks import Work, task


@task(images.UNUSED)
async def forget_unused_picture(work: Work, data: dict[str, Any]) -> None:
    """Delete the file `key` unless it is the picture of the event."""
    await images.forget_unused(work.session, work.storage, UUID(data["event_id"]), data["key"])
