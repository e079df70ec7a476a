"""The statements of sessions."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.models import RefreshToken

KEPT_AFTER_END = timedelta(days=30)
"""How long an ended session is remembered, so that a stolen token that turns up is called reused."""


async def lock_token(session: AsyncSession, token_hash: bytes) -> RefreshToken | None:
    """The token's row, locked: two requests with one token go one after the other."""
    statement = select(RefreshToken).where(RefreshToken.token_hash == token_hash).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def add_token(
    session: AsyncSession, token_hash: bytes, user_id: UUID, session_id: UUID, expires_at: datetime
) -> None:
    """Store a token, once: a successor that is there already stays as it is."""
    row = {"token_hash": token_hash, "user_id": user_id, "session_id": session_id, "expires_at": expires_at}
    await session.execute(insert(RefreshToken).values(row).on_conflict_do_nothing())


async def end_session(session: AsyncSession, session_id: UUID, now: datetime) -> None:
    """Let every token of the session end now."""
    ours = RefreshToken.session_id == session_id
    # Locked first: a refresh under way either sees the end, or its new token is seen here.
    await session.execute(select(RefreshToken.token_hash).where(ours).with_for_update())
    await session.execute(update(RefreshToken).where(ours, RefreshToken.expires_at > now).values(expires_at=now))


async def forget_ended(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """Delete tokens of this user that ended long ago."""
    old = RefreshToken.expires_at < now - KEPT_AFTER_END
    await session.execute(delete(RefreshToken).where(RefreshToken.user_id == user_id, old))
