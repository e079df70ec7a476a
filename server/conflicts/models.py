"""The tables of conflicts, of how they were settled, and of what is remembered to judge facts as of their time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Created, Dated, Model

OUTCOMES = "outcome IN ('accepted', 'annulled')"


class Conflict(Dated, Model):
    """One difference between what doors told and what was due, for an organizer to settle.

    About a place on a list, or about a `journal`. Its version is the set `fact_ids`; new facts reopen it. `undue` of
    them were told and not due; `outcome` is proposed and `proposed` says why. `gone`: it was settled once, and what it
    names contradicts itself no more. No foreign keys: it outlives what it speaks about, as facts do.
    """

    __tablename__ = "conflicts"
    __table_args__ = (
        UniqueConstraint(
            "event_id",
            "list_id",
            "registration_id",
            "place",
            "serial",
            "journal",
            "class",
            name="uq_conflicts_subject",
            postgresql_nulls_not_distinct=True,
        ),
        Index("idx_conflicts_event_id_id", "event_id", "created_at", "id"),
        Index("idx_conflicts_journal", "journal", postgresql_where=text("journal IS NOT NULL")),
        CheckConstraint(OUTCOMES, name="outcome"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    event_id: Mapped[UUID]
    list_id: Mapped[UUID | None]
    registration_id: Mapped[UUID | None]
    place: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    serial: Mapped[bytes | None]
    class_: Mapped[str] = mapped_column("class")
    fact_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    proposed: Mapped[str]
    settled_at: Mapped[datetime | None]
    journal: Mapped[UUID | None]
    undue: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    outcome: Mapped[str] = mapped_column(server_default="accepted")
    gone: Mapped[bool] = mapped_column(server_default=false())


class Settlement(Created, Model):
    """How somebody settled a conflict when it had these facts; taken back since `undone_at`."""

    __tablename__ = "settlements"
    __table_args__ = (
        Index("idx_settlements_conflict_id", "conflict_id", "created_at"),
        CheckConstraint(OUTCOMES, name="outcome"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conflict_id: Mapped[UUID]
    event_id: Mapped[UUID]
    fact_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    outcome: Mapped[str]
    settled_by: Mapped[UUID]
    undone_at: Mapped[datetime | None]


class FormerTicket(Model):
    """What a ticket was until `until`; written by the database itself when a ticket or its payment changes.

    Devices could hear of the change from `revision` on. One column is set: the one that changed.
    """

    __tablename__ = "former_tickets"
    __table_args__ = (Index("idx_former_tickets_serial", "serial", "number"),)

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    serial: Mapped[bytes]
    until: Mapped[datetime]
    revision: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str | None]
    ticket_type: Mapped[int | None]
    settled: Mapped[bool | None]


class ListState(Model):
    """What a check-in list asked for since `since`; written by the database itself when it or its types change.

    Devices could hear of it from `revision` on.
    """

    __tablename__ = "list_states"
    __table_args__ = (
        Index("idx_list_states_event_id", "event_id", "number"),
        Index("idx_list_states_list_id", "list_id", "number"),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    list_id: Mapped[UUID]
    since: Mapped[datetime]
    revision: Mapped[int] = mapped_column(BigInteger)
    policy: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Boot(Model):
    """The first reading of a laptop's boot at an event: its monotonic clock said `mono_ns`, the server's said `at`.

    A boot without a row is placed by its wall clock alone.
    """

    __tablename__ = "boots"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    journal: Mapped[UUID] = mapped_column(primary_key=True)
    boot: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    mono_ns: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class DuplicateLook(Model):
    """The revision that an event had when one person's two registrations were last looked for there."""

    __tablename__ = "duplicate_looks"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)
