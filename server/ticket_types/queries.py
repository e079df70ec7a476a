"""The statements of ticket types."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.ticket_types.models import TicketType


async def list_types(session: AsyncSession, event_id: UUID) -> list[TicketType]:
    """The event's ticket types by number."""
    statement = select(TicketType).where(TicketType.event_id == event_id).order_by(TicketType.number)
    return list(await session.scalars(statement))


async def find(session: AsyncSession, event_id: UUID, type_id: UUID) -> TicketType | None:
    """The type, if it is one of this event, as it is now."""
    statement = (
        select(TicketType)
        .where(TicketType.event_id == event_id, TicketType.id == type_id)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def last_number(session: AsyncSession, event_id: UUID) -> int:
    """The highest number of a type of the event; 0 without any. The caller holds the event's head."""
    statement = select(func.coalesce(func.max(TicketType.number), 0)).where(TicketType.event_id == event_id)
    return (await session.scalars(statement)).one()
