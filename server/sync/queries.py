"""The statements of the feed, and of facts that are here already."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from eventreg_core.facts import Recorded
from server.sync.feed import Entity, Executor


@dataclass(frozen=True, slots=True)
class Pointer:
    """One change of the feed; `check` is its mark in hex."""

    revision: int
    entity: Entity
    entity_id: str
    check: str


@dataclass(frozen=True, slots=True)
class Feed:
    """How far an event's feed reaches: its last revision, and the `floor` below which pointers were dropped."""

    revision: int
    floor: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact that was here before: what its receipt said."""

    revision: int | None
    held: bool


async def get_feed(connection: Executor, event: UUID) -> Feed:
    """How far the event's feed reaches; nowhere for an event without a head."""
    row = (await connection.execute(_FEED, {"event": event})).one_or_none()
    return Feed(row.revision, row.floor) if row is not None else Feed(0, 0)


async def find_check(connection: Executor, event: UUID, revision: int) -> str | None:
    """The mark of one change, in hex."""
    check: bytes | None = (
        await connection.execute(_CHECK, {"event": event, "revision": revision})
    ).scalar_one_or_none()
    return check.hex() if check is not None else None


async def list_pointers(connection: Executor, event: UUID, after: int, to: int) -> list[Pointer]:
    """The changes in (`after`, `to`], in order."""
    rows = await connection.execute(_POINTERS, {"event": event, "after": after, "to": to})
    return [Pointer(row.revision, Entity(row.entity), row.entity_id, row.check_value.hex()) for row in rows]


async def list_kept(connection: Executor, recorded: Sequence[Recorded]) -> dict[str, Kept]:
    """Those of these facts that are here already, by hash."""
    parameters = {
        "ids": [each.fact.id for each in recorded],
        "hashes": [bytes.fromhex(each.hash) for each in recorded],
    }
    rows = await connection.execute(_KEPT, parameters)
    return {row.hash.hex(): Kept(row.revision, row.held) for row in rows}


async def is_distrusted(connection: Executor, devices: Sequence[UUID]) -> bool:
    """Whether one of these devices is revoked or held at this moment."""
    found: bool = (await connection.execute(_DISTRUSTED, {"devices": list(devices)})).scalar_one()
    return found


_DISTRUSTED = text(
    """
    SELECT EXISTS (
        SELECT FROM devices WHERE id = ANY(CAST(:devices AS uuid[])) AND coalesce(revoked_at, held_at) IS NOT NULL
    )
    """
)
_FEED = text("SELECT revision, floor FROM event_heads WHERE event_id = :event")
_CHECK = text("SELECT check_value FROM changes WHERE event_id = :event AND revision = :revision")
_POINTERS = text(
    """
    SELECT revision, entity, entity_id, check_value FROM changes
    WHERE event_id = :event AND revision > :after AND revision <= :to ORDER BY revision
    """
)
_KEPT = text(
    """
    SELECT fact.hash, fact.revision, fact.held
    FROM unnest(CAST(:ids AS uuid[]), CAST(:hashes AS bytea[])) AS sent (id, hash)
    JOIN facts fact ON fact.id = sent.id AND fact.hash = sent.hash
    """
)
