"""The table of ticket types."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CHAR, BigInteger, CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Dated, Model


class TicketType(Dated, Model):
    """What can be booked. `number` names it inside tickets; prices are in minor units.

    `sold` and `offered` count tickets under the event's head; the table itself keeps them within the quota.
    """

    __tablename__ = "ticket_types"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 65535", name="number"),
        CheckConstraint("price_minor >= 0", name="price_minor"),
        CheckConstraint("quota >= 0", name="quota"),
        CheckConstraint("sold >= 0 AND offered >= 0", name="sold"),
        CheckConstraint("sold + offered <= quota", name="within_quota"),
        CheckConstraint("companions_allowed BETWEEN 0 AND 100", name="companions_allowed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    number: Mapped[int]
    name: Mapped[str]
    price_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    currency: Mapped[str] = mapped_column(CHAR(3), server_default="EUR")
    quota: Mapped[int | None]
    sold: Mapped[int] = mapped_column(server_default="0")
    offered: Mapped[int] = mapped_column(server_default="0")
    sale_from: Mapped[datetime | None]
    sale_until: Mapped[datetime | None]
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    companions_allowed: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
