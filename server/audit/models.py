"""The tables of the audit: its rows, and the keys that people's values in them are sealed with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Created, Model


class AuditRow(Model):
    """One change: who, from where, what, and the fields that differ before and after.

    `number` is their order. Append-only, for the application's role and by a trigger. No foreign keys: it outlives
    what it speaks about.
    """

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("author_kind IN ('user', 'device', 'visitor', 'system')", name="author_kind"),
        Index("idx_audit_event_id_number", "event_id", "number"),
        Index("idx_audit_object_id_number", "object_id", "number"),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    author_kind: Mapped[str]
    author_id: Mapped[UUID | None]
    address: Mapped[str | None]
    request_id: Mapped[str | None]
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    event_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class PersonKey(Created, Model):
    """The key of one person's values in the audit, sealed with the data keys; none any more once they were erased.

    `person_id` is the id of a user or of a registration.
    """

    __tablename__ = "person_keys"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes | None]
    erased_at: Mapped[datetime | None]
