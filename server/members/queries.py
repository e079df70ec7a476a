"""The statements of grants."""

from uuid import UUID

from sqlalchemy import delete, exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import EventRole, Grant
from server.users.models import User


async def list_grants(session: AsyncSession, event_id: UUID) -> list[tuple[User, Grant]]:
    """Everybody who has a grant on the event, by e-mail."""
    statement = (
        select(User, Grant).join(Grant, Grant.user_id == User.id).where(Grant.event_id == event_id).order_by(User.email)
    )
    return [(user, grant) for user, grant in await session.execute(statement)]


async def find_role(session: AsyncSession, event_id: UUID, user_id: UUID) -> str | None:
    """What a user is granted on the event."""
    statement = select(Grant.role).where(Grant.event_id == event_id, Grant.user_id == user_id)
    return (await session.scalars(statement)).one_or_none()


async def upsert_grant(session: AsyncSession, event_id: UUID, user_id: UUID, role: EventRole) -> None:
    """Let a user do this on the event, whatever was granted before."""
    await session.execute(_UPSERT, {"event_id": event_id, "user_id": user_id, "role": role.value})


async def delete_grant(session: AsyncSession, event_id: UUID, user_id: UUID) -> None:
    """Let a user do nothing more on the event."""
    await session.execute(delete(Grant).where(Grant.event_id == event_id, Grant.user_id == user_id))


async def has_other_organizer(session: AsyncSession, event_id: UUID, user_id: UUID) -> bool:
    """Whether somebody else is granted everything on the event."""
    others = exists().where(
        Grant.event_id == event_id, Grant.role == EventRole.ORGANIZER.value, Grant.user_id != user_id
    )
    return bool(await session.scalar(select(others)))


_UPSERT = text(
    """
    INSERT INTO grants (event_id, user_id, role) VALUES (:event_id, :user_id, :role)
    ON CONFLICT (event_id, user_id) DO UPDATE SET role = excluded.role
    """
)
