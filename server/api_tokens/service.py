"""Give programs access to one event, and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.api_tokens import queries
from server.api_tokens.models import ApiToken
from server.audit import service as audit
from server.audit.author import Author
from server.auth.access import Level, access_row
from server.auth.programs import hash_of, new_api_token
from server.auth.tokens import Caller
from server.clock import new_id
from server.errors import not_found
from server.events.models import EventRole
from server.members import service as members
from server.users import service as users
from server.users.models import PROGRAMS, UserRole
from server.users.service import NewUser

NO_PASSWORD = "!"
"""Is the hash of nothing."""


@dataclass(frozen=True, slots=True)
class Made:
    """A token that was made just now: its text is told this once."""

    token: ApiToken
    role: EventRole
    text: str


async def make_token(
    session: AsyncSession, author: Author, event_id: UUID, name: str, role: EventRole, expires_at: datetime
) -> Made:
    """Let a program do this on one event until then; every process knows it within a second."""
    token_id, text = new_id(), new_api_token()
    email = f"api-{token_id.hex}{PROGRAMS}"
    user = await users.create_user(session, NewUser(email, NO_PASSWORD, UserRole.REGISTRATION_STAFF, "API", name[:100]))
    await queries.close_account(session, user.id)
    await members.grant(session, author, event_id, user.id, role)
    token = ApiToken(
        id=token_id,
        token_hash=hash_of(text),
        event_id=event_id,
        user_id=user.id,
        name=name,
        expires_at=expires_at,
        created_by=author.user_id,
    )
    session.add(token)
    await session.flush()
    await session.refresh(token)
    await queries.tell(session)
    told = {"name": name, "role": role, "expires_at": expires_at}
    await audit.write(session, author, "api_token.made", "api_token", token_id, None, told, event_id=event_id)
    return Made(token, role, text)


async def list_tokens(session: AsyncSession, event_id: UUID) -> Sequence[tuple[ApiToken, str | None]]:
    """Every token of an event, newest first, those that are over too, and what each may do."""
    return await queries.list_of_event(session, event_id)


async def access_token(session: AsyncSession, caller: Caller, token_id: UUID, at_least: Level) -> ApiToken:
    """One token, for a caller who may do at least this on its event; raises 404 `api_token_not_found` or 403."""
    missing = not_found("api_token_not_found", "There is no such API token, or it is not shared with you.")
    return await access_row(session, caller, queries.with_id(token_id), ApiToken.event_id, at_least, missing)


async def revoke(session: AsyncSession, author: Author, token: ApiToken, now: datetime) -> ApiToken:
    """Trust a token no more, in every process within a second; harmless when repeated."""
    if await queries.end(session, token, now):
        await queries.tell(session)
        await session.refresh(token)
        before, after = {"revoked_at": None}, {"revoked_at": token.revoked_at}
        about = ("api_token.revoked", "api_token", token.id)
        await audit.write(session, author, *about, before, after, event_id=token.event_id)
    return token
