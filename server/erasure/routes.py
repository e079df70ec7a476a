"""POST /persons/erase: leave nobody's name where theirs stood."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request

from server.audit.author import SignedInAuthor
from server.auth.access import require_role
from server.auth.tokens import Caller
from server.callers import callers
from server.clock import utc_now
from server.db import Db
from server.erasure import service
from server.erasure.service import Keeping
from server.inputs import Email
from server.users.models import UserRole
from server.users.service import normal_email

router = APIRouter(prefix="/persons", tags=["persons"])


class Erasing(BaseModel):
    """Who wants to be forgotten; `dry_run` only counts."""

    email: Email
    dry_run: bool = False


class Erased(BaseModel):
    """In how many rows they stood; each is nameless now, unless it was a dry run."""

    registrations: int
    orders: int
    waiting: int
    accounts: int
    dry_run: bool


@router.post("/erase", summary="Erase a person", openapi_extra=callers("admin", problems=[409]))
async def erase(
    body: Erasing,
    request: Request,
    _: Annotated[Caller, Depends(require_role(UserRole.ADMIN))],
    author: SignedInAuthor,
    database: Db,
) -> Erased:
    """At every event and on every door; tickets keep their serials. It cannot be undone."""
    persons = await service.find(database, normal_email(body.email))
    if not body.dry_run:
        await service.erase(Keeping(database, request.app.state.storage), author, persons, utc_now())
    return Erased(
        registrations=len(persons.registrations),
        orders=len(persons.orders),
        waiting=len(persons.waiting),
        accounts=len(persons.users),
        dry_run=body.dry_run,
    )
