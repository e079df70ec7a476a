"""What is here and does not count: facts that are held, and bytes that are no facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

SHOWN = 1000
"""Signs of what could not be read; the rest is in the database."""


@dataclass(frozen=True, slots=True)
class HeldFact:
    """A fact that is held; `by` names the device that wrote it."""

    id: UUID
    device_id: UUID | None
    by: str
    kind: str
    list_id: UUID | None
    gate_id: UUID | None
    serial: str | None
    at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that were set aside, and why; `text` is their beginning as far as it can be read."""

    id: int
    device_id: UUID
    by: str
    journal: UUID
    seq: int
    why: str
    size: int
    text: str
    received_at: datetime


async def list_held(session: AsyncSession, event: UUID, most: int, after: UUID | None) -> list[HeldFact]:
    """Facts of an event that are held, by id."""
    rows = await session.execute(_HELD, {"event": event, "most": most, "after": after})
    return [
        HeldFact(**{**row, "serial": row["serial"].hex() if row["serial"] is not None else None})
        for row in rows.mappings()
    ]


async def list_quarantine(session: AsyncSession, event: UUID, most: int, before: int | None) -> Sequence[Unreadable]:
    """What devices of an event sent that could not be read, newest first."""
    rows = await session.execute(_QUARANTINE, {"event": event, "most": most, "before": before, "shown": SHOWN * 4})
    return [Unreadable(**{**row, "text": _readable(row["text"])}) for row in rows.mappings()]


def _readable(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")[:SHOWN]


_HELD = text(
    """
    SELECT fact.id, fact.device_id, coalesce(device.name, '') AS by, fact.kind, fact.list_id, fact.gate_id, fact.serial,
        fact.at, fact.received_at
    FROM facts fact LEFT JOIN devices device ON device.id = fact.device_id
    WHERE fact.event_id = :event AND fact.held AND (CAST(:after AS uuid) IS NULL OR fact.id > :after)
    ORDER BY fact.id LIMIT :most
    """
)
_QUARANTINE = text(
    """
    SELECT one.id, one.device_id, device.name AS by, one.journal, one.seq, one.reason AS why,
        octet_length(one.raw) AS size, substring(one.raw FROM 1 FOR :shown) AS text, one.received_at
    FROM quarantine one JOIN devices device ON device.id = one.device_id
    WHERE EXISTS (SELECT FROM device_events WHERE device_events.device_id = device.id AND event_id = :event)
        AND (CAST(:before AS bigint) IS NULL OR one.id < :before)
    ORDER BY one.id DESC LIMIT :most
    """
)
