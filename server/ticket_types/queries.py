"""The statements of ticket types."""

from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.checkins.models import CheckInListType
from server.questions.models import Question
from server.registrations.models import Registration
from server.ticket_types.models import TicketType
from server.tickets.models import Ticket
from server.waiting.models import Waiting


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


async def is_used(session: AsyncSession, type_id: UUID) -> bool:
    """Whether a ticket, a registration, somebody who waits or a question names the type."""
    named = (Ticket.ticket_type_id, Registration.ticket_type_id, Waiting.ticket_type_id)
    asked = exists().where(Question.ticket_type_ids.contains([type_id]))
    return bool(await session.scalar(select(or_(asked, *(exists().where(column == type_id) for column in named)))))


async def list_admitting(session: AsyncSession, type_id: UUID) -> list[UUID]:
    """The ids of the check-in lists that admit the type."""
    statement = select(CheckInListType.list_id).where(CheckInListType.ticket_type_id == type_id)
    return list(await session.scalars(statement.order_by(CheckInListType.list_id)))
