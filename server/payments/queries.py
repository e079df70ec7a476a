"""The statements of payments and of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.payments.models import LedgerRow, Payment


@dataclass(frozen=True, slots=True)
class Booked:
    """A row of the ledger: `amount_minor` (above 0) taken from `credit` and given to `debit`."""

    kind: str
    debit: str
    credit: str
    amount_minor: int
    currency: str
    registration_id: UUID | None = None
    payment_id: UUID | None = None


async def write(session: AsyncSession, order_id: UUID, rows: Sequence[Booked]) -> None:
    """Append rows to the ledger of an order."""
    session.add_all(
        LedgerRow(
            order_id=order_id,
            registration_id=row.registration_id,
            payment_id=row.payment_id,
            kind=str(row.kind),
            debit=row.debit,
            credit=row.credit,
            amount_minor=row.amount_minor,
            currency=row.currency,
        )
        for row in rows
    )
    await session.flush()


async def list_booked(session: AsyncSession, order_id: UUID) -> list[Booked]:
    """The rows of one order in their order."""
    statement = (
        select(
            LedgerRow.kind,
            LedgerRow.debit,
            LedgerRow.credit,
            LedgerRow.amount_minor,
            LedgerRow.currency,
            LedgerRow.registration_id,
            LedgerRow.payment_id,
        )
        .where(LedgerRow.order_id == order_id)
        .order_by(LedgerRow.number)
    )
    return [Booked(*row) for row in await session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Discharged:
    """So much was discharged for a registration, by the transaction that began then."""

    registration_id: UUID
    amount_minor: int
    at: datetime


async def list_last_discharged(session: AsyncSession, order_id: UUID) -> list[Discharged]:
    """What the transaction discharged that did so last of all, by registration."""
    of_order = LedgerRow.order_id == order_id, LedgerRow.kind == "discharge"
    # By number: these are drawn under the head's lock, while who began later may have had it before.
    last = select(LedgerRow.at).where(*of_order).order_by(LedgerRow.number.desc()).limit(1).scalar_subquery()
    statement = select(LedgerRow.registration_id, LedgerRow.amount_minor, LedgerRow.at).where(
        *of_order, LedgerRow.at == last
    )
    return [Discharged(id_, amount, at) for id_, amount, at in await session.execute(statement) if id_ is not None]


async def find(session: AsyncSession, payment_id: UUID) -> Payment | None:
    """A payment or refund."""
    return await session.get(Payment, payment_id, populate_existing=True)


async def list_payments(session: AsyncSession, order_id: UUID) -> list[Payment]:
    """The payments and refunds of an order in the order in which they were made."""
    statement = select(Payment).where(Payment.order_id == order_id).order_by(Payment.created_at, Payment.id)
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


async def list_unbalanced(session: AsyncSession) -> list[Any]:
    """Orders that do not balance; see `ledger.list_unbalanced`."""
    return list((await session.execute(_UNBALANCED)).all())


_UNBALANCED = text(
    """
    WITH booked AS (
        SELECT order_id,
            coalesce(sum(amount_minor) FILTER (WHERE kind = 'charge'), 0) AS charged,
            coalesce(sum(amount_minor) FILTER (WHERE kind = 'discharge'), 0) AS discharged,
            coalesce(sum(amount_minor) FILTER (WHERE kind = 'payment'), 0) AS paid,
            coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0) AS refunded,
            coalesce(sum(amount_minor) FILTER (WHERE debit = 'receivable'), 0)
                - coalesce(sum(amount_minor) FILTER (WHERE credit = 'receivable'), 0) AS receivable,
            coalesce(sum(amount_minor) FILTER (WHERE credit = 'sales'), 0)
                - coalesce(sum(amount_minor) FILTER (WHERE debit = 'sales'), 0) AS sales,
            min(currency) AS least, max(currency) AS most
        FROM ledger GROUP BY order_id
    ), told AS (
        SELECT order_id,
            coalesce(sum(amount_minor) FILTER (WHERE kind = 'payment'), 0) AS paid,
            coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0) AS refunded
        FROM payments WHERE status = 'succeeded' GROUP BY order_id
    ), sums AS (
        SELECT orders.id, orders.code, orders.status, orders.total_minor,
            coalesce(booked.charged, 0) AS charged, coalesce(booked.discharged, 0) AS discharged,
            coalesce(booked.paid, 0) AS paid, coalesce(booked.refunded, 0) AS refunded,
            coalesce(booked.receivable, 0) AS receivable, coalesce(booked.sales, 0) AS sales,
            coalesce(told.paid, 0) AS told_paid, coalesce(told.refunded, 0) AS told_refunded,
            coalesce(booked.least, orders.currency) = orders.currency
                AND coalesce(booked.most, orders.currency) = orders.currency AS one_currency
        FROM orders LEFT JOIN booked ON booked.order_id = orders.id LEFT JOIN told ON told.order_id = orders.id
    )
    SELECT id, code, status, CAST(charged AS bigint), CAST(discharged AS bigint), CAST(paid AS bigint),
        CAST(refunded AS bigint)
    FROM sums
    WHERE NOT (
        one_currency
        AND receivable = charged - discharged - paid + refunded AND sales = charged - discharged
        AND paid = told_paid AND refunded = told_refunded
        AND charged >= total_minor AND charged - discharged BETWEEN 0 AND total_minor AND refunded <= paid
        AND CASE
            WHEN status IN ('held', 'at_door') THEN receivable > 0
            WHEN status = 'paid' THEN receivable <= 0
            ELSE charged = discharged
        END
    )
    ORDER BY id
    """
)
