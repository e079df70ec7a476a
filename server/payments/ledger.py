"""The ledger of orders: every movement of money as one balanced row, and what follows from the rows of an order.

A row takes `amount_minor` from the account `credit` and gives it to `debit`. What guests owe stands in *receivable*:

| kind | debit | credit |
|---|---|---|
| charge | receivable | sales |
| discharge | sales | receivable |
| payment | a till: cash, terminal, bank | receivable |
| refund | receivable | the till |

So `owed = charged − discharged − paid + refunded`, which is the order's balance of *receivable*. Nothing here asks a
clock or a database, but `list_unbalanced`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.payments import queries
from server.payments.queries import Booked

RECEIVABLE, SALES = "receivable", "sales"


class Kind(StrEnum):
    """What moves money in the ledger."""

    CHARGE = "charge"
    DISCHARGE = "discharge"
    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Balance:
    """Sums over the rows of one order, in minor units of its currency, none negative."""

    charged: int = 0
    discharged: int = 0
    paid: int = 0
    refunded: int = 0

    @property
    def owed(self) -> int:
        """What the buyer still has to pay; negative: what the buyer is to get back."""
        return self.charged - self.discharged - self.paid + self.refunded

    @property
    def kept(self) -> int:
        """Money that came and was not given back: at most this can be refunded."""
        return self.paid - self.refunded

    @property
    def credit(self) -> int:
        """What was paid for something that is no longer charged; 0 if nothing."""
        return max(0, -self.owed)

    @property
    def dischargeable(self) -> int:
        """What is charged and was not discharged."""
        return self.charged - self.discharged


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """An order whose rows contradict each other, its payments or its status."""

    order_id: UUID
    code: str
    status: str
    balance: Balance


def charge(amount_minor: int, currency: str, registration_id: UUID) -> Booked:
    """A registration costs something."""
    return Booked(Kind.CHARGE, RECEIVABLE, SALES, amount_minor, currency, registration_id)


def discharge(amount_minor: int, currency: str, registration_id: UUID | None) -> Booked:
    """It no longer does; or the order (None) is let off a part."""
    return Booked(Kind.DISCHARGE, SALES, RECEIVABLE, amount_minor, currency, registration_id)


def payment(amount_minor: int, currency: str, till: str, payment_id: UUID) -> Booked:
    """Money came into a till."""
    return Booked(Kind.PAYMENT, till, RECEIVABLE, amount_minor, currency, payment_id=payment_id)


def refund(amount_minor: int, currency: str, till: str, payment_id: UUID) -> Booked:
    """Money was given back out of a till."""
    return Booked(Kind.REFUND, RECEIVABLE, till, amount_minor, currency, payment_id=payment_id)


def balance_of(rows: Iterable[Booked]) -> Balance:
    """The sums over an order's rows."""
    sums = dict.fromkeys(Kind, 0)
    for row in rows:
        sums[Kind(row.kind)] += row.amount_minor
    return Balance(sums[Kind.CHARGE], sums[Kind.DISCHARGE], sums[Kind.PAYMENT], sums[Kind.REFUND])


def charged_for(rows: Sequence[Booked]) -> Mapping[UUID, int]:
    """What each registration of an order is charged now; those that cost nothing are left out."""
    net: dict[UUID, int] = {}
    for row in rows:
        if row.registration_id is not None:
            sign = 1 if row.kind == Kind.CHARGE else -1
            net[row.registration_id] = net.get(row.registration_id, 0) + sign * row.amount_minor
    return {registration_id: amount for registration_id, amount in net.items() if amount > 0}


def discharge_of(rows: Sequence[Booked], registration_id: UUID, currency: str) -> list[Booked]:
    """The row that lets an order off what this registration costs; none if it costs nothing (any more)."""
    amount = min(charged_for(rows).get(registration_id, 0), balance_of(rows).dischargeable)
    return [discharge(amount, currency, registration_id)] if amount > 0 else []


async def list_unbalanced(session: AsyncSession) -> list[Unbalanced]:
    """Every order of the database that does not balance, by one query; there should be none.

    An order balances if its rows have the right accounts and its one currency, what they say of payments and refunds
    is what the payments say, no more was discharged than charged and no more given back than came, a paid order owes
    nothing, one that is held or paid at the door owes something, and one that is over is charged nothing.
    """
    return [Unbalanced(row[0], row[1], row[2], Balance(*row[3:])) for row in await queries.list_unbalanced(session)]
