"""GET /users/me/registrations: what a guest sees of their own."""

from fastapi import APIRouter

from server.auth.access import SignedInPerson
from server.callers import callers
from server.db import Reading
from server.paging import DEFAULT_LIMIT, CursorText, Limit, cursor_text
from server.registrations import service
from server.registrations.cursors import after_of
from server.registrations.views import RegistrationPage, view
from server.settings import Configured

router = APIRouter(tags=["registrations"])


@router.get("/users/me/registrations", summary="My registrations", openapi_extra=callers("user"))
async def list_own(
    caller: SignedInPerson,
    session: Reading,
    settings: Configured,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> RegistrationPage:
    """Those with my e-mail, once I have confirmed it."""
    found = await service.list_own(session, caller.user_id, limit + 1, after_of(cursor))
    items = [view(listed, settings.data_keys) for listed in found[:limit]]
    return RegistrationPage(items=items, next_cursor=cursor_text(str(items[-1].id)) if len(found) > limit else None)
