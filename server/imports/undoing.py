"""Undo an import: cancel what it made, and leave alone what somebody changed or scanned since."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import Author, system
from server.events import service as events
from server.events.models import EventStatus
from server.imports import queries, turns
from server.imports.findings import UNDONE
from server.imports.queries import Made
from server.imports.service import stop
from server.imports.turns import Outcome
from server.registrations.cancelling import cancel_many

AT_ONCE = 100
"""Registrations in one transaction, for which the event's head is held."""


async def undo_next(session: AsyncSession, data_keys: tuple[bytes, ...], import_id: UUID, after: int) -> int | None:
    """Undo the rows of an import that follow this line; the last one's line, None when there are no more.

    What it leaves is written down with its reason, so that a row is looked at once. Stops where the event was archived
    meanwhile.
    """
    imported = await queries.get(session, import_id)
    if imported is None:
        return None
    event = await events.lock_event(session, imported.event_id)
    imported = await queries.get(session, import_id, lock=True)
    if imported is None or imported.status != "undoing":
        return None
    if event.status is EventStatus.ARCHIVED:
        # It rests: whoever opens the event again can go on undoing.
        await stop(session, system(data_keys), event.id, import_id)
        return None
    made = await queries.list_made(session, import_id, AT_ONCE, after)
    reasons = [(each, _kept_because(each)) for each in made]
    author = Author("user", UUID(imported.settings["undone_by"]), data_keys=data_keys)
    gone = [each.registration_id for each, reason in reasons if reason is None and each.status == "active"]
    await cancel_many(session, author, imported.event_id, gone)
    outcomes = [Outcome(each.number, problem=reason or UNDONE) for each, reason in reasons]
    await turns.note(session, import_id, outcomes)
    if len(made) < AT_ONCE:
        imported.status = "undone"
    await session.flush()
    return made[-1].number if len(made) == AT_ONCE else None


def _kept_because(made: Made) -> str | None:
    if made.version is None:
        return "updated_not_made"
    if not made.is_own:
        # It was cancelled, and came back by somebody else's doing.
        return "changed_since"
    if made.status == "cancelled":
        return None
    if made.is_scanned:
        return "scanned_since"
    return "changed_since" if made.version != made.present_version else None
