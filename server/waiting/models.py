"""The table of those who wait."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Dated, Model


class Waiting(Dated, Model):
    """A guest who came too late; ids grow, so they stand in the order of coming.

    *offered* keeps `places` of the ticket type until `offered_until`; *taken* became `registration_id`.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint("places > 0", name="places"),
        CheckConstraint("status IN ('waiting', 'offered', 'taken', 'expired', 'left')", name="status"),
        Index("idx_waiting_event_id_id", "event_id", "id"),
        Index("idx_waiting_offered_until", "offered_until", postgresql_where=text("status = 'offered'")),
        Index(
            "uq_waiting_event_id_user_email",
            "event_id",
            "user_email",
            unique=True,
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    user_email: Mapped[str] = mapped_column(String(255))
    full_name: Mapped[str] = mapped_column(String(255))
    phone_sealed: Mapped[bytes | None]
    places: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    status: Mapped[str] = mapped_column(server_default="waiting")
    offered_until: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(server_default="en")
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"))
