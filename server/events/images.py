"""The picture of an event: kept beside the database, under a new name each time."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.problems import Problem
from server import jobs
from server.audit.author import Author
from server.audit.service import snapshot
from server.db import Database
from server.errors import ApiProblem, not_found
from server.events import service, writing
from server.events.models import Event
from server.storage import NoSuchFile, Storage
from server.storage.images import Image

Given = TypeVar("Given")
UNUSED = "forget-unused-picture"
LATER = timedelta(hours=1)
"""By then whoever puts a picture here has committed, or never will."""


async def keep(database: Database, storage: Storage, event_id: UUID, image_id: UUID, image: Image) -> str:
    """Put a picture into the storage; the key it has there. Raises ApiProblem 503 `storage_away`.

    Whatever becomes of whoever puts it: unless the event has this picture an hour later, the file is deleted.
    """
    key = f"images/{event_id}/{image_id}.{image.suffix}"
    await _looked_at_later(database, event_id, key)
    await _reached(storage.put(key, image.content))
    return key


async def copy(database: Database, storage: Storage, source: Event, event_id: UUID, image_id: UUID) -> str | None:
    """Put an event's picture under a key of another event's, as `keep`; None if it is gone."""
    key = f"images/{event_id}/{image_id}.{str(source.image_key).rpartition('.')[2]}"
    await _looked_at_later(database, event_id, key)
    try:
        await _reached(storage.put(key, await read(storage, source)))
    except ApiProblem as problem:
        if problem.status == 404:
            return None
        raise
    return key


async def forget_unused(session: AsyncSession, storage: Storage, event_id: UUID, key: str) -> None:
    """Delete a picture that no event has: its commit failed, or its server died before that."""
    event = await session.get(Event, event_id)
    if event is None or event.image_key != key:
        await storage.delete(key)


async def read(storage: Storage, event: Event) -> bytes:
    """The event's picture; raises ApiProblem 404 `no_image`, 503 `storage_away`."""
    if event.image_key is None:
        raise no_image()
    return await _reached(storage.get(event.image_key))


async def forget(storage: Storage, key: str | None) -> None:
    """Have no such picture any more."""
    if key is not None:
        await _reached(storage.delete(key))


async def replace(session: AsyncSession, author: Author, event_id: UUID, key: str | None) -> tuple[Event, str | None]:
    """Let this be the event's picture from now on; the event, and the key of the picture that was.

    The former file may be forgotten once this is committed. Raises ApiProblem 404, or 409 `event_archived`.
    """
    event = await service.lock_open_event(session, event_id)
    former = event.image_key
    if former == key:
        return event, None
    before = snapshot(event)
    event.image_key = key
    event.version += 1
    await writing.save(session, event)
    await service.publish_change(session, author, event, before)
    return event, former


def no_image() -> ApiProblem:
    """404: the event has no picture."""
    return not_found("no_image", "This event has no picture.")


async def _looked_at_later(database: Database, event_id: UUID, key: str) -> None:
    # Committed before the file is there, and not with what makes the picture the event's.
    async with database.sessions.begin() as session:
        await jobs.defer(session, UNUSED, {"event_id": str(event_id), "key": key}, delay=LATER)


async def _reached(asked: Awaitable[Given]) -> Given:
    try:
        return await asked
    except NoSuchFile as error:
        raise no_image() from error
    except Problem as problem:
        raise ApiProblem(503, problem.code, problem.sentence, headers={"Retry-After": "5"}) from problem
