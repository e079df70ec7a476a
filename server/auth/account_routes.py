"""Accounts of one's own: /auth/register, /auth/confirm-email, /auth/password-reset; /users/me/password, …/sessions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from server import limits
from server.audit.author import SignedInAuthor, VisitingAuthor
from server.auth import accounts, service
from server.auth.access import SignedInPerson
from server.auth.accounts import Newcomer
from server.auth.links import Writing
from server.auth.origin import From, Origin
from server.auth.passwords import PasswordThreads
from server.callers import callers
from server.clock import utc_now
from server.db import Db, Reading, Session
from server.inputs import Email, PersonName
from server.limits import Limited, Limits
from server.users.service import normal_email

router = APIRouter(tags=["auth"])
Password = Annotated[str, StringConstraints(max_length=1024)]
"""Read as it is: the rules for a good one are told with a code of their own."""
Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Registration(BaseModel):
    """Who wants an account."""

    email: Email
    password: Password
    first_name: PersonName | None = None
    last_name: PersonName | None = None


class Link(BaseModel):
    """The token of the link in the mail."""

    token: Token


class Forgotten(BaseModel):
    """Whose password is forgotten."""

    email: Email


class NewPassword(Link):
    """The link's token and the password from now on."""

    password: Password


class PasswordChange(BaseModel):
    """The present password and the next one."""

    current_password: Password
    password: Password


class Sent(BaseModel):
    """The answer whether the e-mail is known here or not."""

    detail: str = "If this address can be written to, a mail is on its way."


class SessionView(BaseModel):
    """Where I am signed in: on which program, from which network. `current`: the session that asks."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    user_agent: str
    network: str
    created_at: datetime
    last_used_at: datetime
    current: bool = False


class Sessions(BaseModel):
    """Sessions that can go on, the one used last first."""

    items: list[SessionView]


@router.post(
    "/auth/register", status_code=202, summary="Make an account", openapi_extra=callers("public", problems=[429, 503])
)
async def register(
    body: Registration,
    author: VisitingAuthor,
    letter: Writing,
    origin: From,
    counted: Limited,
    database: Db,
    passwords: PasswordThreads,
) -> Sent:
    """The account can do nothing until the link in the mail was used."""
    email = normal_email(body.email)
    newcomer = Newcomer(email, body.password, body.first_name, body.last_name)
    if await _may_mail(counted, email, origin):
        await accounts.register(database, passwords, author, letter, newcomer)
    return Sent()


@router.post(
    "/auth/confirm-email", status_code=204, summary="Confirm an e-mail", openapi_extra=callers("public", problems=[410])
)
async def confirm_email(body: Link, author: VisitingAuthor, session: Session) -> None:
    """410 `link_over` for a link that is unknown, used or older than two days."""
    await accounts.confirm_email(session, author, body.token, utc_now())


@router.post(
    "/auth/password-reset",
    status_code=202,
    summary="Forget a password",
    openapi_extra=callers("public", problems=[429]),
)
async def ask_reset(body: Forgotten, letter: Writing, origin: From, counted: Limited, database: Db) -> Sent:
    """The link in the mail is good once, for 30 minutes."""
    email = normal_email(body.email)
    if await _may_mail(counted, email, origin):
        await accounts.ask_reset(database, letter, email)
    return Sent()


@router.post(
    "/auth/password-reset/confirm",
    status_code=204,
    summary="Choose a new password by link",
    openapi_extra=callers("public", problems=[410, 503]),
)
async def reset_password(
    body: NewPassword, author: VisitingAuthor, letter: Writing, database: Db, passwords: PasswordThreads
) -> None:
    """Ends every session of the account; 410 `link_over`; 422 `weak_password` leaves the link good."""
    await accounts.reset_password(database, passwords, author, letter, body.token, body.password)


@router.post(
    "/users/me/password",
    status_code=204,
    summary="Change my password",
    openapi_extra=callers("user", problems=[403, 429, 503]),
)
async def change_password(
    body: PasswordChange,
    caller: SignedInPerson,
    author: SignedInAuthor,
    letter: Writing,
    origin: From,
    counted: Limited,
    database: Db,
    passwords: PasswordThreads,
) -> None:
    """Ends every other session; 403 `wrong_password`."""
    account = str(caller.user_id)
    await counted.try_password(account, origin.network)
    await accounts.change_password(database, passwords, author, letter, caller, body.current_password, body.password)
    await counted.password_was_right(account, origin.network)


@router.get("/users/me/sessions", summary="Where I am signed in", openapi_extra=callers("user"))
async def list_sessions(caller: SignedInPerson, session: Reading) -> Sessions:
    """Sessions that nobody ended."""
    found = await service.list_sessions(session, caller, utc_now())
    views = [SessionView.model_validate(one) for one in found]
    return Sessions(items=[view.model_copy(update={"current": view.id == caller.session_id}) for view in views])


@router.delete("/users/me/sessions", status_code=204, summary="Sign out elsewhere", openapi_extra=callers("user"))
async def end_other_sessions(caller: SignedInPerson, author: SignedInAuthor, session: Session) -> None:
    """Every session but this one."""
    await service.end_sessions(session, author, caller.user_id, utc_now(), keep=caller.session_id)


@router.delete(
    "/users/me/sessions/{session_id}",
    status_code=204,
    summary="End one of my sessions",
    openapi_extra=callers("user", problems=[404]),
)
async def end_session(session_id: UUID, caller: SignedInPerson, author: SignedInAuthor, session: Session) -> None:
    """404 `session_not_found` also for the sessions of others."""
    await service.end_session(session, author, caller, session_id, utc_now())


async def _may_mail(counted: Limits, email: str, origin: Origin) -> bool:
    await counted.spend(limits.LINKS_ASKED, email, origin.network)
    await counted.spend(limits.LINKS_FROM, origin.network)
    return await counted.may(limits.LINKS_SENT, email)
