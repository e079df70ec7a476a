"""What doors did beside what was due: keep the list of it true, and show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.conflict import state_hash
from server.conflicts import looking
from server.conflicts.clocks import read_clocks
from server.conflicts.journals import judge_journal
from server.conflicts.judging import judge_again, judge_places, judge_serials
from server.conflicts.looking import Asked, Decision, Listed, Told
from server.conflicts.replaying import replayed
from server.sync.feed import Executor

__all__ = [
    "Asked",
    "Shown",
    "count_conflicts",
    "count_open",
    "judge_again",
    "judge_journal",
    "judge_places",
    "judge_serials",
    "list_conflicts",
    "read_clocks",
    "read_state_hash",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """A conflict with its facts, those that are known here, in the order of their times, and former decisions."""

    listed: Listed
    told: tuple[Told, ...]
    decisions: tuple[Decision, ...]


async def list_conflicts(
    session: AsyncSession, asked: Asked, limit: int, after: tuple[datetime, UUID] | None
) -> list[Shown]:
    """Conflicts, newest first, each with what was told and how it was settled."""
    return await show(session, asked.event, await looking.list_conflicts(session, asked, limit, after))


async def show(session: AsyncSession, event: UUID, listed: Sequence[Listed]) -> list[Shown]:
    """What belongs to these conflicts."""
    wanted = {fact for one in listed for fact in one.conflict.fact_ids[: looking.MOST_TOLD]}
    told = await looking.list_told(session, event, wanted)
    decisions = await looking.list_decisions(session, [one.conflict.id for one in listed])
    return [
        Shown(one, _in_order(one.conflict.fact_ids, told), tuple(d for d in decisions if d.conflict == one.conflict.id))
        for one in listed
    ]


async def count_conflicts(session: AsyncSession, asked: Asked) -> int:
    """How many there are."""
    return await looking.count_conflicts(session, asked)


async def count_open(session: AsyncSession, event: UUID) -> dict[str, int]:
    """How many are open, by class."""
    return await looking.count_open(session, event)


async def read_state_hash(connection: Executor, event: UUID) -> str:
    """A hash of everything that happened at an event: the same for the same facts, whatever order they came in."""
    places = [
        (f"{place.list} {place.registration} {place.place} {place.serial!r}", truth)
        async for place, truth in replayed(connection, event, all_places=True)
    ]
    return state_hash(places)


def _in_order(fact_ids: Sequence[UUID], told: dict[UUID, Told]) -> tuple[Told, ...]:
    known = [told[fact] for fact in fact_ids if fact in told]
    return tuple(sorted(known, key=lambda one: (one.at, one.id)))
