"""Sign in, stay signed in, sign out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Change
from server.auth import queries, tokens
from server.auth.models import Session
from server.auth.origin import Origin
from server.auth.passwords import Passwords
from server.auth.queries import Begun
from server.auth.tokens import Caller
from server.clock import new_id
from server.db import Database
from server.errors import ApiProblem, not_found
from server.users import service as users
from server.users.models import User, UserRole

GRACE = timedelta(seconds=60)
"""How long a used refresh token still gives its successor: an answer may be lost on a bad network."""
NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a client keeps: one token for minutes, one to get the next pair."""

    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class WrongCredentials:
    """No active user with a confirmed e-mail has this e-mail and password; which of them is wrong is not told."""


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The refresh token is unknown or over: sign in again."""


@dataclass(frozen=True, slots=True)
class Reused:
    """A token was used again long after: somebody copied it, so the session has been ended."""


async def sign_in(
    database: Database,
    passwords: Passwords,
    secret: bytes,
    email: str,
    password: str,
    now: datetime,
    origin: Origin = NOWHERE,
) -> SignedIn | WrongCredentials:
    """Begin a session for whoever knows the password of an active user; raises ApiProblem 503 `busy`."""
    async with passwords.turn():
        async with database.sessions() as session:
            found = await users.find_user_by_email(session, email)
        # No connection is held while Argon2 works or waits.
        if not await passwords.matches(password, found.password_hash if found else None) or found is None:
            return WrongCredentials()
        async with database.sessions.begin() as session:
            # Locked and compared: the password may have changed while Argon2 worked.
            user = await users.lock_user(session, found.id)
            if user is None or not _may_sign_in(user) or user.password_hash != found.password_hash:
                return WrongCredentials()
            return await _begin_session(session, secret, user, now, origin)


async def _begin_session(session: AsyncSession, secret: bytes, user: User, now: datetime, origin: Origin) -> SignedIn:
    # Its id and its tokens are made here: nobody can know them before.
    caller, refresh = Caller(user.id, user.role, new_id()), tokens.first_refresh_token()
    await queries.begin_session(session, Begun(caller.session_id, user.id, origin, tokens.hash_of(refresh), now))
    return SignedIn(tokens.access_token(secret, caller, now), refresh)


async def refresh(
    database: Database, author: Author, secret: bytes, token: str, now: datetime
) -> SignedIn | SessionEnded | Reused:
    """Exchange a refresh token for its successor; asked again within GRACE, give the same one.

    A token that comes back later ends the whole session (RFC 9700, 4.14.2).
    """
    async with database.sessions.begin() as session:
        row = await queries.lock_token(session, tokens.hash_of(token))
        if row is None:
            return SessionEnded()
        if row.used_at is not None and now > row.used_at + GRACE:
            await _end(session, author, "session.reused", row.user_id, [row.session_id], now)
            return Reused()
        user = await users.find_user(session, row.user_id)
        if row.expires_at <= now or user is None or not _may_sign_in(user):
            return SessionEnded()
        following = tokens.successor(secret, token)
        row.used_at = row.used_at or now
        expires_at = now + tokens.REFRESH_LIFE
        await queries.add_token(session, tokens.hash_of(following), user.id, row.session_id, expires_at)
        await queries.touch_session(session, row.session_id, now)
        return SignedIn(_access(secret, user, row.session_id, now), following)


async def sign_out_with(database: Database, author: Author, token: str, now: datetime) -> None:
    """End the session that a refresh token belongs to; an unknown token is nothing to worry about."""
    async with database.sessions.begin() as session:
        row = await queries.lock_token(session, tokens.hash_of(token))
        if row is not None:
            await _end(session, author, "session.signed_out", row.user_id, [row.session_id], now)


async def sign_out(database: Database, author: Author, caller: Caller, now: datetime) -> None:
    """End the caller's session."""
    async with database.sessions.begin() as session:
        await _end(session, author, "session.signed_out", caller.user_id, [caller.session_id], now)


async def list_sessions(session: AsyncSession, caller: Caller, now: datetime) -> list[Session]:
    """Where the caller is signed in, the session used last first."""
    return list(await queries.list_sessions(session, caller.user_id, now))


async def end_session(session: AsyncSession, author: Author, caller: Caller, session_id: UUID, now: datetime) -> None:
    """End one of the caller's sessions; raises ApiProblem 404 `session_not_found`, also for those of others."""
    if session_id not in await queries.list_alive(session, caller.user_id):
        raise session_not_found()
    await _end(session, author, "session.ended", caller.user_id, [session_id], now)


async def end_sessions(
    session: AsyncSession, author: Author, user_id: UUID, now: datetime, keep: UUID | None = None
) -> None:
    """End every session of a user, but for the one to `keep`."""
    alive = [one for one in await queries.list_alive(session, user_id) if one != keep]
    await _end(session, author, "session.ended", user_id, alive, now)


async def _end(
    session: AsyncSession, author: Author, action: str, user_id: UUID, ids: Sequence[UUID], now: datetime
) -> None:
    # Among what happened to the user: nobody looks for a session's own number.
    ended = await queries.end_sessions(session, ids, now)
    await audit.write_all(session, author, [Change(action, "user", user_id, {"session": one}, {}) for one in ended])


async def tell_role(session: AsyncSession, user_id: UUID, role: UserRole | None) -> None:
    """Have every process know within a second what a user is now (None: may not sign in)."""
    await queries.tell_role(session, user_id, role)


def session_not_found() -> ApiProblem:
    """404: the caller has no such session, or it ended already."""
    return not_found("session_not_found", "There is no such session. It may have ended already.")


def _may_sign_in(user: User) -> bool:
    return user.is_active and user.email_confirmed_at is not None


def _access(secret: bytes, user: User, session_id: UUID, now: datetime) -> str:
    return tokens.access_token(secret, Caller(user.id, user.role, session_id), now)
