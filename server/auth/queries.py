"""The statements of sessions, of links in mails, and of what was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.models import OneTimeToken, RefreshToken, Revocation, Session
from server.auth.origin import Origin
from server.auth.tokens import REFRESH_LIFE
from server.users.models import UserRole

AT_ONCE = 50_000
"""Rows of one table in one go, so that a job ends in time; the next one goes on."""
REVOCATIONS_KEPT = timedelta(hours=1)
CHANNEL = "eventreg_revocations"
"""Where processes that can listen hear that they should look."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that begins `at` a moment, with the hash of its first refresh token."""

    session_id: UUID
    user_id: UUID
    origin: Origin
    token_hash: bytes
    at: datetime


async def lock_token(session: AsyncSession, token_hash: bytes) -> RefreshToken | None:
    """The token's row, locked: two requests with one token go one after the other."""
    statement = select(RefreshToken).where(RefreshToken.token_hash == token_hash).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def begin_session(session: AsyncSession, begun: Begun) -> None:
    """Store a session and its first token, in one statement."""
    values = {
        "id": begun.session_id,
        "user": begun.user_id,
        "user_agent": begun.origin.user_agent,
        "network": begun.origin.network,
        "hash": begun.token_hash,
        "now": begun.at,
        "expires_at": begun.at + REFRESH_LIFE,
    }
    await session.execute(_BEGIN, values)


async def touch_session(session: AsyncSession, session_id: UUID, now: datetime) -> None:
    """Note that a session goes on."""
    await session.execute(update(Session).where(Session.id == session_id).values(last_used_at=now))


async def add_token(
    session: AsyncSession, token_hash: bytes, user_id: UUID, session_id: UUID, expires_at: datetime
) -> None:
    """Store a token, once: a successor that is there already stays as it is."""
    row = {"token_hash": token_hash, "user_id": user_id, "session_id": session_id, "expires_at": expires_at}
    await session.execute(insert(RefreshToken).values(row).on_conflict_do_nothing())


async def list_sessions(session: AsyncSession, user_id: UUID, now: datetime) -> Sequence[Session]:
    """Sessions of a user that can go on, the one used last first."""
    alive = exists().where(RefreshToken.session_id == Session.id, RefreshToken.expires_at > now)
    statement = (
        select(Session)
        .where(Session.user_id == user_id, Session.ended_at.is_(None), alive)
        .order_by(Session.last_used_at.desc(), Session.id)
    )
    return (await session.scalars(statement)).all()


async def list_alive(session: AsyncSession, user_id: UUID) -> list[UUID]:
    """The ids of a user's sessions that nobody ended."""
    statement = select(Session.id).where(Session.user_id == user_id, Session.ended_at.is_(None)).order_by(Session.id)
    return list(await session.scalars(statement))


async def end_sessions(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Let every token of these sessions end now, and tell every process; those that had not ended before."""
    ours = RefreshToken.session_id.in_(ids)
    # Locked first: a refresh under way either sees the end, or its new token is seen here.
    statement = select(RefreshToken.token_hash).where(ours).order_by(RefreshToken.token_hash).with_for_update()
    await session.execute(statement)
    await session.execute(update(RefreshToken).where(ours, RefreshToken.expires_at > now).values(expires_at=now))
    going_on = update(Session).where(Session.id.in_(ids), Session.ended_at.is_(None))
    ended = sorted(await session.scalars(going_on.values(ended_at=now).returning(Session.id)))
    if ended:
        await session.execute(insert(Revocation), [{"session_id": one} for one in ended])
        await _tell(session)
    return ended


async def forget_ended(session: AsyncSession, long_ago: datetime) -> None:
    """Drop what ended before then: refresh tokens, links of mails, sessions."""
    for statement in _FORGET:
        await session.execute(statement, {"long_ago": long_ago})


async def tell_role(session: AsyncSession, user_id: UUID, role: UserRole | None) -> None:
    """Tell every process what a user is from now on; None: nobody."""
    await session.execute(insert(Revocation).values(user_id=user_id, role=role))
    await _tell(session)


async def add_link(session: AsyncSession, link: OneTimeToken) -> None:
    """Store what a link proves."""
    session.add(link)
    await session.flush()


async def is_good(session: AsyncSession, token_hash: bytes, purpose: str, now: datetime) -> bool:
    """Whether a link can be used now."""
    return await session.scalar(select(exists().where(*_good(token_hash, purpose, now)))) or False


async def use_link(session: AsyncSession, token_hash: bytes, purpose: str, now: datetime) -> OneTimeToken | None:
    """Use up a link that is good, and with it every other of its user and purpose; None if it is not."""
    statement = select(OneTimeToken).where(*_good(token_hash, purpose, now)).with_for_update()
    link = (await session.scalars(statement)).one_or_none()
    if link is not None:
        await use_up_links(session, link.user_id, purpose, now)
    return link


async def use_up_links(session: AsyncSession, user_id: UUID, purpose: str, now: datetime) -> None:
    """Use up every link of a user and purpose."""
    theirs = and_(OneTimeToken.user_id == user_id, OneTimeToken.purpose == purpose)
    await session.execute(update(OneTimeToken).where(theirs, OneTimeToken.used_at.is_(None)).values(used_at=now))


def _good(token_hash: bytes, purpose: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeToken.token_hash == token_hash,
        OneTimeToken.purpose == purpose,
        OneTimeToken.used_at.is_(None),
        OneTimeToken.expires_at > now,
    )


async def _tell(session: AsyncSession) -> None:
    too_old = func.clock_timestamp() - REVOCATIONS_KEPT
    await session.execute(delete(Revocation).where(Revocation.at < too_old))
    await session.execute(select(func.pg_notify(CHANNEL, "")))


_BEGIN = text(
    """
    WITH begun AS (
        INSERT INTO sessions (id, user_id, user_agent, network, created_at, last_used_at)
        VALUES (:id, :user, :user_agent, :network, :now, :now)
    )
    INSERT INTO refresh_tokens (token_hash, user_id, session_id, expires_at)
    VALUES (:hash, :user, :id, :expires_at)
    """
)
_FORGET = tuple(
    text(f"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE {is_over} LIMIT {AT_ONCE}))")
    for table, is_over in (
        ("refresh_tokens", "expires_at < :long_ago"),
        ("one_time_tokens", "expires_at < :long_ago"),
        # Tokens go first: what holds one that is good has one.
        (
            "sessions",
            "last_used_at < :long_ago AND NOT EXISTS (SELECT FROM refresh_tokens WHERE session_id = sessions.id)",
        ),
    )
)
