"""The table of registrations."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Enum, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from server.clock import new_id
from server.db import Dated, Model

SEARCH = "plain_text(full_name || ' ' || user_email)"
NAME_SIGNS = 100
"""Characters of `search` by which lists are sorted: an index cannot hold texts of any length."""


class PaymentStatus(StrEnum):
    """Where the money of a registration stands."""

    PENDING = "PENDING"
    PAID = "PAID"
    FAILED = "FAILED"
    REFUNDED = "REFUNDED"
    FREE = "FREE"


class Registration(Dated, Model):
    """One e-mail's place at one event.

    `qr_code` holds the 16 signed bytes of its ticket as 32 hex digits, None until the
    ticket may be signed; the text of the QR code is signed again whenever it is shown. Mails are in `language`.
    `search` is what searches look into: written by the database, never read back.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("event_id", "user_email"),
        Index("idx_registrations_event_id", "event_id"),
        Index("idx_registrations_email", "user_email"),
        Index("idx_registrations_qr_code", "qr_code"),
        Index("idx_registrations_event_id_id", "event_id", "id"),
        Index(
            "idx_registrations_event_id_search",
            "event_id",
            "search",
            postgresql_using="gin",
            postgresql_ops={"search": "gin_trgm_ops"},
        ),
        Index("idx_registrations_event_id_name", "event_id", text(f'"left"(search, {NAME_SIGNS})'), "id"),
        Index("idx_registrations_order_id", "order_id", postgresql_where=text("order_id IS NOT NULL")),
        Index("idx_registrations_import_id", "import_id", postgresql_where=text("import_id IS NOT NULL")),
        CheckConstraint("status IN ('active', 'cancelled')", name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    user_email: Mapped[str] = mapped_column(String(255))
    full_name: Mapped[str] = mapped_column(String(255))
    phone: Mapped[str | None] = mapped_column(String(50))
    phone_sealed: Mapped[bytes | None]
    qr_code: Mapped[str | None] = mapped_column(String(255), unique=True)
    payment_status: Mapped[PaymentStatus] = mapped_column(
        Enum(PaymentStatus, name="payment_status"), server_default=PaymentStatus.PENDING.value
    )
    status: Mapped[str] = mapped_column(server_default="active")
    version: Mapped[int] = mapped_column(server_default="1")
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"))
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("imports.id"))
    notes_sealed: Mapped[bytes | None]
    answers_sealed: Mapped[bytes | None]
    language: Mapped[str] = mapped_column(server_default="en")
    search: Mapped[str] = deferred(mapped_column(Computed(SEARCH, persisted=True)), raiseload=True)
