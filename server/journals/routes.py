"""POST /journals/import: what a laptop recorded, as a file that somebody carried here."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.requests import Request

from eventreg_core import journal_file
from eventreg_core.journal_file import BadJournalFile
from eventreg_core.journal_proof import Changed
from server.audit.author import SignedInAuthor
from server.auth.access import require_role
from server.auth.tokens import Caller
from server.bodies import read_body
from server.callers import callers
from server.clock import utc_now
from server.db import Db
from server.errors import ApiProblem
from server.journals.importing import How, Imported, bring
from server.users.models import UserRole

MOST_BYTES = 64 * 1024 * 1024
FILE = {
    "requestBody": {
        "required": True,
        "description": "The file that `eventreg journal export` wrote",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
router = APIRouter(prefix="/journals", tags=["journals"])


class ImportedJournal(BaseModel):
    """One journal of the file. `verdict`: complete, or gap, changed or fork at a number, and `why`.

    `facts` of it are in the file, `signed_to` is the last number that its laptop vouches for. Of all of them `recorded`
    count, `held` wait for an organizer, `quarantined` cannot be read as facts of an event that is here; `new` were not
    here before. `device` null: nobody knows which laptop; `elsewhere`: it is for another server and was left alone.
    """

    journal: UUID
    continues: UUID | None
    device: UUID | None
    elsewhere: bool
    verdict: str
    why: str
    facts: int
    signed_to: int
    new: int
    recorded: int
    held: int
    quarantined: int


class JournalImport(BaseModel):
    """What became of a file, or would; `whole`: its end is there."""

    made_at: datetime
    whole: bool
    dry_run: bool
    journals: list[ImportedJournal]


@router.post("/import", summary="Take in a laptop's journals from a file", openapi_extra=callers("admin") | FILE)
async def import_journals(
    request: Request,
    _: Annotated[Caller, Depends(require_role(UserRole.ADMIN))],
    author: SignedInAuthor,
    database: Db,
    dry_run: Annotated[bool, Query(description="Only say what would become of it")] = False,
    accept: Annotated[bool, Query(description="Vouch for what no laptop vouches for")] = False,
) -> JournalImport:
    """Everything of it once: the same file again changes nothing."""
    content = await read_body(request, MOST_BYTES)
    limiter: CapacityLimiter = request.app.state.reading_files
    try:
        file = await to_thread.run_sync(journal_file.read, content, limiter=limiter)
    except BadJournalFile as problem:
        raise ApiProblem(422, problem.code, problem.sentence, field="file") from problem
    found = await bring(database, file, How(author, utc_now(), dry_run, accept), limiter)
    return JournalImport(
        made_at=file.made_at, whole=file.whole, dry_run=dry_run, journals=[_view(one) for one in found]
    )


def _view(one: Imported) -> ImportedJournal:
    verdict = one.proof.verdict
    return ImportedJournal(
        journal=one.chain.id,
        continues=one.chain.continues,
        device=one.device,
        elsewhere=one.elsewhere,
        verdict=str(verdict),
        why=verdict.why if isinstance(verdict, Changed) else "",
        facts=one.proof.facts,
        signed_to=one.proof.signed_to,
        new=one.new,
        recorded=one.recorded,
        held=one.held,
        quarantined=one.quarantined,
    )
