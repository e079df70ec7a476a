"""The table of orders."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CHAR, BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Dated, Model


class OrderStatus(StrEnum):
    """Where an order stands: *held* waits for its money until `holds_until`, *at_door* is paid on arrival."""

    HELD = "held"
    AT_DOOR = "at_door"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Order(Dated, Model):
    """One payment for one or more registrations of one event; `total_minor` in minor units. Free orders are *paid*."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("status IN ('held', 'at_door', 'paid', 'expired', 'cancelled')", name="status"),
        CheckConstraint("total_minor >= 0", name="total_minor"),
        Index("idx_orders_event_id_id", "event_id", "id"),
        Index("idx_orders_holds_until", "holds_until", postgresql_where=text("status = 'held'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    code: Mapped[str] = mapped_column(unique=True)
    buyer_email: Mapped[str] = mapped_column(String(255))
    buyer_name: Mapped[str] = mapped_column(String(255))
    status: Mapped[str]
    total_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(CHAR(3))
    holds_until: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(server_default="en")
    version: Mapped[int] = mapped_column(server_default="1")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
