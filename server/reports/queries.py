"""The statements of reports: one for all passages, whatever is made of them, and one for each of the rest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Asked:
    """Which event, on which list (None: any), from when (included) to when (not); arrivals by steps of `minutes`."""

    event: UUID
    list: UUID | None = None
    from_: datetime | None = None
    to: datetime | None = None
    minutes: int = 1

    @property
    def parameters(self) -> dict[str, Any]:
        """As the statements name them."""
        return {"event": self.event, "list": self.list, "from": self.from_, "to": self.to, "minutes": self.minutes}


async def read_passages(session: AsyncSession, asked: Asked) -> bytes:
    """Totals, types, lists, gates and arrivals as JSON, in one look at the facts."""
    await session.execute(_IN_MEMORY)
    found: str = (await session.execute(_PASSAGES, asked.parameters)).scalar_one()
    return found.encode()


async def list_devices(session: AsyncSession, asked: Asked) -> list[Any]:
    """Devices of the event and what came of each, by name; the server's own door last."""
    return list((await session.execute(_DEVICES, {"event": asked.event})).all())


async def list_revenue(session: AsyncSession, asked: Asked) -> list[Any]:
    """What ticket types brought, by day."""
    return list((await session.execute(_REVENUE, asked.parameters)).all())


async def list_money(session: AsyncSession, asked: Asked) -> list[Any]:
    """What came into the tills and went out of them, by day."""
    return list((await session.execute(_MONEY, asked.parameters)).all())


_WITHIN = """
    ({at} >= CAST(:from AS timestamptz) OR CAST(:from AS timestamptz) IS NULL)
    AND ({at} < CAST(:to AS timestamptz) OR CAST(:to AS timestamptz) IS NULL)
"""
# A place is a registration's ticket number so-and-so, whichever serial it has at the time; a serial that belongs to no
# registration is a place of its own. `who` names it in few bytes: sorting and hashing them is most of the work.
_WHO = """
    CASE WHEN ticket.registration_id IS NULL THEN {serial}
    ELSE uuid_send(ticket.registration_id) || int2send(ticket.place) END
"""
_IN_MEMORY = text("SET LOCAL work_mem = '32MB'")
# Of several facts with one id the greater hash counts, as in the replay.
_PASSAGES = text(
    f"""
    WITH told AS MATERIALIZED (
        SELECT fact.id, fact.kind, fact.list_id, fact.gate_id, fact.at, ticket.ticket_type_id,
            {_WHO.format(serial="fact.serial")} AS who
        FROM facts fact
        LEFT JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
        WHERE fact.event_id = :event AND fact.kind IN ('check_in', 'exit') AND fact.revision IS NOT NULL
            AND (fact.list_id = CAST(:list AS uuid) OR CAST(:list AS uuid) IS NULL) AND {_WITHIN.format(at="fact.at")}
            AND NOT EXISTS (
                SELECT FROM facts annulment
                WHERE annulment.annuls = fact.id AND annulment.event_id = fact.event_id
                    AND annulment.revision IS NOT NULL
            )
            AND NOT EXISTS (
                SELECT FROM facts other
                WHERE other.id = fact.id AND other.hash > fact.hash AND other.event_id = fact.event_id
                    AND other.revision IS NOT NULL
            )
    ), entered AS MATERIALIZED (
        SELECT list_id, ticket_type_id, who, count(*) AS times FROM told WHERE kind = 'check_in' GROUP BY 1, 2, 3
    ), came AS MATERIALIZED (
        SELECT DISTINCT who FROM entered
    ), inside AS MATERIALIZED (
        SELECT list_id, ticket_type_id, who FROM (
            SELECT DISTINCT ON (list_id, who) * FROM told ORDER BY list_id, who, at DESC, id DESC
        ) lately WHERE kind = 'check_in'
    ), sold AS MATERIALIZED (
        SELECT ticket.ticket_type_id, count(*) AS sold, count(*) FILTER (WHERE came.who IS NULL) AS no_shows
        FROM tickets ticket
        LEFT JOIN came ON came.who = {_WHO.format(serial="ticket.serial")}
        WHERE ticket.event_id = :event AND ticket.status NOT IN ('revoked', 'cancelled')
            AND (CAST(:list AS uuid) IS NULL OR ticket.ticket_type_id IN (
                SELECT ticket_type_id FROM check_in_list_types WHERE list_id = CAST(:list AS uuid)
            ))
        GROUP BY ticket.ticket_type_id
    ), passed AS (
        SELECT ticket_type_id, CAST(sum(times) AS bigint) AS check_ins, count(*) AS admitted
        FROM (SELECT ticket_type_id, who, sum(times) AS times FROM entered GROUP BY 1, 2) one GROUP BY 1
    ), staying AS (
        SELECT ticket_type_id, count(*) AS inside FROM (SELECT DISTINCT ticket_type_id, who FROM inside) one GROUP BY 1
    ), by_type AS (
        SELECT type.id AS ticket_type_id, coalesce(type.name, 'unknown') AS ticket_type, type.quota,
            coalesce(sold.sold, 0) AS sold, coalesce(passed.admitted, 0) AS admitted,
            coalesce(passed.check_ins, 0) AS check_ins, coalesce(staying.inside, 0) AS inside,
            coalesce(sold.no_shows, 0) AS no_shows, type.number
        FROM (SELECT * FROM ticket_types WHERE event_id = :event) type
        FULL JOIN passed ON passed.ticket_type_id = type.id
        LEFT JOIN staying ON staying.ticket_type_id IS NOT DISTINCT FROM passed.ticket_type_id
            AND passed.check_ins IS NOT NULL
        LEFT JOIN sold ON sold.ticket_type_id = type.id
        WHERE CAST(:list AS uuid) IS NULL OR passed.check_ins > 0 OR EXISTS (
            SELECT FROM check_in_list_types member
            WHERE member.list_id = CAST(:list AS uuid) AND member.ticket_type_id = type.id
        )
    ), by_list AS (
        SELECT worked.list_id, list.name AS list, worked.check_ins, worked.exits,
            (SELECT count(DISTINCT who) FROM entered WHERE entered.list_id = worked.list_id) AS admitted,
            (SELECT count(*) FROM inside WHERE inside.list_id = worked.list_id) AS inside
        FROM (
            SELECT list_id, count(*) FILTER (WHERE kind = 'check_in') AS check_ins,
                count(*) FILTER (WHERE kind = 'exit') AS exits
            FROM told GROUP BY list_id
        ) worked
        LEFT JOIN check_in_lists list ON list.id = worked.list_id
    ), by_gate AS (
        SELECT told.gate_id, gate.name AS gate, count(*) FILTER (WHERE kind = 'check_in') AS check_ins,
            count(*) FILTER (WHERE kind = 'exit') AS exits
        FROM told LEFT JOIN gates gate ON gate.id = told.gate_id
        GROUP BY told.gate_id, gate.name
    ), by_time AS (
        SELECT date_bin(make_interval(mins => :minutes), told.at, TIMESTAMPTZ '2000-01-01 00:00+00') AS at,
            told.gate_id, gate.name AS gate, count(*) AS check_ins
        FROM told LEFT JOIN gates gate ON gate.id = told.gate_id
        WHERE kind = 'check_in' GROUP BY 1, told.gate_id, gate.name
    )
    SELECT json_build_object(
        'totals', (SELECT json_build_object(
            'sold', (SELECT coalesce(sum(sold), 0) FROM sold),
            'no_shows', (SELECT coalesce(sum(no_shows), 0) FROM sold),
            'admitted', (SELECT count(*) FROM came),
            'inside', (SELECT count(*) FROM (SELECT DISTINCT who FROM inside) one),
            'check_ins', count(*) FILTER (WHERE kind = 'check_in'),
            'exits', count(*) FILTER (WHERE kind = 'exit'),
            'unknown', count(*) FILTER (WHERE kind = 'check_in' AND ticket_type_id IS NULL),
            'first_arrival', min(at) FILTER (WHERE kind = 'check_in'),
            'last_arrival', max(at) FILTER (WHERE kind = 'check_in')
        ) FROM told),
        'types', (SELECT coalesce(json_agg(by_type ORDER BY number), '[]') FROM by_type),
        'lists', (SELECT coalesce(json_agg(by_list ORDER BY list, list_id), '[]') FROM by_list),
        'gates', (SELECT coalesce(json_agg(by_gate ORDER BY gate, gate_id), '[]') FROM by_gate),
        'arrivals', (SELECT coalesce(json_agg(by_time ORDER BY at, gate, gate_id), '[]') FROM by_time)
    )::text
    """
)
_DEVICES = text(
    """
    SELECT work.device_id, coalesce(device.name, CASE WHEN work.device_id IS NULL THEN 'server' ELSE '' END),
        work.check_ins, work.exits, work.refused, work.first_at, work.last_at, work.last_seen, work.waiting,
        device.revoked_at IS NOT NULL
    FROM (
        SELECT fact.device_id, count(*) FILTER (WHERE kind = 'check_in') AS check_ins,
            count(*) FILTER (WHERE kind = 'exit') AS exits, count(*) FILTER (WHERE kind = 'refused_scan') AS refused,
            min(at) AS first_at, max(at) AS last_at, max(received_at) AS last_seen,
            count(*) FILTER (WHERE fact.seq > journal.head_seq) AS waiting
        FROM facts fact LEFT JOIN journals journal ON journal.journal = fact.journal
        WHERE fact.event_id = :event GROUP BY fact.device_id
        UNION ALL
        SELECT device.id, 0, 0, 0, NULL, NULL, NULL, 0 FROM devices device
        WHERE device.event_id = :event AND device.enrolled_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM facts fact WHERE fact.event_id = :event AND fact.device_id = device.id
        )
    ) work
    LEFT JOIN devices device ON device.id = work.device_id
    ORDER BY device.name, work.device_id
    """
)
_REVENUE = text(
    f"""
    SELECT day, ticket_type_id, type.name, booked.currency, CAST(sum(ordered) AS bigint), CAST(sum(unordered) AS bigint)
    FROM (
        SELECT CAST(ledger.at AT TIME ZONE event.zone AS date) AS day, registration.ticket_type_id, ledger.currency,
            CASE ledger.kind WHEN 'charge' THEN amount_minor ELSE -amount_minor END AS ordered, 0 AS unordered
        FROM orders
        JOIN events event ON event.id = orders.event_id
        JOIN ledger ON ledger.order_id = orders.id AND ledger.kind IN ('charge', 'discharge')
        LEFT JOIN registrations registration ON registration.id = ledger.registration_id
        WHERE orders.event_id = :event AND orders.status = 'paid' AND {_WITHIN.format(at="ledger.at")}
        UNION ALL
        SELECT CAST(registration.created_at AT TIME ZONE event.zone AS date), type.id, type.currency, 0,
            type.price_minor
        FROM registrations registration
        JOIN events event ON event.id = registration.event_id
        JOIN tickets ticket ON ticket.registration_id = registration.id
            AND ticket.status NOT IN ('revoked', 'cancelled')
        JOIN ticket_types type ON type.id = ticket.ticket_type_id AND type.price_minor > 0
        WHERE registration.event_id = :event AND registration.status = 'active' AND registration.order_id IS NULL
            AND registration.payment_status = 'PAID' AND {_WITHIN.format(at="registration.created_at")}
    ) booked
    LEFT JOIN ticket_types type ON type.id = booked.ticket_type_id
    GROUP BY day, ticket_type_id, type.name, type.number, booked.currency
    ORDER BY day, type.number, booked.currency
    """
)
_MONEY = text(
    f"""
    SELECT CAST(ledger.at AT TIME ZONE event.zone AS date) AS day, ledger.currency,
        CAST(coalesce(sum(amount_minor) FILTER (WHERE ledger.kind = 'payment'), 0) AS bigint),
        CAST(coalesce(sum(amount_minor) FILTER (WHERE ledger.kind = 'refund'), 0) AS bigint)
    FROM orders
    JOIN events event ON event.id = orders.event_id
    JOIN ledger ON ledger.order_id = orders.id AND ledger.kind IN ('payment', 'refund')
    WHERE orders.event_id = :event AND {_WITHIN.format(at="ledger.at")}
    GROUP BY day, ledger.currency
    ORDER BY day, ledger.currency
    """
)
