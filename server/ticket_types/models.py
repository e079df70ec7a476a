"""The table of ticket types."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CHAR, BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Dated, Model


class TicketType(Dated, Model):
    """What can be booked. `number` names it inside tickets; prices are in minor units."""

    __tablename__ = "ticket_types"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 65535", name="number"),
        CheckConstraint("price_minor >= 0", name="price_minor"),
        CheckConstraint("quota >= 0", name="quota"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    number: Mapped[int]
    name: Mapped[str]
    price_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    currency: Mapped[str] = mapped_column(CHAR(3), server_default="EUR")
    quota: Mapped[int | None]
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
