"""The tables of sessions, their tokens, and what was taken back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Identity, String, func
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Created, Model
from server.users.models import UserRole


class Session(Created, Model):
    """One sign-in: on which kind of program, from which network (shortened, see `server.auth.origin`)."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    user_agent: Mapped[str] = mapped_column(server_default="")
    network: Mapped[str] = mapped_column(server_default="")
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class RefreshToken(Created, Model):
    """One refresh token of a session; only its SHA-256 is kept.

    `used_at` is set when it was exchanged for its successor. A session ends when its
    tokens do.
    """

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[UUID] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OneTimeToken(Created, Model):
    """What a link in a mail proves, once: that its reader has the mailbox; only its SHA-256 is kept.

    `password_hash`: of a registration, the password that its confirmation puts in force.
    """

    __tablename__ = "one_time_tokens"
    __table_args__ = (CheckConstraint("purpose IN ('confirm-email', 'password-reset')", name="purpose"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]
    password_hash: Mapped[str | None] = mapped_column(String(255))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Revocation(Model):
    """Access that was taken back before its token is over: a session, or what a user was.

    Every process reads these within a second; they are of no use once the access tokens of their time are over.
    For a user, `role` is the present one; None: no access at all.
    """

    __tablename__ = "revocations"
    __table_args__ = (CheckConstraint("(session_id IS NULL) <> (user_id IS NULL)", name="subject"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    session_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    role: Mapped[UserRole | None] = mapped_column(Enum(UserRole, name="user_role"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)
