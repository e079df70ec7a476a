"""GET and POST /confirm-email and /reset-password: where the links in mails lead. No cookie, no script.

Looking at a page changes nothing, whatever opens links before their reader does; its form carries the link's token,
which nobody else knows, so no page of others can send it.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from server.audit.author import VisitingAuthor
from server.auth import accounts, links
from server.auth.links import Purpose, Writing
from server.auth.passwords import PasswordThreads
from server.callers import callers
from server.clock import utc_now
from server.db import Db, Reading
from server.errors import ApiProblem
from server.web.pages import Form, form, page

router = APIRouter(tags=["pages"], default_response_class=HTMLResponse)
Token = Annotated[str, Query(description="Of the link in the mail")]
OVER: dict[Purpose, str] = {"confirm-email": "confirm_over", "password-reset": "reset_over"}


@router.get("/confirm-email", summary="The page that confirms an e-mail", openapi_extra=callers("public", pages=[410]))
async def show_confirmation(request: Request, session: Reading, token: Token = "") -> HTMLResponse:
    """One button; 410 where the link is over."""
    if not await links.is_good(session, token, "confirm-email", utc_now()):
        return _over(request, "confirm-email")
    return page(request, "confirm-email", token=token)


@router.post(
    "/confirm-email",
    summary="Confirm an e-mail on its page",
    openapi_extra=callers("public", pages=[410]) | form("token"),
)
async def confirm(request: Request, told: Form, author: VisitingAuthor, database: Db) -> HTMLResponse:
    """What `POST /api/v1/auth/confirm-email` does."""
    try:
        async with database.sessions.begin() as session:
            await accounts.confirm_email(session, author, told.get("token", ""), utc_now())
    except ApiProblem as problem:
        return _over(request, "confirm-email", problem.status)
    return page(request, "note", title="confirmed", text="confirmed_then", good=True)


@router.get("/reset-password", summary="The page for a new password", openapi_extra=callers("public", pages=[410]))
async def show_reset(request: Request, session: Reading, token: Token = "") -> HTMLResponse:
    """A form; 410 where the link is over."""
    if not await links.is_good(session, token, "password-reset", utc_now()):
        return _over(request, "password-reset")
    return page(request, "reset-password", token=token, wrong="")


@router.post(
    "/reset-password",
    summary="Choose a new password on its page",
    openapi_extra=callers("public", pages=[410, 422, 503]) | form("token", "password", "again"),
)
async def reset(
    request: Request,
    told: Form,
    author: VisitingAuthor,
    letter: Writing,
    database: Db,
    passwords: PasswordThreads,
) -> HTMLResponse:
    """What `POST /api/v1/auth/password-reset/confirm` does; what is wrong with a password is told beside it."""
    token, password = told.get("token", ""), told.get("password", "")
    if password != told.get("again", ""):
        return page(request, "reset-password", status=422, token=token, wrong="wrong_repeat")
    try:
        await accounts.reset_password(database, passwords, author, letter, token, password)
    except ApiProblem as problem:
        if problem.code == "link_over":
            return _over(request, "password-reset", problem.status)
        wrong = f"wrong_{problem.members['reason']}" if problem.code == "weak_password" else problem.code
        headers = problem.headers
        return page(request, "reset-password", status=problem.status, headers=headers, token=token, wrong=wrong)
    return page(request, "note", title="was_reset", text="was_reset_then", good=True)


def _over(request: Request, purpose: Purpose, status: int = 410) -> HTMLResponse:
    return page(request, "note", status=status, title="over", text=OVER[purpose], good=False)
