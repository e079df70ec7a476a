"""The tables of tickets and of the keys that sign them."""

from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Created, Dated, Model

VOID = ("revoked", "cancelled")
"""Statuses of tickets that never come back; a registration's place has at most one other."""


class EventKey(Created, Model):
    """One signing key of an event: *current* signs, *old* verifies, *withdrawn* has leaked.

    The private key is sealed with the server's data keys; both are raw Ed25519 bytes.
    """

    __tablename__ = "event_keys"
    __table_args__ = (
        CheckConstraint("state IN ('current', 'old', 'withdrawn')", name="state"),
        CheckConstraint("number BETWEEN 0 AND 255", name="number"),
        Index(
            "uq_event_keys_current",
            "event_id",
            unique=True,
            postgresql_where=text("state = 'current'"),
        ),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(server_default="current")
    public_key: Mapped[bytes]
    private_key_sealed: Mapped[bytes]


class Ticket(Dated, Model):
    """The right to enter: a serial for one place of a registration, or a blank.

    `signed` holds the 16 signed bytes, None until the ticket may be signed. A serial once
    issued is never deleted. `holder_name` is a named companion's; the own ticket has the registration's name.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("event_id", "short_code"),
        Index(
            "uq_tickets_registration_id_place",
            "registration_id",
            "place",
            unique=True,
            postgresql_where=text("status NOT IN ('revoked', 'cancelled')"),
        ),
        Index("idx_tickets_registration_id", "registration_id"),
        CheckConstraint("status IN ('valid', 'revoked', 'cancelled', 'blocked')", name="status"),
        CheckConstraint("octet_length(serial) = 8", name="serial"),
        CheckConstraint("octet_length(signed) = 16", name="signed"),
        CheckConstraint("place >= 0", name="place"),
    )

    serial: Mapped[bytes] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"))
    place: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    status: Mapped[str] = mapped_column(server_default="valid")
    signed: Mapped[bytes | None]
    short_code: Mapped[str]
    holder_name: Mapped[str | None] = mapped_column(String(255))
