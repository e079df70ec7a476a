"""Register by oneself, prove the mailbox, get a new password. Nobody learns from it which e-mails are known."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.auth import service
from server.auth.links import Letter, drop_links, is_good, link_over, send_link, send_mail, use_link
from server.auth.models import OneTimeToken
from server.auth.passwords import Passwords
from server.auth.tokens import Caller, not_signed_in
from server.db import Database
from server.errors import ApiProblem, not_found
from server.users import service as users
from server.users.models import User, UserRole
from server.users.service import NewUser


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who registers; e-mail in its normal form."""

    email: str
    password: str
    first_name: str | None = None
    last_name: str | None = None


async def register(
    database: Database, passwords: Passwords, author: Author, letter: Letter, newcomer: Newcomer
) -> None:
    """Make an account that can do nothing until its e-mail is confirmed, and mail the link that confirms it.

    For an e-mail that waits for its confirmation, another link: the password of the registration whose link is used
    counts, so nobody who registered somebody else's address before gets in. For an account in force, a mail that says
    so. Raises ApiProblem `weak_password` or `busy`.
    """
    password_hash = await passwords.hash(newcomer.password)
    async with database.sessions.begin() as session:
        user = await users.find_user_by_email(session, newcomer.email)
        user = user or await _made(session, author, newcomer, password_hash)
        if user is None or not user.is_active:
            return
        if user.email_confirmed_at is None:
            await send_link(session, letter, user, "confirm-email", password_hash)
        else:
            await send_mail(session, letter, user, "account-exists", {})


async def _made(session: AsyncSession, author: Author, newcomer: Newcomer, password_hash: str) -> User | None:
    new = NewUser(
        email=newcomer.email,
        password_hash=password_hash,
        role=UserRole.REGISTRATION_STAFF,
        first_name=newcomer.first_name,
        last_name=newcomer.last_name,
        vouched_for=False,
    )
    try:
        user = await users.create_user(session, new)
    except ApiProblem:
        # Somebody registered this e-mail a moment ago; that registration's mail is on its way.
        return None
    await audit.write(session, author, "user.registered", "user", user.id, None, snapshot(user), person=user.id)
    return user


async def confirm_email(session: AsyncSession, author: Author, token: str, now: datetime) -> None:
    """Let an account come into force, with the password of the registration that this link belongs to.

    One that is in force already stays as it is. Raises ApiProblem 410 `link_over`.
    """
    link = await use_link(session, token, "confirm-email", now)
    user = await _sent_to(session, link)
    if user.email_confirmed_at is None:
        user.email_confirmed_at = now
        user.password_hash = link.password_hash or user.password_hash
        await _note(session, author, "user.email_confirmed", user)


async def ask_reset(database: Database, letter: Letter, email: str) -> None:
    """Have a link for a new password mailed, if this is somebody's e-mail; see `offer_reset`.

    That is looked up by a job, so that the answer comes as soon for an e-mail that is known as for one that is not.
    """
    told = {"email": email, "language": letter.language, "own_url": letter.settings.own_url}
    async with database.sessions.begin() as session:
        await jobs.defer(session, "offer-password-reset", told, priority=jobs.Priority.SOON)


async def offer_reset(session: AsyncSession, letter: Letter, email: str) -> None:
    """Mail a link for a new password to whoever has this e-mail and may sign in."""
    user = await users.find_user_by_email(session, email)
    if user is not None and user.is_active:
        await send_link(session, letter, user, "password-reset")


async def reset_password(
    database: Database, passwords: Passwords, author: Author, letter: Letter, token: str, password: str
) -> None:
    """Set a new password by link and end every session; whoever has the mailbox has confirmed it by that.

    Raises ApiProblem 410 `link_over`, `weak_password` (which leaves the link good) or `busy`.
    """
    async with database.sessions() as session:
        # Looked at first: whoever has no link gets no work out of Argon2.
        if not await is_good(session, token, "password-reset", letter.now):
            raise link_over()
    password_hash = await passwords.hash(password)
    async with database.sessions.begin() as session:
        link = await use_link(session, token, "password-reset", letter.now)
        user = await _sent_to(session, link)
        user.email_confirmed_at = user.email_confirmed_at or letter.now
        await _set_password(session, author, user, password_hash, letter.now)
        await _note(session, author, "user.password_reset", user)
        await send_mail(session, letter, user, "password-changed", {})


async def change_password(
    database: Database,
    passwords: Passwords,
    author: Author,
    letter: Letter,
    caller: Caller,
    present: str,
    new: str,
) -> None:
    """Set a new password for whoever knows the present one, and end every other session.

    Raises ApiProblem 403 `wrong_password`, `weak_password` or `busy`.
    """
    async with database.sessions() as session:
        before = await users.find_user(session, caller.user_id)
    if before is None or not await passwords.matches(present, before.password_hash):
        raise _wrong_password()
    password_hash = await passwords.hash(new)
    async with database.sessions.begin() as session:
        user = await users.lock_user(session, caller.user_id)
        if user is None or not user.is_active:
            raise not_signed_in()
        # It may have been reset while Argon2 worked: then the one that was told is present no more.
        if user.password_hash != before.password_hash:
            raise _wrong_password()
        await _set_password(session, author, user, password_hash, letter.now, but=caller)
        await _note(session, author, "user.password_changed", user)
        await send_mail(session, letter, user, "password-changed", {})


async def set_password_of(session: AsyncSession, author: Author, email: str, password_hash: str, now: datetime) -> None:
    """Put a password in force for whoever has this e-mail, as the operator of the server asks.

    Raises ApiProblem 404 `user_not_found`.
    """
    found = await users.find_user_by_email(session, email)
    user = await users.lock_user(session, found.id) if found is not None else None
    if user is None:
        raise not_found("user_not_found", "Nobody signs in with this e-mail. Check it for a slip.")
    user.email_confirmed_at = user.email_confirmed_at or now
    await _set_password(session, author, user, password_hash, now)
    await _note(session, author, "user.password_reset", user)


async def _set_password(
    session: AsyncSession, author: Author, user: User, password_hash: str, now: datetime, but: Caller | None = None
) -> None:
    # In force at once: no link asked for before sets another, and every session ends but the caller's own.
    user.password_hash = password_hash
    await session.flush()
    await drop_links(session, user.id, "password-reset", now)
    await service.end_sessions(session, author, user.id, now, keep=but.session_id if but is not None else None)


def _wrong_password() -> ApiProblem:
    return ApiProblem(403, "wrong_password", "This is not your present password.", field="current_password")


async def _note(session: AsyncSession, author: Author, action: str, user: User) -> None:
    await audit.write(session, author, action, "user", user.id, {}, {})


async def _sent_to(session: AsyncSession, link: OneTimeToken) -> User:
    user = await users.lock_user(session, link.user_id)
    if user is None or not user.is_active:
        raise link_over()
    return user
