"""Make, change and delete an event's check-in lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.admission import EntryPolicy
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.check_in_lists import queries
from server.check_in_lists.queries import Listed
from server.checkins.models import CheckInList
from server.errors import ApiProblem, invalid, not_found
from server.events import service as events
from server.sync import feed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewList:
    """A check-in list to make; `ticket_type_ids` None admits all types that the event has now."""

    name: str
    entry: EntryPolicy = EntryPolicy.ONCE
    ticket_type_ids: tuple[UUID, ...] | None = None
    day_starts_at: time = time(0)
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    strict_when_fresh: bool = True
    empties_at: time | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed the list since it was read; `present` is what it is now."""

    present: Listed


@dataclass(frozen=True, slots=True)
class StillUsed:
    """People were scanned on the list, or gates work on it."""


async def list_lists(session: AsyncSession, event_id: UUID) -> list[Listed]:
    """The event's check-in lists in the order in which they were made."""
    return await queries.list_lists(session, event_id)


async def create_list(session: AsyncSession, author: Author, event_id: UUID, new: NewList) -> Listed:
    """Make a check-in list and publish it. Raises ApiProblem `invalid`, 422 `unknown_ticket_type` or 404."""
    await events.lock_open_event(session, event_id)
    made = CheckInList(
        event_id=event_id,
        name=new.name,
        entry=new.entry.value,
        day_starts_at=new.day_starts_at,
        opens_at=new.opens_at,
        closes_at=new.closes_at,
        strict_when_fresh=new.strict_when_fresh,
        empties_at=new.empties_at,
    )
    session.add(made)
    await session.flush()
    existing = await queries.list_event_types(session, event_id)
    admitted = sorted(existing) if new.ticket_type_ids is None else _known(new.ticket_type_ids, existing)
    await queries.replace_types(session, made.id, admitted)
    listed = await _published(session, made)
    await audit.write(session, author, "list.created", "list", made.id, None, _told(listed), event_id=event_id)
    return listed


async def update_list(
    session: AsyncSession,
    author: Author,
    event_id: UUID,
    list_id: UUID,
    changes: dict[str, Any],
    if_version: int | None = None,
) -> Listed | Clash:
    """Change the columns named in `changes`, `ticket_type_ids` among them, and publish; raises as `create_list`."""
    await events.lock_open_event(session, event_id)
    present = await get_list(session, event_id, list_id)
    changed = present.check_in_list
    if if_version is not None and if_version != changed.version:
        return Clash(present)
    if not changes:
        return present
    before = _told(present)
    type_ids = changes.get("ticket_type_ids")
    if type_ids is not None:
        existing = await queries.list_event_types(session, event_id)
        await queries.replace_types(session, list_id, _known(type_ids, existing))
    for column, value in changes.items():
        if column != "ticket_type_ids":
            setattr(changed, column, value)
    changed.version += 1
    listed = await _published(session, changed)
    await audit.write(session, author, "list.changed", "list", list_id, before, _told(listed), event_id=event_id)
    return listed


async def delete_list(
    session: AsyncSession, author: Author, event_id: UUID, list_id: UUID, if_version: int | None = None
) -> Clash | StillUsed | None:
    """Delete a check-in list on which nobody was scanned and no gate works."""
    await events.lock_open_event(session, event_id)
    listed = await get_list(session, event_id, list_id)
    if if_version is not None and if_version != listed.check_in_list.version:
        return Clash(listed)
    if await queries.is_list_used(session, event_id, list_id):
        return StillUsed()
    await session.delete(listed.check_in_list)
    await session.flush()
    await feed.publish(session, event_id, feed.Entity.LIST, [list_id])
    await audit.write(session, author, "list.deleted", "list", list_id, _told(listed), None, event_id=event_id)
    return None


async def get_list(session: AsyncSession, event_id: UUID, list_id: UUID) -> Listed:
    """One of the event's lists; raises ApiProblem 404 `list_not_found`."""
    found = await queries.find_list(session, event_id, list_id)
    if found is None:
        raise not_found("list_not_found", "The event has no such check-in list.")
    return Listed(found, await queries.list_types_of(session, list_id))


def _known(type_ids: Sequence[UUID], existing: set[UUID]) -> list[UUID]:
    if not existing.issuperset(type_ids):
        sentence = "One of these is no ticket type of the event. Choose again."
        raise ApiProblem(422, "unknown_ticket_type", sentence, field="ticket_type_ids")
    return sorted(set(type_ids))


def _told(listed: Listed) -> dict[str, Any]:
    return snapshot(listed.check_in_list, ticket_type_ids=listed.ticket_type_ids)


async def _published(session: AsyncSession, check_in_list: CheckInList) -> Listed:
    opens, closes = check_in_list.opens_at, check_in_list.closes_at
    if opens is not None and closes is not None and closes <= opens:
        raise invalid("closes_at", "The list closes before it opens. Check both times.")
    await session.flush()
    await session.refresh(check_in_list)
    await feed.publish(session, check_in_list.event_id, feed.Entity.LIST, [check_in_list.id])
    return Listed(check_in_list, await queries.list_types_of(session, check_in_list.id))
