"""GET /jobs/dead and POST /jobs/{id}/retry: what failed each time, for administrators."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from server.audit.author import SignedInAuthor
from server.auth.access import require_role
from server.auth.tokens import Caller
from server.callers import callers
from server.db import Reading, Session
from server.jobs import service
from server.jobs.queries import DeadLetter
from server.paging import DEFAULT_LIMIT, CursorText, Limit, bad_cursor, cursor_keys, cursor_text
from server.users.models import UserRole

NEVER_SHOWN = frozenset({"context", "sealed", "text"})
"""What a mail or a short message says is its reader's alone."""

router = APIRouter(prefix="/jobs", tags=["jobs"])
Admin = Annotated[Caller, Depends(require_role(UserRole.ADMIN))]


class JobView(BaseModel):
    """A job and why its last attempt failed; of a mail's data not what it says."""

    id: UUID
    type: str
    data: dict[str, Any]
    attempts: int
    created_at: datetime
    error: str | None


class JobPage(BaseModel):
    """Dead letters, oldest first, and the cursor of the next page if there is one."""

    items: list[JobView]
    next_cursor: str | None


@router.get("/dead", summary="Jobs that failed each time", openapi_extra=callers("admin"))
async def list_dead(_: Admin, session: Reading, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> JobPage:
    """They wait here until somebody retries them."""
    found = await service.list_dead(session, limit + 1, _after(cursor))
    shown = found[:limit]
    next_cursor = cursor_text(str(shown[-1].number)) if len(found) > limit else None
    return JobPage(items=[_view(job) for job in shown], next_cursor=next_cursor)


@router.post("/{job_id}/retry", summary="Try a failed job again", openapi_extra=callers("admin"))
async def retry(job_id: UUID, _: Admin, author: SignedInAuthor, session: Session) -> JobView:
    """It is tried at once, and has its three retries anew."""
    return _view(await service.retry(session, author, job_id))


def _view(job: DeadLetter) -> JobView:
    data = {name: value for name, value in job.data.items() if name not in NEVER_SHOWN}
    return JobView(
        id=job.id, type=job.type, data=data, attempts=job.attempts, created_at=job.created_at, error=job.error
    )


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    key = cursor_keys(cursor, 1)[0]
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise bad_cursor()
    return int(key)
