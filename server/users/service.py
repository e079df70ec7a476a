"""Make and find users."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import null
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import ApiProblem, invalid, not_found
from server.users import queries
from server.users.models import User, UserRole

PLAUSIBLE = re.compile(r"[^@\s]{1,64}@[^@\s]{1,185}")
"""Whether mail arrives is found out by sending one; this only catches slips."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to make; the password comes hashed (see `server.auth.passwords`).

    `vouched_for`: whoever makes it knows that the e-mail is theirs; otherwise it is to be confirmed.
    """

    email: str
    password_hash: str
    role: UserRole
    first_name: str | None = None
    last_name: str | None = None
    vouched_for: bool = True


def normal_email(text: str) -> str:
    """The form in which e-mails are stored and compared: trimmed, lower case.

    Raises ApiProblem `invalid` for what is no e-mail.
    """
    email = text.strip().lower()
    if not PLAUSIBLE.fullmatch(email):
        raise invalid("email", "This is not an e-mail address. Check it for a missing part.")
    return email


async def create_user(session: AsyncSession, new: NewUser) -> User:
    """Add a user; flushed, so that its id is good. Raises ApiProblem `email_taken` or `invalid`."""
    user = User(
        email=normal_email(new.email),
        password_hash=new.password_hash,
        role=new.role,
        first_name=new.first_name,
        last_name=new.last_name,
    )
    if not new.vouched_for:
        # A plain None would leave the column to its default.
        user.email_confirmed_at = null()
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise ApiProblem(409, "email_taken", "A user with this e-mail exists already.", field="email") from error
    await session.refresh(user)
    return user


async def find_user_by_email(session: AsyncSession, email: str) -> User | None:
    """The user who signs in as this, whatever its case."""
    return await queries.find_by_email(session, email.strip().lower())


async def find_user(session: AsyncSession, user_id: UUID) -> User | None:
    """The user with this id."""
    return await queries.find(session, user_id)


async def lock_user(session: AsyncSession, user_id: UUID) -> User | None:
    """The user with this id as they are now; nobody changes them before the transaction ends."""
    return await queries.lock(session, user_id)


async def list_users(session: AsyncSession, limit: int, q: str | None, after: str | None) -> Sequence[User]:
    """Users by e-mail, those after the one with the e-mail `after`."""
    return await queries.list_users(session, limit, q, after)


async def delete_lapsed(session: AsyncSession, before: datetime, now: datetime, limit: int) -> list[UUID]:
    """Delete accounts made before then that were never confirmed and have nothing; the ids of those that are gone."""
    return await queries.delete_lapsed(session, before, now, limit)


async def get_for_change(session: AsyncSession, user_id: UUID) -> tuple[User, set[UUID]]:
    """A user who shall be changed and every administrator's id, all locked; raises ApiProblem 404 `user_not_found`."""
    # Administrators first, always: two changes that lock in another order would wait for each other.
    admins = await queries.lock_admins(session)
    user = await lock_user(session, user_id)
    if user is None:
        raise not_found("user_not_found", "There is no such user.")
    return user, admins
