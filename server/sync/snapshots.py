"""The newest snapshot of each guest list: made when somebody needs one, kept sealed in the storage, served as it is."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import text
from starlette.requests import HTTPConnection

from eventreg_core import snapshot
from server.clock import utc_now
from server.db import Database
from server.errors import ApiProblem
from server.sealing import Unopenable, seal, unseal
from server.storage import NoSuchFile, Storage
from server.sync.epoch import read_epoch
from server.sync.feed import Executor
from server.sync.queries import get_feed
from server.sync.snapshot_rows import DOOR, read_columns, with_phone_tails

OLD = 5_000
"""Changes after which a snapshot is made anew; until then a device pulls what came since."""
BUILDS_AT_ONCE = 2
LOOK_EACH_S, LOOKS = 0.25, 60
"""How often one waits for another process that builds the same, and how many times."""
LOCKS = 7_340_001
"""First half of the advisory locks, so that they meet no other kind of lock."""
log = structlog.get_logger("server.sync")


@dataclass(frozen=True, slots=True)
class Whole:
    """A snapshot's bytes, and their SHA-256 in hex."""

    content: bytes
    digest: str


@dataclass(slots=True)
class Snapshots:
    """Gives out snapshots; of each event one is built at a time, over all processes."""

    database: Database
    storage: Storage
    data_keys: tuple[bytes, ...] = field(repr=False)
    _builds: dict[UUID, asyncio.Task[Whole | None]] = field(default_factory=dict)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(BUILDS_AT_ONCE))

    async def get(self, event: UUID) -> Whole:
        """A snapshot at most OLD changes old; a second or two where it must be made first.

        Raises ApiProblem 503 `snapshot_not_ready` where another process takes too long to make it.
        """
        for _ in range(LOOKS):
            async with self.database.begin() as connection:
                good = await _is_good(connection, event)
            whole = await self._find(event) if good else None
            whole = whole or await self._build(event)
            if whole is not None:
                return whole
            await asyncio.sleep(LOOK_EACH_S)
        sentence = "The guest list is being prepared. It is fetched in a moment."
        raise ApiProblem(503, "snapshot_not_ready", sentence, headers={"Retry-After": "2"})

    async def close(self) -> None:
        """Build nothing more."""
        builds = list(self._builds.values())
        for task in builds:
            task.cancel()
        await asyncio.gather(*builds, return_exceptions=True)

    async def _find(self, event: UUID) -> Whole | None:
        try:
            sealed = await self.storage.get(file_of(event))
            return await asyncio.to_thread(_opened, self.data_keys, event, sealed)
        except (NoSuchFile, Unopenable):
            return None

    async def _build(self, event: UUID) -> Whole | None:
        """Build it, or wait for who builds it here already; None while another process does."""
        task = self._builds.get(event)
        if task is None:
            task = self._builds[event] = asyncio.create_task(self._built(event), name=f"snapshot of {event}")
            task.add_done_callback(lambda done: self._forget(event, done))
        # Whoever asked first may hang up; the others still wait for it.
        return await asyncio.shield(task)

    def _forget(self, event: UUID, done: asyncio.Task[Whole | None]) -> None:
        del self._builds[event]
        if not done.cancelled() and done.exception() is not None:
            log.warning("snapshot not made", event_id=str(event), kind=type(done.exception()).__name__)

    async def _built(self, event: UUID) -> Whole | None:
        async with self._room, self.database.engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="REPEATABLE READ")
            locked = await connection.execute(_LOCK, {"kind": LOCKS, "event": str(event)})
            if not locked.scalar_one():
                return None
            header, columns = await read_columns(connection, event)
            whole, sealed = await asyncio.to_thread(_made, self.data_keys, header, columns)
            await self.storage.put(file_of(event), sealed)
            async with self.database.begin() as noting:
                await noting.execute(_NOTE, _noted(header, len(whole.content), utc_now()))
            await connection.rollback()
        log.info("snapshot made", event_id=str(event), revision=header.revision, size=len(whole.content))
        return whole


async def wait_for_build(connection: Executor, event: UUID) -> None:
    """Let a build that is under way end, and none begin until the transaction does; before the event is locked."""
    await connection.execute(_WAIT, {"kind": LOCKS, "event": str(event)})


def snapshots_of(connection: HTTPConnection) -> Snapshots:
    """The application's snapshots."""
    return cast(Snapshots, connection.app.state.snapshots)


async def _is_good(connection: Executor, event: UUID) -> bool:
    row = (await connection.execute(_KEPT, {"event": event, "profile": DOOR})).one_or_none()
    if row is None or row.epoch != await read_epoch(connection):
        return False
    feed = await get_feed(connection, event)
    return bool(max(feed.floor, feed.revision - OLD) <= row.revision <= feed.revision)


def _made(keys: tuple[bytes, ...], header: snapshot.Header, columns: dict[str, snapshot.Raw]) -> tuple[Whole, bytes]:
    content = snapshot.write(header, with_phone_tails(columns, keys))
    return _whole(content), seal(keys, content, _purpose(header.event))


def _opened(keys: tuple[bytes, ...], event: UUID, sealed: bytes) -> Whole:
    return _whole(unseal(keys, sealed, _purpose(event)))


def _whole(content: bytes) -> Whole:
    return Whole(content, hashlib.sha256(content).hexdigest())


def _noted(header: snapshot.Header, size: int, now: datetime) -> dict[str, object]:
    return {
        "event": header.event,
        "profile": header.profile,
        "epoch": header.epoch,
        "revision": header.revision,
        "size": size,
        "now": now,
    }


def _purpose(event: UUID) -> bytes:
    return b"snapshot " + event.bytes


def file_of(event: UUID) -> str:
    """Where the event's snapshot lies in the storage."""
    return f"snapshots/{event}/{DOOR}.bin"


_LOCK = text("SELECT pg_try_advisory_xact_lock(:kind, hashtext(:event))")
_WAIT = text("SELECT pg_advisory_xact_lock(:kind, hashtext(:event))")
_KEPT = text("SELECT epoch, revision FROM snapshots WHERE event_id = :event AND profile = :profile")
_NOTE = text(
    """
    INSERT INTO snapshots (event_id, profile, epoch, revision, size, created_at)
    VALUES (:event, :profile, :epoch, :revision, :size, :now)
    ON CONFLICT (event_id, profile) DO UPDATE SET epoch = excluded.epoch, revision = excluded.revision,
        size = excluded.size, created_at = excluded.created_at
    """
)
