"""The tables of events and of the grants on them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    false,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Created, Dated, Model


class EventRole(StrEnum):
    """What a grant allows on one event."""

    ORGANIZER = "organizer"
    SUPERVISOR = "supervisor"
    STAFF = "staff"
    VIEWER = "viewer"


class Event(Dated, Model):
    """Something people register for. `number` names it inside tickets; `zone` is IANA."""

    __tablename__ = "events"
    __table_args__ = (
        Index("idx_events_date", "date"),
        Index("idx_events_venue", "venue"),
        CheckConstraint("max_capacity >= 0", name="max_capacity"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    number: Mapped[int] = mapped_column(Identity(), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    slug: Mapped[str] = mapped_column(String(255), unique=True)
    description: Mapped[str | None]
    date: Mapped[datetime]
    end_date: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(server_default="UTC")
    venue: Mapped[str] = mapped_column(String(255))
    max_capacity: Mapped[int | None]
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    is_active: Mapped[bool] = mapped_column(server_default=true())
    takes_money_at_door: Mapped[bool] = mapped_column(server_default=false())
    version: Mapped[int] = mapped_column(server_default="1")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class Grant(Created, Model):
    """What one user may do on one event."""

    __tablename__ = "grants"
    __table_args__ = (CheckConstraint("role IN ('organizer', 'supervisor', 'staff', 'viewer')", name="role"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str]
