"""Settle conflicts: what was told stands, or what was not due is undone by new facts; and open them again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.conflict import Class, Outcome
from server.audit import service as audit
from server.audit.author import Author
from server.checkins import service as checkins
from server.clock import new_id
from server.conflicts.looking import OPEN
from server.conflicts.models import Conflict, Settlement
from server.errors import ApiProblem
from server.sync import feed

Wished = Literal["accepted", "annulled", "proposed"]
AT_ONCE = 200
"""Conflicts that are settled or opened in one transaction."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Which open conflicts of an event to settle at once, and how; those that changed after `until` were not seen."""

    kind: Class
    outcome: Wished
    list: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """Which were settled, and how many such are left."""

    ids: tuple[UUID, ...]
    left: int


async def settle(
    session: AsyncSession, author: Author, conflict: Conflict, outcome: Wished, seen: Sequence[UUID], now: datetime
) -> Conflict:
    """Settle a conflict whose facts were seen. Raises ApiProblem 409 `conflict_changed`, `nothing_to_annul`."""
    await feed.lock_heads(session, [conflict.event_id])
    present = await _reread(session, conflict)
    if present.gone or sorted(present.fact_ids) != sorted(seen):
        sentence = "New scans arrived since this was shown, or it is gone. Look at it again, then settle it."
        raise ApiProblem(409, "conflict_changed", sentence, fact_ids=[str(fact) for fact in present.fact_ids])
    if outcome == "annulled" and not present.undue:
        sentence = "There is nothing here that a new fact could undo. Accept it instead."
        raise ApiProblem(409, "nothing_to_annul", sentence, field="outcome")
    await _settle(session, author, present, outcome, now)
    return await _reread(session, present)


async def settle_many(session: AsyncSession, author: Author, event: UUID, bulk: Bulk, now: datetime) -> Settled:
    """Settle open conflicts of one class, oldest first, 200 at most; what cannot be annulled is accepted."""
    await feed.lock_heads(session, [event])
    wished = [Conflict.event_id == event, Conflict.class_ == bulk.kind.value, OPEN]
    wished += [Conflict.list_id == bulk.list] if bulk.list is not None else []
    wished += [Conflict.updated_at <= bulk.until] if bulk.until is not None else []
    statement = select(Conflict).where(*wished).order_by(Conflict.created_at, Conflict.id).limit(AT_ONCE)
    found = list(await session.scalars(statement))
    for conflict in found:
        await _settle(session, author, conflict, bulk.outcome, now)
    await session.flush()
    left = await session.scalar(select(func.count()).select_from(Conflict).where(*wished)) or 0
    return Settled(tuple(one.id for one in found), left)


async def reopen(session: AsyncSession, author: Author, event: UUID, ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Take back how these conflicts of an event were settled; those that were. What was annulled stays annulled."""
    await feed.lock_heads(session, [event])
    mine = [Conflict.event_id == event, Conflict.id.in_(ids), Conflict.settled_at.is_not(None), ~Conflict.gone]
    opened = list(await session.scalars(select(Conflict).where(*mine).order_by(Conflict.id)))
    found = [one.id for one in opened]
    for conflict in opened:
        before = {"settled_at": conflict.settled_at}
        conflict.settled_at = None
        await _note(session, author, conflict, "conflict.reopened", before, {"settled_at": None})
    undone = update(Settlement).where(Settlement.conflict_id.in_(found), Settlement.undone_at.is_(None))
    await session.execute(undone.values(undone_at=now))
    return found


async def _reread(session: AsyncSession, conflict: Conflict) -> Conflict:
    # Facts that came meanwhile changed the row behind the session's back.
    statement = select(Conflict).where(Conflict.id == conflict.id).execution_options(populate_existing=True)
    found = await session.scalar(statement)
    if found is None:
        raise ApiProblem(409, "conflict_changed", "This conflict is gone: nothing contradicts itself here any more.")
    return found


async def _settle(session: AsyncSession, author: Author, conflict: Conflict, wished: Wished, now: datetime) -> None:
    told = conflict.outcome if wished == "proposed" else wished
    outcome = Outcome(told) if conflict.undue else Outcome.ACCEPTED
    settlement = Settlement(
        id=new_id(),
        conflict_id=conflict.id,
        event_id=conflict.event_id,
        fact_ids=conflict.fact_ids,
        outcome=outcome.value,
        settled_by=author.user_id,
        created_at=now,
    )
    session.add(settlement)
    conflict.settled_at = now
    await session.flush()
    after = {"settled_at": now, "outcome": outcome.value}
    await _note(session, author, conflict, "conflict.settled", {"settled_at": None}, after)
    if outcome is Outcome.ANNULLED:
        await checkins.annul_all(session, author, conflict.event_id, conflict.undue, now)


async def _note(
    session: AsyncSession,
    author: Author,
    conflict: Conflict,
    action: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    about = {"class": conflict.class_, "facts": len(conflict.fact_ids)}
    event = conflict.event_id
    await audit.write(session, author, action, "conflict", conflict.id, before, {**after, **about}, event_id=event)
