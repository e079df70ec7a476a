"""The statements of users."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.paging import like_pattern
from server.users.models import User, UserRole


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
    """Users by e-mail; `q` finds parts of e-mails and names, `after` is the last e-mail seen."""
    statement = select(User).order_by(User.email).limit(limit)
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
