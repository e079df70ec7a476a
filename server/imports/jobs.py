"""The jobs of imports: some rows each, the next one deferred in the same transaction.

Somebody watches them, and they follow one another: else each would wait for all mails that came since the one before.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from server import jobs
from server.imports import running, sending, service, undoing
from server.imports.course import find_course
from server.jobs import Priority
from server.jobs.tasks import Work, task

KEPT_DAYS = 30
"""How long a file that was not started, and rows that nothing came of, are kept."""
IN_A_JOB = 20
"""Transactions of an import that one job does: to put a job in the queue and to fetch it costs as much as one of them,
and other jobs shall have their turn within seconds."""
UNDOINGS_IN_A_JOB = 10
"""The same for its undoing, of which each does twice as many rows."""


@task("run-import")
async def run_import(work: Work, data: dict[str, Any]) -> None:
    """Register rows of an import after a line, a few at a time, and leave the rest to the next job.

    Each transaction counts by itself: cut short, this begins again behind what was committed.
    """
    keys, after = work.settings.data_keys, data["after"]
    course = await find_course(work.session, keys, UUID(data["import_id"]), data.get("run"))
    if course is None:
        return
    for _ in range(IN_A_JOB - 1):
        async with work.database.sessions.begin() as session:
            after = await running.go_on(session, keys, course, after)
        if after is None:
            return
    after = await running.go_on(work.session, keys, course, after)
    if after is not None:
        await jobs.defer(work.session, "run-import", data | {"after": after}, priority=Priority.SOON)


@task("undo-import")
async def undo_import(work: Work, data: dict[str, Any]) -> None:
    """Cancel the registrations that rows after a line made."""
    keys, import_id, last = work.settings.data_keys, UUID(data["import_id"]), data["after"]
    for _ in range(UNDOINGS_IN_A_JOB - 1):
        async with work.database.sessions.begin() as session:
            last = await undoing.undo_next(session, keys, import_id, last)
        if last is None:
            return
    last = await undoing.undo_next(work.session, keys, import_id, last)
    if last is not None:
        await jobs.defer(work.session, "undo-import", data | {"after": last}, priority=Priority.SOON)


@task("send-imported")
async def send_imported(work: Work, data: dict[str, Any]) -> None:
    """Have the next guests of an import sent their tickets."""
    after = None if data["after"] is None else UUID(data["after"])
    last = await sending.send_next(work.session, UUID(data["import_id"]), after)
    if last is not None:
        await jobs.defer(work.session, "send-imported", {"import_id": data["import_id"], "after": str(last)})


@task("forget-imported-files", every=timedelta(days=1))
async def forget_imported_files(work: Work, _data: dict[str, Any]) -> None:
    """Drop rows that were kept to be mended long enough."""
    await service.forget_files(work.session, KEPT_DAYS)
