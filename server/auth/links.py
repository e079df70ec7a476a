"""Links in mails: each proves once, and for a while, that its reader has the mailbox."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from server import jobs
from server.auth import queries, tokens
from server.auth.models import OneTimeToken
from server.clock import utc_now
from server.errors import ApiProblem
from server.mail.sealed import seal_context
from server.settings import Settings, settings_of
from server.users.models import User

Purpose = Literal["confirm-email", "password-reset"]
LIVES: dict[Purpose, timedelta] = {"confirm-email": timedelta(days=2), "password-reset": timedelta(minutes=30)}
PAGES: dict[Purpose, str] = {"confirm-email": "/confirm-email", "password-reset": "/reset-password"}


@dataclass(frozen=True, slots=True)
class Letter:
    """How a mail is written: the server's settings, the reader's language (Accept-Language), the present moment."""

    settings: Settings
    language: str
    now: datetime


async def letter_of(connection: HTTPConnection) -> Letter:
    """How mails that a request causes are written."""
    return Letter(settings_of(connection), connection.headers.get("Accept-Language", "")[:200], utc_now())


Writing = Annotated[Letter, Depends(letter_of)]
"""Parameter of a route that may cause a mail."""


async def send_link(
    session: AsyncSession, letter: Letter, user: User, purpose: Purpose, password_hash: str | None = None
) -> None:
    """Mail a fresh link to a user. Its token is kept as a hash; in the waiting mail it is sealed."""
    token = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    link = OneTimeToken(
        token_hash=tokens.hash_of(token),
        user_id=user.id,
        purpose=purpose,
        password_hash=password_hash,
        expires_at=letter.now + LIVES[purpose],
    )
    await queries.add_link(session, link)
    # Not behind a #, which a page could read by a script alone. The page sends no Referer, the log knows routes only.
    link_ = f"{base_of(letter.settings)}{PAGES[purpose]}?token={token}"
    await send_mail(session, letter, user, purpose, {"link": link_})


async def send_mail(session: AsyncSession, letter: Letter, user: User, template: str, context: dict[str, str]) -> None:
    """Mail something to a user; what the mail says is sealed while it waits."""
    mail = {
        "to": user.email,
        "template": template,
        "language": letter.language,
        "sealed": seal_context(letter.settings.data_keys, context),
    }
    # Whoever asked for a link looks into the mailbox now.
    await jobs.defer(session, "send-email", mail, priority=jobs.Priority.SOON)


def base_of(settings: Settings) -> str:
    """Where links lead: never to what a request calls this host, which whoever sent it chose."""
    return settings.public_url or settings.own_url or "http://localhost:3000"


async def is_good(session: AsyncSession, token: str, purpose: Purpose, now: datetime) -> bool:
    """Whether a link can be used now; looking does not use it up."""
    return await queries.is_good(session, tokens.hash_of(token), purpose, now)


async def use_link(session: AsyncSession, token: str, purpose: Purpose, now: datetime) -> OneTimeToken:
    """Use up a link; raises ApiProblem 410 `link_over` for one that is unknown, used or too old."""
    link = await queries.use_link(session, tokens.hash_of(token), purpose, now)
    if link is None:
        raise link_over()
    return link


async def drop_links(session: AsyncSession, user_id: UUID, purpose: Purpose, now: datetime) -> None:
    """Let no link that was sent to a user for this be good any longer."""
    await queries.use_up_links(session, user_id, purpose, now)


def link_over() -> ApiProblem:
    """410: the link is unknown, used or too old, or whom it was sent to may not sign in."""
    sentence = "This link is over or was used already. Ask for a new one."
    return ApiProblem(410, "link_over", sentence, field="token")
