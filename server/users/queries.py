"""The statements of users."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.users.models import User


async def find_by_email(session: AsyncSession, email: str) -> User | None:
    """The user with this e-mail, given in lower case."""
    return (await session.scalars(select(User).where(User.email == email))).one_or_none()


async def lock(session: AsyncSession, user_id: UUID) -> User | None:
    """The user with this id as they are now, locked until the transaction ends."""
    return await session.get(User, user_id, with_for_update=True, populate_existing=True)


async def find(session: AsyncSession, user_id: UUID) -> User | None:
    """The user with this id."""
    return await session.get(User, user_id)
