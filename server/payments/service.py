"""Write what moves money into the ledger, and read what it says of an order and its payments."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.payments import queries
from server.payments.models import Payment
from server.payments.queries import Booked, Discharged


async def book(session: AsyncSession, order_id: UUID, rows: Sequence[Booked]) -> None:
    """Append rows to the ledger of an order, whose event's head the caller holds."""
    await queries.write(session, order_id, rows)


async def list_booked(session: AsyncSession, order_id: UUID) -> list[Booked]:
    """The ledger of one order, in the order in which it was written."""
    return await queries.list_booked(session, order_id)


async def list_last_discharged(session: AsyncSession, order_id: UUID) -> list[Discharged]:
    """What was discharged at once for registrations of an order the last time; of an expired one, by its expiry."""
    return await queries.list_last_discharged(session, order_id)


async def find(session: AsyncSession, payment_id: UUID) -> Payment | None:
    """A payment or refund as it is now."""
    return await queries.find(session, payment_id)


async def list_payments(session: AsyncSession, order_id: UUID) -> list[Payment]:
    """The payments and refunds of an order in the order in which they were made."""
    return await queries.list_payments(session, order_id)
