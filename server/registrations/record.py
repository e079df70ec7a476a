"""One registration while it is changed: held under its event's head, and what the audit is told of it."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.errors import ApiProblem, not_found
from server.events import service as events
from server.events.models import Event
from server.registrations import queries
from server.registrations.models import Registration
from server.registrations.notes import answers_of, notes_of
from server.registrations.phones import phone_of


async def get(session: AsyncSession, registration_id: UUID) -> Registration:
    """One registration; raises ApiProblem 404 `registration_not_found`."""
    registration = await queries.find(session, registration_id)
    if registration is None:
        raise registration_not_found()
    return registration


async def locked(session: AsyncSession, registration_id: UUID) -> tuple[Event, Registration]:
    """The event, its head locked, and the registration as it is now. Raises ApiProblem 404 `registration_not_found`."""
    event_id = (await get(session, registration_id)).event_id
    event = await events.lock_event(session, event_id)
    # Read again: it may have changed while we waited for the head.
    return event, await get(session, registration_id)


def told(registration: Registration, author: Author, **others: Any) -> dict[str, Any]:
    """What the audit keeps of a registration, sealed columns in the open; the audit seals them for the person."""
    keys = author.data_keys
    opened = {"phone": phone_of(registration, keys), "notes": notes_of(registration, keys)}
    return snapshot(registration, **opened, answers=answers_of(registration, keys) or None, **others)


async def note(
    session: AsyncSession,
    author: Author,
    action: str,
    registration: Registration,
    before: dict[str, Any],
    after: dict[str, Any] | None = None,
) -> None:
    """Write down what changed of a registration since `told` gave `before`; `after` None: what it is now."""
    whose = {"event_id": registration.event_id, "person": registration.id}
    now = told(registration, author) if after is None else after
    await audit.write(session, author, action, "registration", registration.id, before, now, **whose)


def registration_not_found() -> ApiProblem:
    """404, also for a registration that is none of the caller's business."""
    return not_found("registration_not_found", "There is no such registration, or it is not shared with you.")
