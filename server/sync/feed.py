"""The feed: every change that a device can see has its own revision, dense per event, without a gap.

The only way to get a revision. Within one transaction: `lock_heads` first, then whatever changes, then `publish`. The
head's lock is held until the commit, so revisions become visible in their order and a cursor loses nothing. A change
is a pointer; what it points at is read when it is pulled, with the rights of whoever asks.
"""

import os
from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

Executor = AsyncConnection | AsyncSession
"""Whatever carries the transaction that causes the change."""

CHECK_BYTES = 8


class Entity(StrEnum):
    """What a change points at, and what its id is.

    Ids: UUIDs, but a key's number for `key` and the eight bytes of a serial for `ticket`; a guest is a registration.
    """

    EVENT = "event"
    TICKET_TYPE = "ticket_type"
    LIST = "list"
    GATE = "gate"
    KEY = "key"
    TICKET = "ticket"
    GUEST = "guest"
    FACT = "fact"


async def open_feed(connection: Executor, event: UUID) -> None:
    """Give a new event its head, at revision 0 and with its capacity; its own row was flushed. Harmless again."""
    await connection.execute(_OPEN, {"event": event})


async def lock_heads(connection: Executor, events: Iterable[UUID]) -> dict[UUID, int]:
    """Lock these events' heads until the transaction ends and tell their revisions; unknown events are left out.

    Always the first lock of a transaction. Read what you judge in a later statement: in READ COMMITTED a statement
    that both locks and reads sees what was there before it waited.
    """
    rows = await connection.execute(_LOCK, {"events": sorted(set(events))})
    return {row.event_id: row.revision for row in rows}


async def publish(connection: Executor, event: UUID, entity: Entity, ids: Iterable[UUID | bytes | int]) -> range:
    """Tell all devices of the event that these things changed; their revisions, one each, in the order given.

    Part of the causing transaction: nobody sees the revisions before its commit, and a rollback takes them back.
    """
    texts = [_id_text(each) for each in ids]
    if not texts:
        return range(0)
    last: int = (await connection.execute(_ADVANCE, {"event": event, "count": len(texts)})).scalar_one()
    revisions = range(last - len(texts) + 1, last + 1)
    checks = os.urandom(CHECK_BYTES * len(texts))
    changes = {
        "event": event,
        "entity": entity.value,
        "revisions": list(revisions),
        "ids": texts,
        "checks": [checks[at : at + CHECK_BYTES] for at in range(0, len(checks), CHECK_BYTES)],
    }
    await connection.execute(_POINT, changes)
    return revisions


def _id_text(entity_id: UUID | bytes | int) -> str:
    return entity_id.hex() if isinstance(entity_id, bytes) else str(entity_id)


_OPEN = text(
    """
    INSERT INTO event_heads (event_id, capacity) SELECT id, max_capacity FROM events WHERE id = :event
    ON CONFLICT DO NOTHING
    """
)
_LOCK = text(
    """
    SELECT event_id, revision FROM event_heads
    WHERE event_id = ANY(CAST(:events AS uuid[])) ORDER BY event_id FOR NO KEY UPDATE
    """
)
_ADVANCE = text("UPDATE event_heads SET revision = revision + :count WHERE event_id = :event RETURNING revision")
_POINT = text(
    """
    INSERT INTO changes (event_id, revision, entity, entity_id, check_value)
    SELECT :event, revision, :entity, entity_id, check_value
    FROM unnest(CAST(:revisions AS bigint[]), CAST(:ids AS text[]), CAST(:checks AS bytea[]))
        AS change (revision, entity_id, check_value)
    """
)
