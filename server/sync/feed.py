"""The feed: every change that a device can see has its own revision, dense per event, without a gap.

The only way to get a revision. Within one transaction: `lock_heads` first, then whatever changes, then `publish`. The
head's lock is held until the commit, so revisions become visible in their order and a cursor loses nothing. A change
is a pointer; what it points at is read when it is pulled, with the rights of whoever asks.
"""

import os
from collections.abc import Iterable, Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from server.piped import Pipe, Rows, bytea_array, uuid_array

Executor = AsyncConnection | AsyncSession
"""Whatever carries the transaction that causes the change."""
Writer = Executor | Pipe
"""The same, for a statement whose rows nobody reads."""

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


async def find_revision(connection: Executor, event: UUID) -> int | None:
    """The event's revision now, without a lock; None: no such event."""
    return (await connection.execute(_REVISION, {"event": event})).scalar_one_or_none()


async def publish(connection: Executor, event: UUID, entity: Entity, ids: Iterable[UUID | bytes | int]) -> range:
    """Tell all devices of the event that these things changed; their revisions, one each, in the order given.

    Part of the causing transaction: nobody sees the revisions before its commit, and a rollback takes them back.
    """
    texts = [_id_text(each) for each in ids]
    if not texts:
        return range(0)
    last: int = (await connection.execute(_PUBLISH, _pointers(event, entity, texts))).scalar_one()
    return range(last - len(texts) + 1, last + 1)


def send_lock(pipe: Pipe, event: UUID) -> Rows[int]:
    """`lock_heads` for one event through a pipe; its one row is the revision, and an unknown event has none."""
    return pipe.send(_LOCK, {"events": uuid_array([event])}, _revision)


def send_publish(pipe: Pipe, event: UUID, entity: Entity, ids: Iterable[UUID | bytes | int], head: int) -> range:
    """`publish` through a pipe, for who knows from its lock that the event's revision is `head`."""
    texts = [_id_text(each) for each in ids]
    if texts:
        pipe.send(_PUBLISH, _pointers(event, entity, texts), _last)
    return range(head + 1, head + 1 + len(texts))


def _pointers(event: UUID, entity: Entity, texts: Sequence[str]) -> dict[str, object]:
    checks = os.urandom(CHECK_BYTES * len(texts))
    return {
        "event": event,
        "entity": entity.value,
        "count": len(texts),
        "ids": f"{{{','.join(texts)}}}",
        "checks": bytea_array(checks[at : at + CHECK_BYTES] for at in range(0, len(checks), CHECK_BYTES)),
    }


def _revision(_event: UUID, revision: int) -> int:
    return revision


def _last(revision: int) -> int:
    return revision


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
_REVISION = text("SELECT revision FROM event_heads WHERE event_id = :event")
_PUBLISH = text(
    """
    WITH head AS (
        UPDATE event_heads SET revision = revision + :count WHERE event_id = :event RETURNING revision
    ), pointed AS (
        INSERT INTO changes (event_id, revision, entity, entity_id, check_value)
        SELECT :event, head.revision - :count + change.number, :entity, change.entity_id, change.check_value
        FROM head, unnest(CAST(:ids AS text[]), CAST(:checks AS bytea[]))
            WITH ORDINALITY AS change (entity_id, check_value, number)
    )
    SELECT revision FROM head
    """
)
