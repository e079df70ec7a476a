"""The jobs of imports: a few hundred rows each, the next one deferred in the same transaction."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from server import jobs
from server.imports import running, sending, service, undoing
from server.jobs.tasks import Work, task

KEPT_DAYS = 30
"""How long a file that was not started, and rows that nothing came of, are kept."""


@task("run-import")
async def run_import(work: Work, data: dict[str, Any]) -> None:
    """Register the next rows of an import, of which `at` were done when this was deferred."""
    import_id = UUID(data["import_id"])
    at = await running.go_on(work.session, work.settings.data_keys, import_id, data["at"])
    if at is not None:
        await jobs.defer(work.session, "run-import", {"import_id": str(import_id), "at": at})


@task("undo-import")
async def undo_import(work: Work, data: dict[str, Any]) -> None:
    """Cancel the next registrations that an import made."""
    if await undoing.undo_next(work.session, work.settings.data_keys, UUID(data["import_id"])):
        await jobs.defer(work.session, "undo-import", data)


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
