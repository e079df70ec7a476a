"""Blanks for organizers: POST and DELETE /events/{id}/devices/{id}/blanks, GET /events/{id}/blanks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.blanks import service
from server.blanks.queries import Held
from server.callers import callers
from server.db import Reading, Session

router = APIRouter(tags=["blanks"])


class Wanted(BaseModel):
    """How many blanks of which type; they count as sold until they are taken back."""

    ticket_type_id: UUID
    count: Annotated[int, Field(ge=1, le=service.MOST)]


class HeldView(BaseModel):
    """Blanks of one type that one device was given: those it may still sell, those it sold, and those that are void."""

    model_config = ConfigDict(from_attributes=True)

    device_id: UUID
    device: str
    ticket_type_id: UUID
    ticket_type: str
    left: int
    sold: int
    void: int


class Stocks(BaseModel):
    """The stock of each device of an event."""

    items: list[HeldView]


@router.post(
    "/events/{event_id}/devices/{device_id}/blanks",
    status_code=201,
    summary="Give a device tickets that it may sell to walk-ins",
    openapi_extra=callers("organizer", problems=[409]),
)
async def mint(
    event_id: UUID, device_id: UUID, body: Wanted, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> Stocks:
    """The laptop fetches them with its next cycle; no other laptop ever gets the same ones."""
    await access_event(session, caller, event_id, "organizer")
    return _shown(await service.mint(session, author, event_id, device_id, body.ticket_type_id, body.count))


@router.get("/events/{event_id}/blanks", summary="Blanks by device", openapi_extra=callers("viewer"))
async def list_held(event_id: UUID, caller: SignedInCaller, session: Reading) -> Stocks:
    """What each laptop may still sell, has sold, and what of its stock is void."""
    await access_event(session, caller, event_id, "viewer")
    return _shown(await service.list_held(session, event_id))


@router.delete(
    "/events/{event_id}/devices/{device_id}/blanks",
    status_code=204,
    summary="Take back what a device has not sold",
    openapi_extra=callers("organizer", problems=[409]),
)
async def take_back(
    event_id: UUID, device_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> None:
    """They are void for ever, and their places free. Of what was sold meanwhile the money is kept as a credit."""
    await access_event(session, caller, event_id, "organizer")
    await service.take_back(session, author, event_id, device_id)


def _shown(held: list[Held]) -> Stocks:
    return Stocks(items=[HeldView.model_validate(each) for each in held])
