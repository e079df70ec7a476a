"""Sign in, stay signed in, sign out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.auth import queries, tokens
from server.auth.passwords import Passwords
from server.auth.tokens import Caller
from server.clock import new_id
from server.db import Database
from server.users import service as users
from server.users.models import User

GRACE = timedelta(seconds=60)
"""How long a used refresh token still gives its successor: an answer may be lost on a bad network."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a client keeps: one token for minutes, one to get the next pair."""

    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class WrongCredentials:
    """No active user has this e-mail and password; which of the two is wrong is not told."""


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The refresh token is unknown or over: sign in again."""


@dataclass(frozen=True, slots=True)
class Reused:
    """A token was used again long after: somebody copied it, so the session has been ended."""


async def sign_in(
    database: Database, passwords: Passwords, secret: bytes, email: str, password: str, now: datetime
) -> SignedIn | WrongCredentials:
    """Begin a session for whoever knows the password of an active user."""
    async with database.sessions() as session:
        user = await users.find_user_by_email(session, email)
    # No connection is held while Argon2 works or waits.
    if not await passwords.matches(password, user.password_hash if user else None) or user is None:
        return WrongCredentials()
    if not user.is_active:
        return WrongCredentials()
    caller, refresh = Caller(user.id, user.role, new_id()), tokens.first_refresh_token()
    async with database.sessions.begin() as session:
        await queries.forget_ended(session, user.id, now)
        expires_at = now + tokens.REFRESH_LIFE
        await queries.add_token(session, tokens.hash_of(refresh), user.id, caller.session_id, expires_at)
    return SignedIn(tokens.access_token(secret, caller, now), refresh)


async def refresh(database: Database, secret: bytes, token: str, now: datetime) -> SignedIn | SessionEnded | Reused:
    """Exchange a refresh token for its successor; asked again within GRACE, give the same one.

    A token that comes back later ends the whole session (RFC 9700, 4.14.2).
    """
    async with database.sessions.begin() as session:
        row = await queries.lock_token(session, tokens.hash_of(token))
        if row is None:
            return SessionEnded()
        if row.used_at is not None and now > row.used_at + GRACE:
            await queries.end_session(session, row.session_id, now)
            return Reused()
        user = await users.find_user(session, row.user_id)
        if row.expires_at <= now or user is None or not user.is_active:
            return SessionEnded()
        following = tokens.successor(secret, token)
        row.used_at = row.used_at or now
        expires_at = now + tokens.REFRESH_LIFE
        await queries.add_token(session, tokens.hash_of(following), user.id, row.session_id, expires_at)
        return SignedIn(_access(secret, user, row.session_id, now), following)


async def sign_out_with(database: Database, token: str, now: datetime) -> None:
    """End the session that a refresh token belongs to; an unknown token is nothing to worry about."""
    async with database.sessions.begin() as session:
        row = await queries.lock_token(session, tokens.hash_of(token))
        if row is not None:
            await queries.end_session(session, row.session_id, now)


async def sign_out(database: Database, caller: Caller, now: datetime) -> None:
    """End the caller's session."""
    async with database.sessions.begin() as session:
        await queries.end_session(session, caller.session_id, now)


def _access(secret: bytes, user: User, session_id: UUID, now: datetime) -> str:
    return tokens.access_token(secret, Caller(user.id, user.role, session_id), now)
