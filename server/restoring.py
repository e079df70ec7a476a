"""After a database was brought back from a copy: what devices must be told, who must stay forgotten, and who we are.

Doors whose server is restored keep their journals, and bring it up to date; see docs/operations.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import system
from server.db import Database
from server.erasure.service import Keeping, apply_list
from server.storage import Storage
from server.sync import feed
from server.sync.feed import Entity
from server.tickets.keys import renew_key

log = structlog.get_logger("server.restoring")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: rows that were erased again, and for a copy the signing keys that were made anew."""

    erased: int
    keys: int


async def restore(database: Database, storage: Storage, data_keys: tuple[bytes, ...], *, as_copy: bool) -> Restored:
    """Let every device discard its guest list, never its journal, and erase again whoever was erased since.

    `as_copy`: this is another server from now on, with an id and keys of its own, so that no ticket, device, session,
    mail or program of the original means anything here. No server may run on the database meanwhile.
    """
    keys = 0
    async with database.sessions.begin() as session:
        await session.execute(_NEXT_EPOCH)
        if as_copy:
            keys = await _become_another(session, data_keys)
        change = {"as_copy": as_copy, "keys": keys}
        await audit.write(session, system(data_keys), "server.restored", "server", "server", None, change)
    erased = await apply_list(Keeping(database, storage), data_keys)
    log.info("restored", as_copy=as_copy, keys=keys, erased=erased)
    return Restored(erased, keys)


async def _become_another(session: AsyncSession, data_keys: tuple[bytes, ...]) -> int:
    rows = (await session.execute(_KEYS)).all()
    await feed.lock_heads(session, {row.event_id for row in rows})
    for statement in _ANOTHER:
        await session.execute(statement)
    for row in rows:
        made = renew_key(row.event_id, row.number, data_keys)
        fresh = {"public": made.public_key, "sealed": made.private_key_sealed}
        await session.execute(_RENEW, {"event": row.event_id, "number": row.number, **fresh})
    for event, numbers in _by_event([(row.event_id, row.number) for row in rows]).items():
        await feed.publish(session, event, Entity.KEY, numbers)
    return len(rows)


def _by_event(keys: Sequence[tuple[UUID, int]]) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = {}
    for event, number in keys:
        found.setdefault(event, []).append(number)
    return found


_NEXT_EPOCH = text("UPDATE servers SET epoch_counter = epoch_counter + 1")
_KEYS = text("SELECT event_id, number FROM event_keys ORDER BY event_id, number")
_RENEW = text(
    "UPDATE event_keys SET public_key = :public, private_key_sealed = :sealed"
    " WHERE event_id = :event AND number = :number"
)
_ANOTHER = (
    text("UPDATE servers SET id = gen_random_uuid(), public_key = NULL, private_key_sealed = NULL"),
    text("UPDATE devices SET revoked_at = coalesce(revoked_at, now())"),
    text("DELETE FROM refresh_tokens"),
    text("UPDATE api_tokens SET revoked_at = coalesce(revoked_at, now())"),
    # What the original has to say it says itself.
    text("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status IN ('todo', 'doing')"),
    text("UPDATE jobs SET done_at = now(), data = '{}' WHERE done_at IS NULL"),
)
