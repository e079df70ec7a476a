"""The tables of revisions, the feed, and the chains that devices send."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Created, Model


class Server(Created, Model):
    """This server's own identity: one row, made by the first migration.

    Its Ed25519 key vouches for devices; made when first needed, the private half sealed with the data keys.
    """

    __tablename__ = "servers"
    __table_args__ = (Index("uq_servers_one", text("(true)"), unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    epoch_counter: Mapped[int] = mapped_column(server_default="1")
    public_key: Mapped[bytes | None]
    private_key_sealed: Mapped[bytes | None]


class EventHead(Model):
    """The lock and counters of one event: its last revision, the tickets sold, and those offered to who waits.

    Pointers of the feed below `floor` were dropped.
    `capacity` repeats the event's, so that the row itself proves that nothing is oversold.
    Narrow on purpose: every batch locks this row first (`FOR NO KEY UPDATE`).
    """

    __tablename__ = "event_heads"
    __table_args__ = (
        CheckConstraint("sold >= 0 AND offered >= 0", name="sold"),
        CheckConstraint("sold + offered <= capacity", name="within_capacity"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, server_default="0")
    sold: Mapped[int] = mapped_column(server_default="0")
    capacity: Mapped[int | None]
    offered: Mapped[int] = mapped_column(server_default="0")
    floor: Mapped[int] = mapped_column(BigInteger, server_default="0")


class Change(Model):
    """A pointer of the feed: at this revision, this thing changed.

    The payload is read when pulled, with the rights of whoever asks.
    """

    __tablename__ = "changes"
    __table_args__ = (CheckConstraint("octet_length(check_value) = 8", name="check_value"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entity: Mapped[str]
    entity_id: Mapped[str]
    check_value: Mapped[bytes]


class KeptSnapshot(Created, Model):
    """The newest snapshot of an event's guest list, and what it is of; its file is in the storage, sealed.

    `profile` says whom it is for: `door`. `size` is the file's, in bytes before sealing.
    """

    __tablename__ = "snapshots"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    profile: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[str]
    revision: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)


class Journal(Created, Model):
    """The head of one device journal as far as this server holds its chain without a gap.

    `device_id` is the device that brought it first. `forked`: two facts claim one number, or one follows no forerunner.
    """

    __tablename__ = "journals"

    journal: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(index=True)
    head_seq: Mapped[int] = mapped_column(BigInteger)
    head_hash: Mapped[bytes]
    continues: Mapped[UUID | None]
    forked: Mapped[bool] = mapped_column(server_default=false())


class Quarantined(Model):
    """Something a device sent that this server could not read as a fact; kept whole, once.

    `hash` is its SHA-256, `seq` its number by its place in what was sent, so that the journal's head goes on past it.
    """

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("device_id", "hash"), Index("idx_quarantine_journal_seq", "journal", "seq"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    device_id: Mapped[UUID]
    journal: Mapped[UUID]
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
    raw: Mapped[bytes]
    reason: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
