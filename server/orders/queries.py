"""The statements of orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from server.orders.models import Order, OrderStatus
from server.paging import like_pattern
from server.registrations.models import PaymentStatus, Registration
from server.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of orders is asked for; `after` is the id of the last one seen."""

    event_id: UUID
    limit: int
    status: OrderStatus | None = None
    q: str | None = None
    after: UUID | None = None


async def find(session: AsyncSession, order_id: UUID) -> Order | None:
    """The order as it is now."""
    return await session.get(Order, order_id, populate_existing=True)


async def is_taken(session: AsyncSession, code: str) -> bool:
    """Whether an order has this code."""
    return bool(await session.scalar(select(exists().where(Order.code == code))))


async def list_orders(session: AsyncSession, asked: Asked) -> list[Order]:
    """Orders of an event in the order in which they were made; `q` is a whole code or a part of buyer's e-mail."""
    statement = select(Order).where(Order.event_id == asked.event_id)
    if asked.status is not None:
        statement = statement.where(Order.status == asked.status.value)
    if asked.q:
        by_email = Order.buyer_email.ilike(like_pattern(asked.q))
        statement = statement.where(or_(Order.code == asked.q.strip().upper(), by_email))
    if asked.after is not None:
        statement = statement.where(Order.id > asked.after)
    return list(await session.scalars(statement.order_by(Order.id).limit(asked.limit)))


async def list_registrations(session: AsyncSession, order_id: UUID) -> list[Registration]:
    """The registrations that belong to the order now, cancelled ones too."""
    statement = select(Registration).where(Registration.order_id == order_id).order_by(Registration.id)
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


async def list_companions(session: AsyncSession, registration_id: UUID, since: datetime) -> list[str]:
    """The names of a registration's companions, by the latest ticket of each place that was issued since then."""
    statement = (
        select(Ticket.place, Ticket.holder_name)
        .ext(distinct_on(Ticket.place))
        .where(Ticket.registration_id == registration_id, Ticket.place > 0, Ticket.created_at >= since)
        .order_by(Ticket.place, Ticket.created_at.desc())
    )
    return [row.holder_name or "" for row in await session.execute(statement)]


async def set_payment_status(session: AsyncSession, ids: Sequence[UUID], status: PaymentStatus) -> None:
    """Say of these registrations where their money stands."""
    await session.execute(_SET_PAYMENT_STATUS, {"ids": list(ids), "status": status.value})


async def list_events_overdue(session: AsyncSession, now: datetime) -> list[UUID]:
    """Events with orders whose seats were held until before now."""
    overdue = Order.status == OrderStatus.HELD.value, Order.holds_until <= now
    return list(await session.scalars(select(Order.event_id).where(*overdue).distinct()))


async def list_overdue(session: AsyncSession, event_id: UUID, now: datetime, limit: int) -> list[Order]:
    """Orders of the event whose seats were held until before now, the first ones first. The caller holds its head."""
    statement = (
        select(Order)
        .where(Order.event_id == event_id, Order.status == OrderStatus.HELD.value, Order.holds_until <= now)
        .order_by(Order.holds_until, Order.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(statement))


async def count_active(session: AsyncSession, order_id: UUID) -> int:
    """How many registrations of the order are in force."""
    statement = select(func.count()).where(Registration.order_id == order_id, Registration.status == "active")
    return (await session.scalars(statement)).one()


_SET_PAYMENT_STATUS = text(
    """
    UPDATE registrations SET payment_status = CAST(:status AS payment_status), version = version + 1, updated_at = now()
    WHERE id = ANY(CAST(:ids AS uuid[]))
    """
)
