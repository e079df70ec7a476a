"""Make, change and take away an event's gates."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.check_in_lists import queries, service
from server.checkins.models import Gate
from server.errors import not_found
from server.events import service as events
from server.sync import feed


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed the gate since it was read; `present` is what it is now."""

    present: Gate


@dataclass(frozen=True, slots=True)
class StillUsed:
    """People were scanned at the gate."""


async def list_gates(session: AsyncSession, event_id: UUID) -> list[Gate]:
    """The event's gates in the order in which they were made."""
    return await queries.list_gates(session, event_id)


async def create_gate(session: AsyncSession, author: Author, event_id: UUID, name: str, list_id: UUID) -> Gate:
    """Make a gate that works on one of the event's lists, and publish it; raises ApiProblem 404."""
    await events.lock_open_event(session, event_id)
    await service.get_list(session, event_id, list_id)
    gate = Gate(event_id=event_id, name=name, list_id=list_id)
    session.add(gate)
    await _publish(session, gate)
    await audit.write(session, author, "gate.created", "gate", gate.id, None, snapshot(gate), event_id=event_id)
    return gate


async def update_gate(
    session: AsyncSession,
    author: Author,
    event_id: UUID,
    gate_id: UUID,
    changes: dict[str, Any],
    if_version: int | None = None,
) -> Gate | Clash:
    """Change the columns named in `changes`, and publish; doors there follow with their next pull. Raises 404."""
    await events.lock_open_event(session, event_id)
    gate = await _get_gate(session, event_id, gate_id)
    if if_version is not None and if_version != gate.version:
        return Clash(gate)
    if not changes:
        return gate
    if "list_id" in changes:
        await service.get_list(session, event_id, changes["list_id"])
    before = snapshot(gate)
    for column, value in changes.items():
        setattr(gate, column, value)
    gate.version += 1
    await _publish(session, gate)
    await audit.write(session, author, "gate.changed", "gate", gate_id, before, snapshot(gate), event_id=event_id)
    return gate


async def delete_gate(
    session: AsyncSession, author: Author, event_id: UUID, gate_id: UUID, if_version: int | None = None
) -> Clash | StillUsed | None:
    """Take away a gate at which nobody was scanned, and publish. Raises ApiProblem 404 `gate_not_found`."""
    await events.lock_open_event(session, event_id)
    gate = await _get_gate(session, event_id, gate_id)
    if if_version is not None and if_version != gate.version:
        return Clash(gate)
    if await queries.is_gate_used(session, event_id, gate_id):
        return StillUsed()
    await session.delete(gate)
    await session.flush()
    await feed.publish(session, event_id, feed.Entity.GATE, [gate_id])
    await audit.write(session, author, "gate.deleted", "gate", gate_id, snapshot(gate), None, event_id=event_id)
    return None


async def _get_gate(session: AsyncSession, event_id: UUID, gate_id: UUID) -> Gate:
    gate = await queries.find_gate(session, event_id, gate_id)
    if gate is None:
        raise not_found("gate_not_found", "The event has no such gate.")
    return gate


async def _publish(session: AsyncSession, gate: Gate) -> None:
    await session.flush()
    await session.refresh(gate)
    await feed.publish(session, gate.event_id, feed.Entity.GATE, [gate.id])
