"""The statements of API tokens."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.api_tokens.models import ApiToken
from server.auth.queries import CHANNEL
from server.events.models import Grant
from server.users.models import User


async def list_of_event(session: AsyncSession, event_id: UUID) -> Sequence[tuple[ApiToken, str | None]]:
    """An event's tokens, newest first, each with what it may do; None: nothing any more."""
    theirs = (Grant.event_id == ApiToken.event_id) & (Grant.user_id == ApiToken.user_id)
    statement = select(ApiToken, Grant.role).outerjoin(Grant, theirs).where(ApiToken.event_id == event_id)
    return [(row[0], row[1]) for row in await session.execute(statement.order_by(ApiToken.id.desc()))]


def with_id(token_id: UUID) -> Select[ApiToken]:
    """One token."""
    return select(ApiToken).where(ApiToken.id == token_id)


async def end(session: AsyncSession, token: ApiToken, now: datetime) -> bool:
    """Let a token be good no longer and its user do nothing more; False where that is so already."""
    statement = update(ApiToken).where(ApiToken.id == token.id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    ended = (await session.scalars(statement.returning(ApiToken.id))).one_or_none() is not None
    await session.execute(delete(Grant).where(Grant.event_id == token.event_id, Grant.user_id == token.user_id))
    return ended


async def close_account(session: AsyncSession, user_id: UUID) -> None:
    """Nobody signs in as this user, and nobody asks for a new password."""
    await session.execute(update(User).where(User.id == user_id).values(is_active=False))


async def tell(session: AsyncSession) -> None:
    """Let every process that can listen look at the tokens as soon as this is committed."""
    await session.execute(select(func.pg_notify(CHANNEL, "")))
