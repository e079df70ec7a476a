"""The statements of one registration; those of lists are in asking.py, those of registering in shop.py."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.registrations.models import Registration
from server.users.models import User

OF_GUEST: ColumnElement[bool] = and_(
    User.email == Registration.user_email, User.is_active.is_(True), User.email_confirmed_at.is_not(None)
)
"""An active user is the guest whose e-mail is theirs, once they have confirmed it."""


async def find(session: AsyncSession, registration_id: UUID) -> Registration | None:
    """The registration as it is now."""
    return await session.get(Registration, registration_id, populate_existing=True)


async def find_own(session: AsyncSession, registration_id: UUID, user_id: UUID) -> Registration | None:
    """The registration whose e-mail is this active user's and confirmed."""
    statement = select(Registration).join(User, OF_GUEST).where(Registration.id == registration_id, User.id == user_id)
    return (await session.scalars(statement)).one_or_none()
