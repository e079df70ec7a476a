"""The table of conflicts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, SmallInteger, UniqueConstraint, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Dated, Model


class Conflict(Dated, Model):
    """One difference between what doors told and what was due, for an admin to settle.

    Its version is the set `fact_ids`; new facts reopen it. No foreign keys: it outlives
    what it speaks about, as facts do.
    """

    __tablename__ = "conflicts"
    __table_args__ = (
        UniqueConstraint(
            "list_id",
            "registration_id",
            "place",
            "serial",
            "class",
            name="uq_conflicts_subject",
            postgresql_nulls_not_distinct=True,
        ),
        Index("idx_conflicts_event_id", "event_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    event_id: Mapped[UUID]
    list_id: Mapped[UUID]
    registration_id: Mapped[UUID | None]
    place: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    serial: Mapped[bytes | None]
    class_: Mapped[str] = mapped_column("class")
    fact_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    proposed: Mapped[str]
    settled_at: Mapped[datetime | None]
