"""Make and change an event's check-in lists and gates."""

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
from server.checkins.models import CheckInList, Gate
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
    session: AsyncSession, author: Author, event_id: UUID, list_id: UUID, changes: dict[str, Any]
) -> Listed:
    """Change the columns named in `changes`, `ticket_type_ids` among them, and publish; raises as `create_list`."""
    await events.lock_open_event(session, event_id)
    changed = await _get_list(session, event_id, list_id)
    before = _told(Listed(changed, await queries.list_types_of(session, list_id)))
    type_ids = changes.get("ticket_type_ids")
    if type_ids is not None:
        existing = await queries.list_event_types(session, event_id)
        await queries.replace_types(session, list_id, _known(type_ids, existing))
    for column, value in changes.items():
        if column != "ticket_type_ids":
            setattr(changed, column, value)
    listed = await _published(session, changed)
    await audit.write(session, author, "list.changed", "list", list_id, before, _told(listed), event_id=event_id)
    return listed


async def list_gates(session: AsyncSession, event_id: UUID) -> list[Gate]:
    """The event's gates in the order in which they were made."""
    return await queries.list_gates(session, event_id)


async def create_gate(session: AsyncSession, author: Author, event_id: UUID, name: str, list_id: UUID) -> Gate:
    """Make a gate that works on one of the event's lists, and publish it; raises ApiProblem 404."""
    await events.lock_open_event(session, event_id)
    await _get_list(session, event_id, list_id)
    gate = Gate(event_id=event_id, name=name, list_id=list_id)
    session.add(gate)
    await session.flush()
    await session.refresh(gate)
    await feed.publish(session, event_id, feed.Entity.GATE, [gate.id])
    await audit.write(session, author, "gate.created", "gate", gate.id, None, snapshot(gate), event_id=event_id)
    return gate


async def delete_gate(session: AsyncSession, author: Author, event_id: UUID, gate_id: UUID) -> None:
    """Take a gate away, and publish; facts that name it stay. Raises ApiProblem 404 `gate_not_found`."""
    await events.lock_open_event(session, event_id)
    gate = await queries.find_gate(session, event_id, gate_id)
    if gate is None:
        raise not_found("gate_not_found", "The event has no such gate.")
    await session.delete(gate)
    await session.flush()
    await feed.publish(session, event_id, feed.Entity.GATE, [gate_id])
    await audit.write(session, author, "gate.deleted", "gate", gate_id, snapshot(gate), None, event_id=event_id)


async def _get_list(session: AsyncSession, event_id: UUID, list_id: UUID) -> CheckInList:
    found = await queries.find_list(session, event_id, list_id)
    if found is None:
        raise not_found("list_not_found", "The event has no such check-in list.")
    return found


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
