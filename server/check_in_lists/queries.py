"""The statements of check-in lists and gates."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, exists, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.checkins.models import CheckInList, CheckInListType, Fact, Gate
from server.ticket_types.models import TicketType


@dataclass(frozen=True, slots=True)
class Listed:
    """A check-in list with the ids of the ticket types that it admits."""

    check_in_list: CheckInList
    ticket_type_ids: tuple[UUID, ...]


async def list_lists(session: AsyncSession, event_id: UUID) -> list[Listed]:
    """The event's check-in lists in the order in which they were made."""
    statement = select(CheckInList).where(CheckInList.event_id == event_id).order_by(CheckInList.id)
    found = list(await session.scalars(statement))
    return [Listed(each, await list_types_of(session, each.id)) for each in found]


async def list_types_of(session: AsyncSession, list_id: UUID) -> tuple[UUID, ...]:
    """The ids of the ticket types that a list admits, by number."""
    statement = (
        select(CheckInListType.ticket_type_id)
        .join(TicketType, TicketType.id == CheckInListType.ticket_type_id)
        .where(CheckInListType.list_id == list_id)
        .order_by(TicketType.number)
    )
    return tuple(await session.scalars(statement))


async def find_list(session: AsyncSession, event_id: UUID, list_id: UUID) -> CheckInList | None:
    """The list, if it is one of this event, as it is now."""
    statement = (
        select(CheckInList)
        .where(CheckInList.event_id == event_id, CheckInList.id == list_id)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def list_event_types(session: AsyncSession, event_id: UUID) -> set[UUID]:
    """The ids of all ticket types of the event."""
    return set(await session.scalars(select(TicketType.id).where(TicketType.event_id == event_id)))


async def replace_types(session: AsyncSession, list_id: UUID, type_ids: Sequence[UUID]) -> None:
    """Let the list admit exactly these ticket types."""
    await session.execute(delete(CheckInListType).where(CheckInListType.list_id == list_id))
    if type_ids:
        rows = [{"list_id": list_id, "ticket_type_id": type_id} for type_id in type_ids]
        await session.execute(insert(CheckInListType), rows)


async def list_gates(session: AsyncSession, event_id: UUID) -> list[Gate]:
    """The event's gates in the order in which they were made."""
    return list(await session.scalars(select(Gate).where(Gate.event_id == event_id).order_by(Gate.id)))


async def find_gate(session: AsyncSession, event_id: UUID, gate_id: UUID) -> Gate | None:
    """The gate, if it is one of this event, as it is now."""
    statement = (
        select(Gate).where(Gate.event_id == event_id, Gate.id == gate_id).execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def is_list_used(session: AsyncSession, event_id: UUID, list_id: UUID) -> bool:
    """Whether anything happened on the list, or a gate works on it."""
    happened = exists().where(Fact.event_id == event_id, Fact.list_id == list_id)
    return bool(await session.scalar(select(or_(exists().where(Gate.list_id == list_id), happened))))


async def is_gate_used(session: AsyncSession, event_id: UUID, gate_id: UUID) -> bool:
    """Whether anything happened at the gate."""
    return bool(await session.scalar(select(exists().where(Fact.event_id == event_id, Fact.gate_id == gate_id))))
