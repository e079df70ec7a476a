"""What is not counted: facts that are held, what could not be read, and the word of an organizer about a device."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.callers import callers
from server.clock import utc_now
from server.db import Db, Reading
from server.devices import holding, service, uncounted
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text

router = APIRouter(tags=["devices"])


class Turned(BaseModel):
    """How many facts were turned by this request."""

    facts: int


class HeldFact(BaseModel):
    """A fact that does not count. `by`: the device that wrote it; `at`: when, by its corrected clock."""

    id: UUID
    device_id: UUID | None
    by: str
    kind: str
    list_id: UUID | None
    gate_id: UUID | None
    serial: str | None
    at: datetime
    received_at: datetime


class HeldFacts(BaseModel):
    """In the order of their ids, and the cursor of the next page if there is one."""

    items: list[HeldFact]
    next_cursor: str | None


class Unreadable(BaseModel):
    """Bytes that a device sent and that are no fact of its own; `why` in a sentence, `text` their beginning."""

    id: int
    device_id: UUID
    by: str
    journal: UUID
    seq: int
    why: str
    size: int
    text: str
    received_at: datetime


class Quarantine(BaseModel):
    """Newest first, and the cursor of the next page if there is one."""

    items: list[Unreadable]
    next_cursor: str | None


@router.post("/devices/{device_id}/hold", summary="Hold all that a device told", openapi_extra=callers("organizer"))
async def hold(device_id: UUID, caller: SignedInCaller, author: SignedInAuthor, database: Db) -> Turned:
    """What it admitted counts no more, also what it brought before, until somebody accepts it."""
    async with database.sessions.begin() as session:
        await service.access_device(session, caller, device_id, "organizer")
    return Turned(facts=await holding.hold(database, author, device_id, utc_now()))


@router.post(
    "/devices/{device_id}/accept", summary="Accept what is held of a device", openapi_extra=callers("organizer")
)
async def accept(device_id: UUID, caller: SignedInCaller, author: SignedInAuthor, database: Db) -> Turned:
    """It counts as of its time. What a revoked device brings later is held again."""
    async with database.sessions.begin() as session:
        await service.access_device(session, caller, device_id, "organizer")
    return Turned(facts=await holding.accept(database, author, device_id, utc_now()))


@router.get("/events/{event_id}/held", summary="Facts that are held", openapi_extra=callers("organizer"))
async def list_held(
    event_id: UUID, caller: SignedInCaller, session: Reading, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> HeldFacts:
    """What revoked or held devices told of this event: kept, and not counted."""
    await access_event(session, caller, event_id, "organizer")
    found = await uncounted.list_held(session, event_id, limit + 1, _id_after(cursor))
    items = [HeldFact.model_validate(one, from_attributes=True) for one in found[:limit]]
    return HeldFacts(items=items, next_cursor=cursor_text(str(items[-1].id)) if len(found) > limit else None)


@router.get("/events/{event_id}/quarantine", summary="What could not be read", openapi_extra=callers("organizer"))
async def list_quarantine(
    event_id: UUID, caller: SignedInCaller, session: Reading, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> Quarantine:
    """Bytes that devices of this event sent and that are no facts: each is kept whole, and stops nothing."""
    await access_event(session, caller, event_id, "organizer")
    found = await uncounted.list_quarantine(session, event_id, limit + 1, _number_before(cursor))
    items = [Unreadable.model_validate(one, from_attributes=True) for one in found[:limit]]
    return Quarantine(items=items, next_cursor=cursor_text(str(items[-1].id)) if len(found) > limit else None)


def _id_after(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(cursor_keys(cursor, 1)[0])
    except ValueError as error:
        raise bad_cursor() from error


def _number_before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    [number] = cursor_keys(cursor, 1)
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise bad_cursor()
    return int(number)
