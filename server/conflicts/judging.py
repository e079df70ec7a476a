"""Keep the stored conflicts those that come out when everything that was told is replayed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from eventreg_core.conflict import conflicts_of
from eventreg_core.facts import Annulment, CheckIn, Exit, Payment, Recorded, RefusedScan
from eventreg_core.truth import Truth
from server.checkins.ledger import serial_of
from server.checkins.standing import Place
from server.conflicts import queries
from server.conflicts.queries import Found
from server.conflicts.reading import read_places
from server.sync.feed import Executor


async def judge_again(connection: Executor, event: UUID, news: Collection[Recorded]) -> None:
    """Judge the places that these new facts are about, from everything known, and keep what is found.

    The caller holds the event's head and has written the facts. The result depends on the facts alone, not on the
    order in which they came. An archived event is judged no more.
    """
    await judge_serials(connection, event, await _touched(connection, event, news), news)


async def judge_serials(
    connection: Executor, event: UUID, serials: Collection[bytes], news: Collection[Recorded] = ()
) -> None:
    """`judge_again` for the places of these serials, on every list; `news`: facts that were read already."""
    if serials and not await queries.is_archived(connection, event):
        places = await read_places(connection, event, serials, news)
        await queries.keep(connection, event, places.seats(), found_at(places.truths()))


def found_at(truths: Mapping[Place, Truth]) -> list[Found]:
    """The conflicts of each place, none of them among it."""
    return [Found(place, conflicts_of(truth)) for place, truth in truths.items()]


async def judge_places(
    connection: Executor,
    event: UUID,
    told: Mapping[Place, Sequence[Recorded]],
    *,
    has_conflicts: bool = True,
) -> None:
    """`judge_again` for the server's own door, which knows all that stands at these places and told the newest of it.

    What it told itself, in order, was due. `has_conflicts`: of the event any is stored yet.
    """
    doubtful = {place for place, facts in told.items() if not _was_due(facts)}
    if has_conflicts:
        doubtful |= await queries.list_disputed(connection, event, list(told))
    serials = {serial_of(told[place][-1]) for place in doubtful}
    await judge_serials(connection, event, [serial for serial in serials if serial is not None])


def _was_due(facts: Sequence[Recorded]) -> bool:
    # The newest are the last. One that was told for an earlier time may speak against those that were there.
    times = [each.fact.at for each in facts if not isinstance(each.fact, Annulment)]
    return times == sorted(times) and all(each.fact.journal is None for each in facts)


async def _touched(connection: Executor, event: UUID, news: Iterable[Recorded]) -> list[bytes]:
    serials: dict[bytes, None] = {}
    targets: list[UUID] = []
    for recorded in news:
        fact, serial = recorded.fact, serial_of(recorded)
        if isinstance(fact, Annulment):
            targets.append(fact.target)
        elif isinstance(fact, CheckIn | Exit | RefusedScan | Payment) and serial is not None:
            serials[serial] = None
    if targets:
        serials |= dict.fromkeys(await queries.list_serials(connection, event, targets))
    return list(serials)
