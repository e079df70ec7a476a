"""Take trust from what a laptop told, or give it: its facts are held, or stand, portion by portion under the heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.facts import Recorded, reread
from server.audit import service as audit
from server.audit.author import Author
from server.checkins.ledger import Entry
from server.conflicts import service as conflicts
from server.db import Database
from server.devices import queries
from server.devices.models import DeviceEvent
from server.sync import feed
from server.sync.beside import have_booked
from server.sync.feed import Entity

AT_ONCE = 500
"""Facts in one transaction: doors wait for no more than that."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Facts of one event that were just turned: `stood` those that doors knew."""

    event: UUID
    facts: Sequence[Recorded]
    stood: Sequence[UUID]
    journals: Sequence[UUID]


async def hold(database: Database, author: Author, device_id: UUID, now: datetime) -> int:
    """Hold everything that a device brought and will bring; how many facts stood until now.

    Doors hear that those passages count no more. Cut short, it goes on when called again.
    """
    async with database.sessions.begin() as session:
        await _mark(session, author, device_id, now)
    turned = 0
    while True:
        async with database.sessions.begin() as session:
            portion = await _turn(session, device_id, held=True)
            if portion is None:
                return turned
            await feed.publish(await session.connection(), portion.event, Entity.FACT, portion.stood)
            await _judge(session, portion)
        turned += len(portion.facts)


async def accept(database: Database, author: Author, device_id: UUID, now: datetime) -> int:
    """Let everything stand that is held of a device, and trust it again unless it was revoked; how many facts.

    What it brings after a revocation is held all the same, until it is accepted too. Cut short, it goes on when called
    again.
    """
    turned = 0
    while True:
        async with database.sessions.begin() as session:
            portion = await _turn(session, device_id, held=False)
            if portion is None:
                await _mark(session, author, device_id, None, turned)
                return turned
            await _stand(session, portion)
            await _judge(session, portion)
        turned += len(portion.facts)


async def _mark(
    session: AsyncSession, author: Author, device_id: UUID, held_at: datetime | None, facts: int = 0
) -> None:
    """Note how far the device is trusted, once no push is under way that has read otherwise."""
    events = await session.scalars(select(DeviceEvent.event_id).where(DeviceEvent.device_id == device_id))
    await feed.lock_heads(session, events)
    device = await queries.lock(session, device_id)
    if device is None or (held_at is not None and device.held_at is not None):
        return
    before = audit.snapshot(device)
    device.held_at, device.flagged_at = held_at, device.flagged_at if held_at is not None else None
    await session.flush()
    action, after = ("device.held" if held_at is not None else "device.accepted"), audit.snapshot(device)
    if after != before or facts:
        told = after | ({"accepted_facts": facts} if facts else {})
        await audit.write(session, author, action, "device", device.id, before, told, event_id=device.event_id)


async def _turn(session: AsyncSession, device_id: UUID, *, held: bool) -> Portion | None:
    """The next facts that are not as they should be, turned; their revisions are gone."""
    parameters = {"device": device_id, "held": held, "most": AT_ONCE}
    event: UUID | None = (await session.execute(_NEXT, parameters)).scalar_one_or_none()
    if event is None:
        return None
    await feed.lock_heads(session, [event])
    rows = (await session.execute(_TURN, parameters | {"event": event})).all()
    return Portion(
        event,
        [reread(row.raw) for row in rows],
        [row.id for row in rows if row.before is not None],
        sorted({row.journal for row in rows}),
    )


async def _stand(session: AsyncSession, portion: Portion) -> None:
    """Give revisions to what doors should know, and have money booked that was taken."""
    standing = [recorded for recorded in portion.facts if Entry(recorded).stands]
    revisions = await feed.publish(session, portion.event, Entity.FACT, [each.fact.id for each in standing])
    await session.execute(
        _STAND,
        {
            "ids": [each.fact.id for each in standing],
            "hashes": [bytes.fromhex(each.hash) for each in standing],
            "revisions": list(revisions),
        },
    )
    await have_booked(session, portion.facts, again=True)


async def _judge(session: AsyncSession, portion: Portion) -> None:
    connection = await session.connection()
    await conflicts.judge_again(connection, portion.event, portion.facts)
    for journal in portion.journals:
        await conflicts.judge_journal(connection, journal)


_OF_DEVICE = "journal IN (SELECT journal FROM journals WHERE device_id = :device) AND held <> :held"
_NEXT = text(f"SELECT event_id FROM facts WHERE {_OF_DEVICE} LIMIT 1")
_TURN = text(
    f"""
    WITH turned AS (
        SELECT id, hash, revision FROM facts WHERE event_id = :event AND {_OF_DEVICE}
        ORDER BY journal, seq, hash LIMIT :most
    )
    UPDATE facts SET held = :held, revision = NULL FROM turned WHERE facts.id = turned.id AND facts.hash = turned.hash
    RETURNING facts.id, facts.raw, facts.journal, turned.revision AS before
    """
)
_STAND = text(
    """
    UPDATE facts SET revision = given.revision
    FROM unnest(CAST(:ids AS uuid[]), CAST(:hashes AS bytea[]), CAST(:revisions AS bigint[]))
        AS given (id, hash, revision)
    WHERE facts.id = given.id AND facts.hash = given.hash
    """
)
