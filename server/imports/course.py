"""An import under way: what is read once for all the transactions of a job."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import Author
from server.imports import queries
from server.imports.guests import Lines
from server.imports.plan import Plan, lines_of, plan_of
from server.imports.service import type_names
from server.questions import service as questions

AT_ONCE = 50
"""Rows in one transaction: the event's head is held for some hundredths of a second, and scans go in between."""
CHANGES_AT_ONCE = 25
"""Where lines may change registrations, which is done one by one."""


@dataclass(frozen=True, slots=True)
class Course:
    """One run of an import, from its start to its end or stop, and how its lines are understood."""

    import_id: UUID
    event_id: UUID
    run: str | None
    plan: Plan
    lines: Lines
    author: Author

    @property
    def at_once(self) -> int:
        """Rows in one transaction."""
        return AT_ONCE if self.plan.on_duplicate == "skip" else CHANGES_AT_ONCE


async def find_course(
    session: AsyncSession, data_keys: tuple[bytes, ...], import_id: UUID, run: str | None
) -> Course | None:
    """The import as it was started; None where it was stopped, is over, or another `run` was started since.

    Ticket types and questions are those of now: what becomes of them meanwhile is judged where a row registers.
    """
    imported = await queries.get(session, import_id)
    if imported is None or imported.status != "running" or imported.settings.get("run") != run:
        return None
    plan, asked = plan_of(imported), await questions.list_asked(session, imported.event_id)
    how = lines_of(imported, plan, await type_names(session, imported.event_id), asked)
    author = Author("user", UUID(imported.settings["started_by"]), data_keys=data_keys)
    return Course(import_id, imported.event_id, run, plan, how, author)
