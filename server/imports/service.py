"""Bring a guest list in: look at it first, then start, stop, undo, and send its tickets.

Nothing of a file reaches registrations before `start`; from then on jobs work through it (see running, undoing).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.audit import service as audit
from server.audit.author import Author
from server.clock import new_id
from server.errors import ApiProblem, not_found
from server.events.service import event_not_found
from server.imports import queries, turns
from server.imports.checking import Checked, check, emails_of, understood
from server.imports.findings import Finding, finding
from server.imports.mapping import missing_fields, propose
from server.imports.models import Import
from server.imports.plan import Plan, changed, check_complete, check_questions, kept, lines_of, plan_of
from server.imports.rows import open_line, open_lines, seal_lines
from server.imports.table import MOST_LINES, Line, Table
from server.imports.words import Field
from server.jobs import Priority
from server.questions import service as questions
from server.registrations import shop
from server.registrations.places import Shop
from server.ticket_types import service as ticket_types

SHOWN = 10
"""Lines of the file that a report shows."""
LOOKED_AT = 50
"""Lines that tell what a column without a name holds."""


@dataclass(frozen=True, slots=True)
class Report:
    """A file before it is brought in: its first lines, and what would become of all of them."""

    imported: Import
    plan: Plan
    lines: Sequence[Line]
    checked: Checked

    @property
    def missing(self) -> list[Field]:
        """What no column holds and every guest needs."""
        return missing_fields(self.plan.mapping)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was read; `language` is that of mails to its guests."""

    name: str
    table: Table
    language: str


async def bring(session: AsyncSession, author: Author, event_id: UUID, upload: Upload) -> Report:
    """Keep a file's lines, sealed, and look at them; what its author brought before and never started is dropped."""
    table, import_id = upload.table, new_id()
    await queries.drop_ready(session, event_id, author.user_id)
    asked = {each.id: each.label for each in await questions.list_asked(session, event_id)}
    mapping = propose(table.columns, [line.cells for line in table.lines[:LOOKED_AT]], asked)
    plan = Plan(mapping, language=upload.language)
    imported = Import(
        id=import_id,
        event_id=event_id,
        status="ready",
        file_name=upload.name,
        settings={
            "columns": list(table.columns),
            "source": table.source,
            "sheets": list(table.sheets),
            "plan": kept(plan),
        },
        total=len(table.lines),
        created_by=author.user_id,
    )
    session.add(imported)
    await session.flush()
    await session.refresh(imported)
    sealed = await to_thread.run_sync(seal_lines, author.data_keys, import_id, table.lines)
    await queries.insert_rows(session, import_id, sealed)
    await _audit(session, author, "import.brought", imported, {"file_name": upload.name, "total": imported.total})
    return await _report(session, imported, plan, table.lines)


async def look_again(
    session: AsyncSession, data_keys: tuple[bytes, ...], event_id: UUID, import_id: UUID, told: Mapping[str, Any]
) -> Report:
    """The report on a file by another plan; nothing is kept. Raises 404, 409 `import_started`, 422."""
    imported = await get(session, event_id, import_id)
    if imported.status != "ready":
        raise _started()
    plan = changed(imported, told)
    rows, _ = await turns.list_next(session, import_id, MOST_LINES, 0)
    lines = await to_thread.run_sync(open_lines, data_keys, import_id, rows)
    return await _report(session, imported, plan, lines)


async def start(
    session: AsyncSession, author: Author, event_id: UUID, import_id: UUID, told: Mapping[str, Any]
) -> Import:
    """Begin to register the guests of a file, or go on after a stop (then by the plan that it began with).

    Raises 404, 409 `import_started`, 422 `mapping_incomplete` or `invalid`.
    """
    imported = await _locked(session, event_id, import_id)
    if imported.status not in ("ready", "stopped"):
        raise _started()
    plan = changed(imported, told) if imported.status == "ready" else plan_of(imported)
    check_complete(plan)
    check_questions(plan, await questions.list_asked(session, event_id))
    await _check_type(session, event_id, plan.ticket_type_id)
    # A job of an earlier start that still waits finds that this is not its run, and does nothing.
    run = str(new_id())
    settings = imported.settings | {"plan": kept(plan), "started_by": str(author.user_id), "run": run}
    await _move(session, author, imported, "import.started", "running", settings=settings)
    data = {"import_id": str(import_id), "run": run, "after": 0}
    await jobs.defer(session, "run-import", data, priority=Priority.SOON)
    return imported


async def stop(session: AsyncSession, author: Author, event_id: UUID, import_id: UUID) -> Import:
    """Let an import, or its undoing, rest after the rows in hand; harmless for one that does not run."""
    imported = await _locked(session, event_id, import_id)
    if imported.status in ("running", "undoing"):
        await _move(session, author, imported, "import.stopped", "stopped")
    return imported


async def undo(session: AsyncSession, author: Author, event_id: UUID, import_id: UUID) -> Import:
    """Begin to cancel what an import made, as far as nobody changed or scanned it since.

    Harmless for one that is being undone. Raises 404, 409 `import_running` or `import_not_started`.
    """
    imported = await _locked(session, event_id, import_id)
    if imported.status == "running":
        raise ApiProblem(409, "import_running", "This import is still at work. Stop it first, then undo it.")
    if imported.status == "ready":
        raise _not_started()
    if imported.status in ("done", "stopped"):
        settings = imported.settings | {"undone_by": str(author.user_id)}
        await _move(session, author, imported, "import.undone", "undoing", settings=settings)
        await jobs.defer(session, "undo-import", {"import_id": str(import_id), "after": 0}, priority=Priority.SOON)
    return imported


async def send(session: AsyncSession, author: Author, event_id: UUID, import_id: UUID) -> Import:
    """Send everybody whom this import registered their ticket by mail, each at most once however often it is asked.

    Raises 404, 409 `import_not_started`.
    """
    imported = await _locked(session, event_id, import_id)
    if imported.status in ("ready", "undoing", "undone"):
        raise _not_started()
    await _audit(session, author, "import.sent", imported, {"total": imported.done})
    await jobs.defer(session, "send-imported", {"import_id": str(import_id), "after": None})
    return imported


async def get(session: AsyncSession, event_id: UUID, import_id: UUID) -> Import:
    """The import of this event; raises ApiProblem 404 `import_not_found`."""
    imported = await queries.find(session, event_id, import_id)
    if imported is None:
        raise not_found("import_not_found", "The event has no such import.")
    return imported


async def list_imports(session: AsyncSession, event_id: UUID, limit: int, after: UUID | None) -> list[Import]:
    """Imports of an event, the latest first."""
    return await queries.list_imports(session, event_id, limit, after)


async def count_problems(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """How many rows have which problem so far."""
    return await queries.count_problems(session, import_id)


async def list_problems(session: AsyncSession, import_id: UUID, after: int, limit: int) -> list[Finding]:
    """Rows of which nothing was made, or that an undoing left, by their lines."""
    return [finding(number, code) for number, code, _ in await queries.list_problems(session, import_id, after, limit)]


async def list_lines_to_mend(
    session: AsyncSession, data_keys: tuple[bytes, ...], import_id: UUID, after: int, limit: int
) -> list[tuple[Line, Finding]]:
    """Rows of which nothing was made, with their cells as they were told."""
    rows = await queries.list_problems(session, import_id, after, limit)

    def opened() -> list[tuple[Line, Finding]]:
        return [
            (
                open_line(data_keys, import_id, number, sealed) if sealed is not None else Line(number, ()),
                finding(number, code),
            )
            for number, code, sealed in rows
        ]

    # A file of 50,000 takes a second, in which nobody else would be served.
    return await to_thread.run_sync(opened)


async def forget_files(session: AsyncSession, days: int) -> None:
    """Drop what was brought and never started, and rows kept to be mended, so many days after."""
    await queries.forget_files(session, days)


async def _report(session: AsyncSession, imported: Import, plan: Plan, lines: Sequence[Line]) -> Report:
    asked = await questions.list_asked(session, imported.event_id)
    check_questions(plan, asked)
    if missing_fields(plan.mapping):
        # Every line would lack the same: the report names the columns instead.
        return Report(imported, plan, lines[:SHOWN], Checked())
    event = await shop.find_open(session, imported.event_id)
    if event is None:
        raise event_not_found()
    await _check_type(session, imported.event_id, plan.ticket_type_id)
    how = lines_of(imported, plan, await type_names(session, imported.event_id), asked)
    read = await to_thread.run_sync(understood, lines, how)
    seats = await queries.list_seats(session, imported.event_id, emails_of(read))
    known = {email: seat.id if seat.status == "cancelled" else None for email, seat in seats.items()}
    types = await shop.list_on_sale(session, event.id)
    places = Shop(capacity=event.capacity, sold=event.sold, types=types, now=event.now, offered=event.offered)
    checked = await to_thread.run_sync(check, read, places, known, plan.on_duplicate)
    return Report(imported, plan, lines[:SHOWN], checked)


async def type_names(session: AsyncSession, event_id: UUID) -> dict[UUID, str]:
    """The event's ticket types by id."""
    return {each.id: each.name for each in await ticket_types.list_types(session, event_id)}


async def _check_type(session: AsyncSession, event_id: UUID, type_id: UUID | None) -> None:
    if type_id is not None and type_id not in await type_names(session, event_id):
        sentence = "The event has no such ticket type. Choose another one."
        raise ApiProblem(422, "unknown_ticket_type", sentence, field="ticket_type_id")


async def _locked(session: AsyncSession, event_id: UUID, import_id: UUID) -> Import:
    await get(session, event_id, import_id)
    locked = await queries.get(session, import_id, lock=True)
    if locked is None:
        return await get(session, event_id, import_id)
    return locked


async def _move(
    session: AsyncSession, author: Author, imported: Import, action: str, status: str, **columns: Any
) -> None:
    before = imported.status
    imported.status = status
    for column, value in columns.items():
        setattr(imported, column, value)
    await session.flush()
    await session.refresh(imported)
    whose = imported.event_id
    told = {"status": before}, {"status": status}
    await audit.write(session, author, action, "import", imported.id, *told, event_id=whose)


async def _audit(session: AsyncSession, author: Author, action: str, imported: Import, after: dict[str, Any]) -> None:
    await audit.write(session, author, action, "import", imported.id, None, after, event_id=imported.event_id)


def _started() -> ApiProblem:
    return ApiProblem(409, "import_started", "This file was brought in already. Bring it again to look at it anew.")


def _not_started() -> ApiProblem:
    return ApiProblem(409, "import_not_started", "There is nothing of this import: it was not started, or undone.")
