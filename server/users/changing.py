"""What administrators do with users: make them, change what they are, let them in no more."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.auth import service as auth
from server.auth.links import Letter, send_link
from server.errors import ApiProblem
from server.users import service
from server.users.models import User, UserRole
from server.users.service import NewUser


async def add_user(session: AsyncSession, author: Author, letter: Letter, new: NewUser) -> User:
    """Make a user, who gets a link by mail to choose a password with. Raises ApiProblem `email_taken` or `invalid`."""
    user = await service.create_user(session, new)
    await audit.write(session, author, "user.created", "user", user.id, None, snapshot(user), person=user.id)
    await send_link(session, letter, user, "password-reset")
    return user


async def change_user(
    session: AsyncSession, author: Author, letter: Letter, user_id: UUID, changes: dict[str, Any]
) -> User:
    """Change the columns named in `changes` (names, role, is_active); every process goes by it within a second.

    Whoever may not sign in any more has no session left. Raises ApiProblem 404 `user_not_found`, or 409 `last_admin`
    rather than leave a server without an administrator.
    """
    user, admins = await service.get_for_change(session, user_id)
    before = snapshot(user)
    for column, value in changes.items():
        setattr(user, column, value)
    if admins == {user.id} and not (user.is_active and user.role is UserRole.ADMIN):
        sentence = "This is the last administrator. Make somebody else one first."
        raise ApiProblem(409, "last_admin", sentence, field="role" if "role" in changes else "is_active")
    await session.flush()
    await session.refresh(user)
    after = snapshot(user)
    if before != after:
        await audit.write(session, author, "user.changed", "user", user.id, before, after, person=user.id)
    await _tell(session, author, letter, user, before)
    return user


async def _tell(session: AsyncSession, author: Author, letter: Letter, user: User, before: dict[str, Any]) -> None:
    if before["is_active"] and not user.is_active:
        await auth.end_sessions(session, author, user.id, letter.now)
    if (before["is_active"], before["role"]) != (user.is_active, user.role):
        await auth.tell_role(session, user.id, user.role if user.is_active else None)
