"""The tables of payments and of the ledger."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CHAR, BigInteger, CheckConstraint, ForeignKey, Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Dated, Model


class Payment(Dated, Model):
    """Money that a provider was asked to take (*payment*) or to give back (*refund*), in minor units.

    `reference_sealed` is the provider's own number, sealed with the data keys. `refunds` names the payment given back.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("kind IN ('payment', 'refund')", name="kind"),
        CheckConstraint("status IN ('pending', 'succeeded', 'failed')", name="status"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    kind: Mapped[str]
    provider: Mapped[str]
    method: Mapped[str]
    status: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(CHAR(3))
    reference_sealed: Mapped[bytes | None]
    refunds: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    reason: Mapped[str | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class LedgerRow(Model):
    """Double entry in one row: `amount_minor` is taken from `debit` and given to `credit`. Never changed.

    `registration_id` says what was charged or discharged for; None: the order as a whole.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        CheckConstraint("kind IN ('charge', 'discharge', 'payment', 'refund')", name="kind"),
        CheckConstraint("debit <> credit", name="accounts"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"))
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    kind: Mapped[str]
    debit: Mapped[str]
    credit: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(CHAR(3))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
