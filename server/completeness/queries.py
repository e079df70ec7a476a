"""The statement that looks at journals."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_GAPS = 20


async def list_journals(session: AsyncSession, event: UUID) -> list[Any]:
    """Every device of an event, by name, with each of its journals; a device that never sent anything has one row.

    Those too that were called back since, as far as they told anything.
    """
    return list((await session.execute(_JOURNALS, {"event": event, "most": MOST_GAPS})).all())


_JOURNALS = text(
    """
    SELECT device.id AS device, device.name, device.enrolled_at, device.revoked_at IS NOT NULL AS revoked,
        journal.journal, coalesce(journal.forked, false) AS forked, coalesce(journal.head_seq, 0) AS head_seq,
        encode(journal.head_hash, 'hex') AS head_hash, journal.continues, kept.*, gone.gaps,
        (SELECT count(*) FROM quarantine WHERE quarantine.journal = journal.journal) AS set_aside
    FROM (
        SELECT device_id FROM device_events WHERE event_id = :event
        UNION SELECT device_id FROM facts WHERE event_id = :event
    ) member
    JOIN devices device ON device.id = member.device_id
    LEFT JOIN journals journal ON journal.device_id = device.id
    LEFT JOIN LATERAL (
        SELECT count(*) AS facts, max(seq) AS last_seq, max(received_at) AS heard_at,
            count(*) FILTER (WHERE held) AS held, count(*) FILTER (WHERE NOT EXISTS (
                SELECT FROM boots
                WHERE boots.event_id = fact.event_id AND boots.journal = fact.journal
                    AND boots.boot = convert_from(fact.raw, 'UTF8')::json ->> 'boot'
            )) AS own_clock
        FROM facts fact WHERE fact.journal = journal.journal
    ) kept ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(ARRAY[seq - missing, seq - 1] ORDER BY seq) FILTER (WHERE number <= :most) AS gaps
        FROM (
            SELECT seq, missing, row_number() OVER (ORDER BY seq) AS number FROM (
                SELECT seq, seq - lag(seq, 1, 0::bigint) OVER (ORDER BY seq) - 1 AS missing FROM (
                    SELECT seq FROM facts WHERE facts.journal = journal.journal
                    UNION ALL
                    SELECT seq FROM quarantine WHERE quarantine.journal = journal.journal
                ) numbered
            ) stepped WHERE missing > 0
        ) least
    ) gone ON true
    ORDER BY device.name, device.id, journal.created_at, journal.journal
    """
)
