"""GET and POST /events/{id}/api-tokens, POST /api-tokens/{id}/revoke."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from server.api_tokens import service
from server.api_tokens.models import ApiToken
from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.clock import utc_now
from server.db import Reading, Session
from server.events.models import EventRole
from server.inputs import Name

router = APIRouter(tags=["api-tokens"])


class NewToken(BaseModel):
    """A program that shall work at the event, for at most a year. It never may do what an organizer may."""

    name: Name
    role: Literal["viewer", "staff", "supervisor"] = "staff"
    days: Annotated[int, Field(ge=1, le=366)] = 30


class TokenView(BaseModel):
    """A token as organizers see it; `role` None: it may do nothing any more."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    user_id: UUID
    name: str
    role: str | None = None
    expires_at: datetime
    revoked_at: datetime | None
    created_at: datetime


class MadeToken(TokenView):
    """A new token: `token` is told this once and goes into `Authorization: Bearer`."""

    token: str


class Tokens(BaseModel):
    """Tokens of an event, newest first."""

    items: list[TokenView]


@router.get("/events/{event_id}/api-tokens", summary="Which programs work here", openapi_extra=callers("organizer"))
async def list_tokens(event_id: UUID, caller: SignedInCaller, session: Reading) -> Tokens:
    """Those that are over or were revoked too."""
    await access_event(session, caller, event_id, "organizer")
    return Tokens(items=[_view(token, role) for token, role in await service.list_tokens(session, event_id)])


@router.post(
    "/events/{event_id}/api-tokens",
    summary="Let a program work at an event",
    status_code=201,
    openapi_extra=callers("organizer"),
)
async def make_token(
    event_id: UUID, body: NewToken, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> MadeToken:
    """It is good within a second."""
    await access_event(session, caller, event_id, "organizer")
    expires_at = utc_now() + timedelta(days=body.days)
    made = await service.make_token(session, author, event_id, body.name, EventRole(body.role), expires_at)
    return MadeToken(**_view(made.token, made.role.value).model_dump(), token=made.text)


@router.post("/api-tokens/{token_id}/revoke", summary="Take it back", openapi_extra=callers("organizer"))
async def revoke(token_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session) -> TokenView:
    """Within a second it is good nowhere."""
    token = await service.access_token(session, caller, token_id, "organizer")
    return _view(await service.revoke(session, author, token, utc_now()), None)


def _view(token: ApiToken, role: str | None) -> TokenView:
    return TokenView.model_validate(token).model_copy(update={"role": role})
