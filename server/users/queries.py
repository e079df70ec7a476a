"""The statements of users."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, not_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.paging import like_pattern
from server.users.models import PROGRAMS, User, UserRole


async def find_by_email(session: AsyncSession, email: str) -> User | None:
    """The user with this e-mail, given in lower case."""
    return (await session.scalars(select(User).where(User.email == email))).one_or_none()


async def lock(session: AsyncSession, user_id: UUID) -> User | None:
    """The user with this id as they are now, locked until the transaction ends."""
    return await session.get(User, user_id, with_for_update=True, populate_existing=True)


async def find(session: AsyncSession, user_id: UUID) -> User | None:
    """The user with this id."""
    return await session.get(User, user_id)


async def list_users(session: AsyncSession, limit: int, q: str | None, after: str | None) -> Sequence[User]:
    """People by e-mail; `q` finds parts of e-mails and names, `after` is the last e-mail seen.

    As whom programs work is nobody whom anybody can write to, or make anything of: their event lists their tokens.
    """
    programs = User.email.endswith(PROGRAMS, autoescape=True)
    statement = select(User).where(not_(programs)).order_by(User.email).limit(limit)
    if q:
        pattern = like_pattern(q)
        name = func.concat_ws(" ", User.first_name, User.last_name)
        statement = statement.where(or_(User.email.ilike(pattern), name.ilike(pattern)))
    if after is not None:
        statement = statement.where(User.email > after)
    return (await session.scalars(statement)).all()


async def lock_admins(session: AsyncSession) -> set[UUID]:
    """Every administrator who can sign in, locked: two who dismiss each other go one after the other."""
    statement = (
        select(User.id)
        .where(User.role == UserRole.ADMIN, User.is_active, User.email_confirmed_at.is_not(None))
        .order_by(User.id)
        .with_for_update()
    )
    return set(await session.scalars(statement))


async def delete_lapsed(session: AsyncSession, before: datetime, now: datetime, limit: int) -> list[UUID]:
    """Delete accounts made before then whose e-mail was never confirmed, with what hangs on them; their ids.

    Not who has a grant, who is registered somewhere (and may want to see that), who was shut out, or who was sent a
    link that is still good.
    """
    told = {"before": before, "now": now, "limit": limit}
    return list((await session.scalars(_DELETE_LAPSED, told)).all())


_DELETE_LAPSED = text(
    """
    DELETE FROM users WHERE id IN (
        SELECT id FROM users AS account
        WHERE account.email_confirmed_at IS NULL AND account.is_active AND account.created_at < :before
            AND NOT EXISTS (SELECT FROM grants WHERE grants.user_id = account.id)
            AND NOT EXISTS (
                SELECT FROM registrations
                WHERE registrations.user_email = account.email AND registrations.status = 'active'
            )
            AND NOT EXISTS (
                SELECT FROM one_time_tokens AS link
                WHERE link.user_id = account.id AND link.used_at IS NULL AND link.expires_at > :now
            )
        ORDER BY id LIMIT :limit
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id
    """
)
