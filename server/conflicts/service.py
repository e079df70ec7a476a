"""Keep the list of conflicts true: what the doors did beside what was due."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.admission import Policy
from eventreg_core.facts import Annulment, CheckIn, Exit, Recorded
from server.checkins.ledger import serial_of
from server.checkins.policies import list_policies
from server.checkins.standing import Asked, Place, find_standing
from server.conflicts import queries
from server.conflicts.queries import Listed, Told
from server.conflicts.truth import double_entry
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Shown:
    """A conflict with its facts, those that are known here, in the order of their times."""

    listed: Listed
    told: tuple[Told, ...]


async def judge_again(connection: Executor, event: UUID, news: Collection[Recorded]) -> None:
    """Judge the places that these new standing facts are about, from everything known, and keep what is found.

    The caller holds the event's head and has written the facts. The result depends on the facts alone, not on the
    order in which they came.
    """
    standing = await find_standing(connection, event, await _touched(connection, event, news))
    if standing.told:
        await judge_places(connection, event, standing.told, await list_policies(connection, event))


async def judge_places(
    connection: Executor,
    event: UUID,
    told: Mapping[Place, Sequence[Recorded]],
    policies: Mapping[UUID, Policy],
    *,
    has_conflicts: bool = True,
) -> None:
    """`judge_again` for who knows all that stands at these places; `has_conflicts`: of the event any is stored yet."""
    judged = [
        (place, double_entry(facts, policies[place.list])) for place, facts in told.items() if place.list in policies
    ]
    await queries.keep(connection, event, [(place, conflict) for place, conflict in judged if conflict is not None])
    if has_conflicts:
        await queries.drop(connection, event, [place for place, conflict in judged if conflict is None])


async def list_conflicts(
    session: AsyncSession, event_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> list[Shown]:
    """Conflicts of an event, newest first, each with what was told."""
    listed = await queries.list_conflicts(session, event_id, limit, after)
    told = await queries.list_told(session, event_id, {fact for one in listed for fact in one.conflict.fact_ids})
    return [Shown(one, _in_order(one.conflict.fact_ids, told)) for one in listed]


async def count_conflicts(session: AsyncSession, event_id: UUID) -> int:
    """How many conflicts an event has."""
    return await queries.count_conflicts(session, event_id)


async def _touched(connection: Executor, event: UUID, news: Iterable[Recorded]) -> list[Asked]:
    touched: dict[Asked, None] = {}
    targets: list[UUID] = []
    for recorded in news:
        fact, serial = recorded.fact, serial_of(recorded)
        if isinstance(fact, Annulment):
            targets.append(fact.target)
        elif isinstance(fact, CheckIn | Exit) and serial is not None:
            touched[Asked(fact.list, serial)] = None
    if targets:
        touched |= dict.fromkeys(await queries.list_targets(connection, event, targets))
    return list(touched)


def _in_order(fact_ids: Iterable[UUID], told: dict[UUID, Told]) -> tuple[Told, ...]:
    known = [told[fact] for fact in fact_ids if fact in told]
    return tuple(sorted(known, key=lambda one: (one.at, one.id)))
