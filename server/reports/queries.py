"""The statements of reports: one for all passages, whatever is made of them, and one for each of the rest."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from server.db import Database
from server.piped import Pipe, Rows, piped
from server.reports.passages import PASSAGES, WITHIN
from server.reports.report import Money, OfDevice, Revenue

SMALL = 1000
"""Changes of an event of which all is counted sooner than it is planned how: by a plan that is kept, for any event."""


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


@dataclass(frozen=True, slots=True)
class Seen:
    """An event whose report is asked for, at this revision; `granted` is what the caller may do there by a grant."""

    name: str
    zone: str
    created_by: UUID | None
    granted: str | None
    revision: int


def ask_event(pipe: Pipe, event: UUID, user: UUID) -> Rows[Seen]:
    """The event, with what says whether this user may hear of it."""
    return pipe.send(_SEEN, {"event": event, "user": user}, Seen)


def ask_passages(pipe: Pipe, asked: Asked) -> Rows[str]:
    """Totals, types, lists, gates and arrivals as JSON, in one look at the facts."""
    return pipe.send(PASSAGES, asked.parameters, str)


def ask_devices(pipe: Pipe, asked: Asked) -> Rows[OfDevice]:
    """Devices of the event and what came of each, by name; the server's own door last."""
    return pipe.send(_DEVICES, {"event": asked.event}, OfDevice)


def ask_revenue(pipe: Pipe, asked: Asked) -> Rows[Revenue]:
    """What ticket types brought, by day."""
    return pipe.send(_REVENUE, asked.parameters, Revenue)


def ask_money(pipe: Pipe, asked: Asked) -> Rows[Money]:
    """What came into the tills and went out of them, by day."""
    return pipe.send(_MONEY, asked.parameters, Money)


@asynccontextmanager
async def looking(database: Database, revision: int) -> AsyncIterator[Pipe]:
    """A journey that looks at an event at this revision; a large one is worth a plan of its own, and memory."""
    if revision <= SMALL:
        async with database.glance() as pipe:
            # For the making of the plan that is kept: who came is looked up for each ticket, and all is put in order.
            await pipe.execute(_BY_HASH, {})
            yield pipe
        return
    async with database.begin() as connection, piped(connection) as pipe:
        await pipe.execute(_IN_MEMORY, {})
        yield pipe
        pipe.commit()


_SEEN = text(
    """
    SELECT event.name, event.zone, event.created_by, mine.role, head.revision
    FROM events AS event
    JOIN event_heads AS head ON head.event_id = event.id
    LEFT JOIN grants AS mine ON mine.event_id = event.id AND mine.user_id = :user
    WHERE event.id = :event
    """
)
_BY_HASH = text("SELECT set_config('enable_hashjoin', 'on', true), set_config('enable_sort', 'on', true)")
_IN_MEMORY = text("SET LOCAL work_mem = '32MB'")
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
        SELECT device.id, 0, 0, 0, NULL, NULL, NULL, 0
        FROM device_events member JOIN devices device ON device.id = member.device_id
        WHERE member.event_id = :event AND device.enrolled_at IS NOT NULL AND NOT EXISTS (
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
        WHERE orders.event_id = :event AND orders.status = 'paid' AND {WITHIN.format(at="ledger.at")}
        UNION ALL
        SELECT CAST(registration.created_at AT TIME ZONE event.zone AS date), type.id, type.currency, 0,
            type.price_minor
        FROM registrations registration
        JOIN events event ON event.id = registration.event_id
        JOIN tickets ticket ON ticket.registration_id = registration.id
            AND ticket.status NOT IN ('revoked', 'cancelled')
        JOIN ticket_types type ON type.id = ticket.ticket_type_id AND type.price_minor > 0
        WHERE registration.event_id = :event AND registration.status = 'active' AND registration.order_id IS NULL
            AND registration.payment_status = 'PAID' AND {WITHIN.format(at="registration.created_at")}
    ) booked
    LEFT JOIN ticket_types type ON type.id = booked.ticket_type_id AND type.event_id = :event
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
    WHERE orders.event_id = :event AND {WITHIN.format(at="ledger.at")}
    GROUP BY day, ledger.currency
    ORDER BY day, ledger.currency
    """
)
