"""GET and PATCH /users/me; GET and POST /users, PATCH /users/{user_id}."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInPerson, require_role
from server.auth.links import Writing
from server.auth.tokens import Caller, not_signed_in
from server.callers import callers
from server.db import Reading, Session
from server.inputs import Changes, Email, PersonName, SearchText
from server.paging import DEFAULT_LIMIT, CursorText, Limit, cursor_keys, cursor_text
from server.users import changing, service
from server.users.models import User, UserRole
from server.users.service import NewUser, normal_email

router = APIRouter(prefix="/users", tags=["users"])
UNUSABLE = "!"
"""No password has this hash: a user gets in once they have chosen one by link."""
Admin = Annotated[Caller, Depends(require_role(UserRole.ADMIN))]


class UserView(BaseModel):
    """A user as others see it: everything but the password."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    role: UserRole
    first_name: str | None
    last_name: str | None
    is_active: bool
    email_confirmed_at: datetime | None
    created_at: datetime
    updated_at: datetime


class UserPage(BaseModel):
    """Users by e-mail, and the cursor of the next page if there is one."""

    items: list[UserView]
    next_cursor: str | None


class UserBody(BaseModel):
    """A user to be made; a link to choose a password with goes to the e-mail."""

    email: Email
    role: UserRole = UserRole.REGISTRATION_STAFF
    first_name: PersonName | None = None
    last_name: PersonName | None = None


class MyChanges(Changes):
    """What shall change of myself."""

    NULLABLE = frozenset({"first_name", "last_name"})

    first_name: PersonName | None = None
    last_name: PersonName | None = None


class UserChanges(MyChanges):
    """What shall change of a user."""

    role: UserRole | None = None
    is_active: bool | None = None


@router.get("/me", summary="Who I am", response_model=UserView, openapi_extra=callers("user"))
async def me(caller: SignedInPerson, session: Reading) -> User:
    """The signed-in user, as stored now and not as the token says."""
    user = await service.find_user(session, caller.user_id)
    if user is None or not user.is_active:
        raise not_signed_in()
    return user


@router.patch("/me", summary="Change my name", response_model=UserView, openapi_extra=callers("user"))
async def change_me(
    body: MyChanges, caller: SignedInPerson, author: SignedInAuthor, letter: Writing, session: Session
) -> User:
    """The e-mail stays: it is what registrations and grants go by."""
    return await changing.change_user(session, author, letter, caller.user_id, body.model_dump(exclude_unset=True))


@router.get("", summary="Users", openapi_extra=callers("admin"))
async def list_users(
    _: Admin, session: Reading, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None, q: SearchText = None
) -> UserPage:
    """By e-mail; `q` finds parts of e-mails and names."""
    after = cursor_keys(cursor, 1)[0] if cursor is not None else None
    found = await service.list_users(session, limit + 1, q, after)
    views = [UserView.model_validate(user) for user in found[:limit]]
    return UserPage(items=views, next_cursor=cursor_text(views[-1].email) if len(found) > limit else None)


@router.post(
    "", status_code=201, summary="Add a user", response_model=UserView, openapi_extra=callers("admin", problems=[409])
)
async def add_user(body: UserBody, _: Admin, author: SignedInAuthor, letter: Writing, session: Session) -> User:
    """409 `email_taken` for an e-mail that signs in already."""
    new = NewUser(normal_email(body.email), UNUSABLE, body.role, body.first_name, body.last_name)
    return await changing.add_user(session, author, letter, new)


@router.patch(
    "/{user_id}",
    summary="Change a user",
    response_model=UserView,
    openapi_extra=callers("admin", problems=[404, 409]),
)
async def change_user(
    user_id: UUID, body: UserChanges, _: Admin, author: SignedInAuthor, letter: Writing, session: Session
) -> User:
    """Role and access change everywhere within a second; 409 `last_admin` keeps the last administrator."""
    return await changing.change_user(session, author, letter, user_id, body.model_dump(exclude_unset=True))
