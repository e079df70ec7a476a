"""The jobs of imports: some rows each, the next one deferred in the same transaction.

Somebody watches them, and they follow one another: else each would wait for all mails that came since the one before.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from server import jobs
from server.imports import running, sending, service, undoing
from server.imports.running import Mark
from server.jobs import Priority
from server.jobs.tasks import Work, task

KEPT_DAYS = 30
"""How long a file that was not started, and rows that nothing came of, are kept."""


@task("run-import")
async def run_import(work: Work, data: dict[str, Any]) -> None:
    """Register the rows of an import after a line; `at` rows were done when this was deferred."""
    import_id, mark = UUID(data["import_id"]), Mark(data["at"], data["after"])
    reached = await running.go_on(work.session, work.settings.data_keys, import_id, mark)
    if reached is not None:
        further = data | {"at": reached.at, "after": reached.after}
        await jobs.defer(work.session, "run-import", further, priority=Priority.SOON)


@task("undo-import")
async def undo_import(work: Work, data: dict[str, Any]) -> None:
    """Cancel the registrations that rows after a line made."""
    last = await undoing.undo_next(work.session, work.settings.data_keys, UUID(data["import_id"]), data["after"])
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
