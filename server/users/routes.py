"""GET /users/me."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from server.auth.access import SignedInCaller
from server.auth.tokens import not_signed_in
from server.callers import callers
from server.db import Session
from server.users import service
from server.users.models import User, UserRole

router = APIRouter(prefix="/users", tags=["users"])


class UserView(BaseModel):
    """A user as others see it: everything but the password."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    role: UserRole
    first_name: str | None
    last_name: str | None
    is_active: bool
    created_at: datetime
    updated_at: datetime


@router.get("/me", summary="Who I am", response_model=UserView, openapi_extra=callers("user"))
async def me(caller: SignedInCaller, session: Session) -> User:
    """The signed-in user, as stored now and not as the token says."""
    user = await service.find_user(session, caller.user_id)
    if user is None or not user.is_active:
        raise not_signed_in()
    return user
