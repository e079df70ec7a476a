"""The tables of events and of the grants on them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
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
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, deferred, mapped_column

from server.clock import new_id
from server.db import Created, Dated, Model

SEARCH = "plain_text(name || ' ' || venue)"
WORDS = (
    "setweight(to_tsvector('simple', plain_text(name || ' ' || venue)), 'A')"
    " || setweight(to_tsvector('simple', plain_text(coalesce(description, ''))), 'B')"
)


class EventRole(StrEnum):
    """What a grant allows on one event."""

    ORGANIZER = "organizer"
    SUPERVISOR = "supervisor"
    STAFF = "staff"
    VIEWER = "viewer"


class EventStatus(StrEnum):
    """How far an event is. Only a published one can be registered for; doors work whatever it is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


class Event(Dated, Model):
    """Something people register for. `number` names it inside tickets; `zone` is IANA.

    `inactive_as` says what it is while it is not active; `reserved_places` are kept for the box office. `search` and
    `words` are what searches look into: written by the database, never read back.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("idx_events_date", "date"),
        Index("idx_events_venue", "venue"),
        Index("idx_events_date_id", "date", "id"),
        Index("idx_events_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        Index("idx_events_words", "words", postgresql_using="gin"),
        CheckConstraint("max_capacity >= 0", name="max_capacity"),
        CheckConstraint("inactive_as IN ('draft', 'cancelled', 'archived')", name="inactive_as"),
        CheckConstraint("reserved_places >= 0", name="reserved_places"),
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
    inactive_as: Mapped[str] = mapped_column(server_default="draft")
    reserved_places: Mapped[int] = mapped_column(server_default="0")
    has_waiting_list: Mapped[bool] = mapped_column(server_default=true())
    image_key: Mapped[str | None]
    takes_money_at_door: Mapped[bool] = mapped_column(server_default=false())
    version: Mapped[int] = mapped_column(server_default="1")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    search: Mapped[str] = deferred(mapped_column(Computed(SEARCH, persisted=True)), raiseload=True)
    words: Mapped[str] = deferred(mapped_column(TSVECTOR, Computed(WORDS, persisted=True)), raiseload=True)

    @property
    def status(self) -> EventStatus:
        """How far the event is."""
        return EventStatus.PUBLISHED if self.is_active else EventStatus(self.inactive_as)


class EventWord(Model):
    """A word of an event's name or venue, and when it takes place: written by the database.

    Events with a word are read from here by date, as many as a page shows.
    """

    __tablename__ = "event_words"

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    date: Mapped[datetime] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)


class KnownWord(Model):
    """A word that an event's name or venue has or had: what a part or a word with a slip may have been meant for."""

    __tablename__ = "known_words"
    __table_args__ = (
        Index(
            "idx_known_words_word",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
    )

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)


class Grant(Created, Model):
    """What one user may do on one event."""

    __tablename__ = "grants"
    __table_args__ = (CheckConstraint("role IN ('organizer', 'supervisor', 'staff', 'viewer')", name="role"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str]
