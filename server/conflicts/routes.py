"""GET /events/{id}/conflicts, one conflict with its timeline, and how conflicts are settled and opened again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.conflict import Class
from server.audit.author import SignedInAuthor
from server.auth.access import Level, SignedInCaller, access_event, access_row
from server.auth.tokens import Caller
from server.callers import callers
from server.clock import utc_now
from server.conflicts import looking, service, settling
from server.conflicts.looking import Asked, State
from server.conflicts.models import Conflict
from server.conflicts.settling import AT_ONCE, Bulk, Wished
from server.conflicts.timeline import read_steps
from server.conflicts.views import ConflictDetail, ConflictPage, ConflictView, view
from server.db import Reading, Session
from server.errors import not_found
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text

router = APIRouter(tags=["conflicts"])
SearchText = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True, pattern=r"^[^\x00]*$")]


class Settling(BaseModel):
    """How to settle, and the facts that were seen: with others it is another conflict."""

    outcome: Wished
    fact_ids: Annotated[list[UUID], Field(max_length=100_000)]


class SettlingMany(BaseModel):
    """Open conflicts of a class, on one list or any; those that changed after `until` are left open."""

    class_: Annotated[Class, Field(alias="class")]
    outcome: Wished = "proposed"
    list_id: UUID | None = None
    until: AwareDatetime | None = None


class SettledMany(BaseModel):
    """At most 200 were settled; ask again while some are `left`."""

    settled: tuple[UUID, ...]
    left: int


class Reopening(BaseModel):
    """Conflicts to open again."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=AT_ONCE)]


class Reopened(BaseModel):
    """Those that are open now; what was annulled stays so."""

    reopened: tuple[UUID, ...]


@router.get(
    "/events/{event_id}/conflicts", summary="What doors did beside what was due", openapi_extra=callers("viewer")
)
async def list_conflicts(
    event_id: UUID,
    caller: SignedInCaller,
    session: Reading,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
    kind: Annotated[Class | None, Query(alias="class")] = None,
    state: State = "all",
    list_id: UUID | None = None,
    q: SearchText | None = None,
) -> ConflictPage:
    """Newest first; `q` looks in names, e-mails and laptops. New facts open what was settled for others."""
    await access_event(session, caller, event_id, "viewer")
    asked = Asked(event_id, kind, state, list_id, q)
    found = await service.list_conflicts(session, asked, limit + 1, _after(cursor))
    shown = found[:limit]
    last = shown[-1].listed.conflict if len(found) > limit else None
    return ConflictPage(
        items=tuple(view(one) for one in shown),
        total=await service.count_conflicts(session, asked),
        open=await service.count_open(session, event_id),
        next_cursor=cursor_text(last.created_at.isoformat(), str(last.id)) if last else None,
    )


@router.post(
    "/events/{event_id}/conflicts/settle",
    summary="Settle a class of conflicts",
    openapi_extra=callers("organizer"),
)
async def settle_many(
    event_id: UUID, body: SettlingMany, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> SettledMany:
    """As `proposed` for each, or all in one way; at most 200 at a time, oldest first."""
    await access_event(session, caller, event_id, "organizer")
    bulk = Bulk(body.class_, body.outcome, body.list_id, body.until)
    settled = await settling.settle_many(session, author, event_id, bulk, utc_now())
    return SettledMany(settled=settled.ids, left=settled.left)


@router.post(
    "/events/{event_id}/conflicts/reopen", summary="Open settled conflicts again", openapi_extra=callers("organizer")
)
async def reopen(
    event_id: UUID, body: Reopening, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> Reopened:
    """Takes a decision back; the former ones stay on record."""
    await access_event(session, caller, event_id, "organizer")
    return Reopened(reopened=tuple(await settling.reopen(session, author, event_id, body.ids, utc_now())))


@router.get(
    "/conflicts/{conflict_id}", summary="A conflict and everything that happened", openapi_extra=callers("viewer")
)
async def read_conflict(conflict_id: UUID, caller: SignedInCaller, session: Reading) -> ConflictDetail:
    """With what each door told, what was due, and what the ticket and the list were by then."""
    conflict = await _access(session, caller, conflict_id, "viewer")
    return ConflictDetail(conflict=await _view(session, conflict), steps=tuple(await read_steps(session, conflict)))


@router.post(
    "/conflicts/{conflict_id}/settle", summary="Settle a conflict", openapi_extra=callers("organizer", problems=[409])
)
async def settle(
    conflict_id: UUID, body: Settling, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> ConflictView:
    """409 `conflict_changed`: other facts than `fact_ids` are in it by now. Annulments are facts that doors hear of."""
    conflict = await _access(session, caller, conflict_id, "organizer")
    settled = await settling.settle(session, author, conflict, body.outcome, body.fact_ids, utc_now())
    return await _view(session, settled)


async def _access(session: AsyncSession, caller: Caller, conflict_id: UUID, at_least: Level) -> Conflict:
    missing = not_found("conflict_not_found", "There is no such conflict, or it is not shared with you.")
    statement = select(Conflict).where(Conflict.id == conflict_id)
    return await access_row(session, caller, statement, Conflict.event_id, at_least, missing)


async def _view(session: AsyncSession, conflict: Conflict) -> ConflictView:
    [shown] = await service.show(session, conflict.event_id, [await looking.get_listed(session, conflict)])
    return view(shown)


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    created_at, conflict_id = cursor_keys(cursor, 2)
    try:
        return datetime.fromisoformat(created_at), UUID(conflict_id)
    except ValueError as error:
        raise bad_cursor() from error
