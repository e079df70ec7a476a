"""The tables of check-in lists, gates and facts."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    false,
    func,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Created, Dated, Model


class CheckInList(Dated, Model):
    """Which ticket types may enter, when, and how often; scans are counted per list.

    `day_starts_at` is wall time in the event's zone; an opening or closing time of None
    has no bound. At `empties_at`, wall time too, whoever is inside has gone; None: never.
    """

    __tablename__ = "check_in_lists"
    __table_args__ = (CheckConstraint("entry IN ('once', 'reentry', 'daily', 'unlimited')", name="entry"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), index=True)
    name: Mapped[str]
    entry: Mapped[str] = mapped_column(server_default="once")
    day_starts_at: Mapped[time] = mapped_column(server_default=text("'00:00'"))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    strict_when_fresh: Mapped[bool] = mapped_column(server_default=true())
    empties_at: Mapped[time | None]
    version: Mapped[int] = mapped_column(server_default="1")


class CheckInListType(Model):
    """One ticket type that a check-in list admits."""

    __tablename__ = "check_in_list_types"

    list_id: Mapped[UUID] = mapped_column(ForeignKey("check_in_lists.id", ondelete="CASCADE"), primary_key=True)
    ticket_type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id", ondelete="CASCADE"), primary_key=True)


class Gate(Created, Model):
    """A place where doors work on one list."""

    __tablename__ = "gates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), index=True)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("check_in_lists.id"))
    name: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")


class Fact(Model):
    """What happened at a door: the exact bytes that were hashed, and their columns.

    Has no foreign keys and no checks on purpose: a fact is never refused because
    something else was deleted. Identity is id *and* hash. `at` is corrected time.

    A revision is given to what stands: a check-in, exit or annulment that is not `held` and
    no rehearsal. `device_id` is the device that keeps the journal, `brought_by` another one
    that carried the fact here. `answer`: what a server's own scan was answered (JSON, less
    the guest's name), so that a retry hears the same.
    """

    __tablename__ = "facts"
    __table_args__ = (
        Index("idx_facts_event_id_revision", "event_id", "revision"),
        Index("idx_facts_serial", "serial", postgresql_where=text("serial IS NOT NULL")),
        Index("idx_facts_journal_seq", "journal", "seq"),
        Index("idx_facts_held", "event_id", "id", postgresql_where=text("held")),
        Index("idx_facts_annuls", "annuls", postgresql_where=text("annuls IS NOT NULL")),
        Index("idx_facts_ahead", "at", postgresql_where=text("at > received_at")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    raw: Mapped[bytes]
    event_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    journal: Mapped[UUID | None]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str]
    list_id: Mapped[UUID | None]
    gate_id: Mapped[UUID | None]
    serial: Mapped[bytes | None]
    annuls: Mapped[UUID | None]
    told: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]
    attested: Mapped[str] = mapped_column(server_default="device")
    author: Mapped[str | None]
    request_hash: Mapped[bytes | None]
    answer: Mapped[bytes | None]
    brought_by: Mapped[UUID | None]
    revision: Mapped[int | None] = mapped_column(BigInteger)
    held: Mapped[bool] = mapped_column(server_default=false())
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Aside(Created, Model):
    """Free text that a fact names by salted hash only: sealed, and erasable without breaking a chain.

    `sealed` holds sixteen bytes of salt and the text; `hash` is the SHA-256 of both.
    """

    __tablename__ = "asides"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    sealed: Mapped[bytes]
