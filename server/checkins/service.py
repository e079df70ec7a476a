"""Check-ins at the server: undo one, list what stands. Scans are redeemed at the door (door.py)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core import facts
from eventreg_core.facts import Annulment
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Change
from server.auth.access import Level, access_row
from server.auth.tokens import Caller
from server.checkins import ledger, queries
from server.checkins.ledger import Entry
from server.checkins.models import Fact
from server.checkins.queries import Annulled, CheckedIn, Passed
from server.checkins.telling import server_stamp
from server.clock import new_id
from server.conflicts import service as conflicts
from server.errors import not_found
from server.sync import feed
from server.sync.feed import Executor


async def access_passed(session: AsyncSession, caller: Caller, fact: UUID, at_least: Level) -> Passed:
    """A told check-in or exit, for a caller who may do at least this on its event.

    Raises ApiProblem 404 `check_in_not_found` or 403 `forbidden`.
    """
    missing = not_found("check_in_not_found", "There is no such check-in, or it is not shared with you.")
    return queries.passed(
        await access_row(session, caller, queries.told_with_id(fact), Fact.event_id, at_least, missing)
    )


async def annul(connection: Executor, author: Author, passed: Passed, now: datetime) -> Annulled:
    """Undo a check-in or an exit by a new fact; once, however often it is asked for."""
    await feed.lock_heads(connection, [passed.event])
    known = await queries.find_annulled(connection, passed.event, passed.id)
    if known is not None:
        return known
    stamp = server_stamp(new_id(), passed.event, passed.list, now, author.name) | {"gate": passed.gate}
    recorded = facts.record(Annulment(**stamp, target=passed.id, serial=passed.serial.hex()))
    await ledger.write(connection, passed.event, [Entry(recorded, author=author.name)], now)
    await conflicts.judge_again(connection, passed.event, [recorded])
    told = {"annulment": recorded.fact.id, "list_id": passed.list}
    await audit.write(connection, author, "check_in.annulled", "check_in", passed.id, None, told, event_id=passed.event)
    return Annulled(recorded.fact.id, passed.id, now)


async def annul_all(session: AsyncSession, author: Author, event: UUID, ids: Sequence[UUID], now: datetime) -> None:
    """Undo those of these check-ins and exits that stand, each by a new fact. The caller holds the event's head."""
    standing = await queries.list_standing(session, event, ids)
    recorded = []
    for passed in standing:
        stamp = server_stamp(new_id(), event, passed.list, now, author.name) | {"gate": passed.gate}
        recorded.append(facts.record(Annulment(**stamp, target=passed.id, serial=passed.serial.hex())))
    await ledger.write(session, event, [Entry(one, author=author.name) for one in recorded], now)
    await conflicts.judge_again(session, event, recorded)
    changes = [
        Change(
            "check_in.annulled", "check_in", passed.id, None, {"annulment": one.fact.id, "list_id": passed.list}, event
        )
        for passed, one in zip(standing, recorded, strict=True)
    ]
    await audit.write_all(session, author, changes)


async def list_check_ins(
    connection: Executor, event: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> list[CheckedIn]:
    """Check-ins that stand, newest first."""
    return await queries.list_check_ins(connection, event, limit, after)


async def count_check_ins(connection: Executor, event: UUID) -> int:
    """How many check-ins stand."""
    return await queries.count_check_ins(connection, event)
