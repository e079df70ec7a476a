"""POST /auth/login, /auth/refresh and /auth/logout."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, StringConstraints
from starlette.requests import Request

from server.audit.author import VisitingAuthor, user_author
from server.auth import service
from server.auth.access import person_of
from server.auth.origin import From
from server.auth.passwords import PasswordThreads
from server.auth.tokens import ACCESS_LIFE, not_signed_in
from server.callers import callers
from server.clock import utc_now
from server.db import Db
from server.inputs import Email
from server.limits import Limited
from server.settings import Configured

router = APIRouter(prefix="/auth", tags=["auth"])
Short = Annotated[str, StringConstraints(max_length=1024)]


class Credentials(BaseModel):
    """Who wants to sign in."""

    email: Email
    password: Short


class Refresh(BaseModel):
    """The refresh token got last."""

    refresh_token: Short


class Logout(BaseModel):
    """The refresh token of the session to end; without it, the session of the access token ends."""

    refresh_token: Short | None = None


class TokenPair(BaseModel):
    """What a client keeps. `expires_in`: seconds that the access token lives."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = int(ACCESS_LIFE.total_seconds())


@router.post("/login", summary="Sign in with e-mail and password", openapi_extra=callers("public", problems=[401]))
async def login(
    body: Credentials,
    response: Response,
    origin: From,
    counted: Limited,
    database: Db,
    passwords: PasswordThreads,
    settings: Configured,
) -> TokenPair:
    """401 `wrong_credentials` takes as long for an unknown e-mail as for a wrong password."""
    account = body.email.strip().lower()
    await counted.try_password(account, origin.network)
    outcome = await service.sign_in(
        database, passwords, settings.secret_key, body.email, body.password, utc_now(), origin
    )
    match outcome:
        case service.SignedIn():
            await counted.password_was_right(account, origin.network)
            return _pair(outcome, response)
        case service.WrongCredentials():
            raise not_signed_in("wrong_credentials", "This e-mail and password do not belong together.")


@router.post(
    "/refresh", summary="Exchange a refresh token for the next pair", openapi_extra=callers("public", problems=[401])
)
async def refresh(
    body: Refresh, response: Response, author: VisitingAuthor, database: Db, settings: Configured
) -> TokenPair:
    """The former token gives the same successor for a minute; later it ends the session."""
    outcome = await service.refresh(database, author, settings.secret_key, body.refresh_token, utc_now())
    match outcome:
        case service.SignedIn():
            return _pair(outcome, response)
        case service.SessionEnded():
            raise not_signed_in("session_ended", "The session has ended. Sign in again.")
        case service.Reused():
            raise not_signed_in(
                "refresh_reused", "This session was used from two places and has been ended. Sign in again."
            )


@router.post("/logout", status_code=204, summary="End the session", openapi_extra=callers("public", "user"))
async def logout(request: Request, author: VisitingAuthor, database: Db, body: Logout | None = None) -> None:
    """204 also for a token that is unknown or over."""
    if body is not None and body.refresh_token is not None:
        await service.sign_out_with(database, author, body.refresh_token, utc_now())
        return
    caller = person_of(request)
    await service.sign_out(database, user_author(request, caller), caller, utc_now())


def _pair(signed_in: service.SignedIn, response: Response) -> TokenPair:
    response.headers["Cache-Control"] = "no-store"
    return TokenPair(access_token=signed_in.access_token, refresh_token=signed_in.refresh_token)
