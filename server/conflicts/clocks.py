"""Place what laptops tell on the server's clock, and once more when a boot's first reading comes later."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import text

from eventreg_core import facts
from eventreg_core.facts import Recorded
from eventreg_core.placing import Anchor, anchors_of, placed
from server.conflicts.judging import judge_serials
from server.piped import uuid_array
from server.sync import feed
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Clocks:
    """The anchors of the boots of one journal, as far as its facts of one event tell them."""

    anchors: Mapping[str, Anchor]

    def at(self, recorded: Recorded) -> datetime:
        """When this fact of the journal happened."""
        return placed(recorded.fact, self.anchors.get(recorded.fact.boot))


@dataclass(frozen=True, slots=True)
class _Moved:
    id: UUID
    hash: bytes
    at: datetime
    stands: bool


async def read_clocks(connection: Executor, event: UUID, journal: UUID, told: Collection[Recorded]) -> Clocks:
    """Take the readings that these facts of an event bring, before they are written.

    Whatever is here of a boot whose first reading that is moves to its right time: doors are told, and it is judged
    again. The caller holds the event's head.
    """
    rows = await connection.execute(_BOOTS, {"event": event, "journal": journal})
    known = {row.boot: Anchor(row.seq, row.mono_ns, row.at) for row in rows}
    read = anchors_of(recorded.fact for recorded in told)
    moved = {boot: anchor for boot, anchor in read.items() if boot not in known or anchor < known[boot]}
    clocks = Clocks(known | moved)
    if moved:
        await connection.execute(_KEEP, {"event": event, "journal": journal, "boots": _written(moved)})
        await _place_again(connection, event, journal, clocks, moved)
    return clocks


def _written(anchors: Mapping[str, Anchor]) -> str:
    rows = [{"boot": boot, "seq": each.seq, "mono_ns": each.mono_ns, "at": each.at} for boot, each in anchors.items()]
    return msgspec.json.encode(rows).decode()


async def _place_again(
    connection: Executor, event: UUID, journal: UUID, clocks: Clocks, boots: Collection[str]
) -> None:
    moved: list[_Moved] = []
    serials: set[bytes] = set()
    for row in await connection.execute(_OLDER, {"event": event, "journal": journal}):
        recorded = facts.reread(row.raw)
        if recorded.fact.boot not in boots:
            continue
        at = clocks.at(recorded)
        if at != row.at:
            moved.append(_Moved(row.id, row.hash, at, row.revision is not None))
        if row.serial is not None:
            serials.add(row.serial)
    await _move(connection, event, moved)
    await judge_serials(connection, event, serials)


async def _move(connection: Executor, event: UUID, moved: Sequence[_Moved]) -> None:
    if moved:
        rows = msgspec.json.encode([{"hash": each.hash.hex(), "at": each.at} for each in moved]).decode()
        await connection.execute(_MOVE, {"ids": uuid_array(each.id for each in moved), "moved": rows})
        await feed.publish(connection, event, feed.Entity.FACT, [each.id for each in moved if each.stands])


_BOOTS = text("SELECT boot, seq, mono_ns, at FROM boots WHERE event_id = :event AND journal = :journal")
_KEEP = text(
    """
    INSERT INTO boots (event_id, journal, boot, seq, mono_ns, at)
    SELECT :event, :journal, boot, seq, mono_ns, at
    FROM json_to_recordset(CAST(:boots AS json)) AS read (boot text, seq bigint, mono_ns bigint, at timestamptz)
    ON CONFLICT (event_id, journal, boot) DO UPDATE
    SET seq = excluded.seq, mono_ns = excluded.mono_ns, at = excluded.at
    """
)
_OLDER = text("SELECT id, hash, raw, serial, revision, at FROM facts WHERE journal = :journal AND event_id = :event")
_MOVE = text(
    """
    UPDATE facts SET at = moved.at
    FROM json_to_recordset(CAST(:moved AS json)) AS moved (hash text, at timestamptz)
    WHERE facts.id = ANY(CAST(:ids AS uuid[])) AND facts.hash = decode(moved.hash, 'hex')
    """
)
