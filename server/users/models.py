"""The users table."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Enum, String, func, true
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Dated, Model

PROGRAMS = "@api-tokens.invalid"
"""How the e-mails end of those as whom programs work; no mail ever goes there (RFC 2606)."""


class UserRole(StrEnum):
    """What a user may do everywhere; a grant says what on one event."""

    ADMIN = "ADMIN"
    ORGANIZER = "ORGANIZER"
    REGISTRATION_STAFF = "REGISTRATION_STAFF"


class User(Dated, Model):
    """Somebody who can sign in. E-mails are stored in lower case.

    `email_confirmed_at` is None until whoever registered by themselves has proven to have the mailbox; they cannot
    sign in before. For users that an administrator made, the administrator vouches.
    """

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[UserRole] = mapped_column(
        Enum(UserRole, name="user_role"), server_default=UserRole.REGISTRATION_STAFF.value
    )
    first_name: Mapped[str | None] = mapped_column(String(100))
    last_name: Mapped[str | None] = mapped_column(String(100))
    is_active: Mapped[bool] = mapped_column(server_default=true())
    email_confirmed_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
