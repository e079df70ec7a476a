"""What an organizer does during an evening at the real server: rows that change, and the feed that tells of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from eventreg_core.wire import ListRow, Page, TicketRow
from server.sync import feed
from server.sync.feed import Entity
from tests.sync.festival import EVENT, SERVER

CREATED_AT = "2026-01-01"


async def begin(connection: AsyncConnection, page: Page) -> None:
    """Lay out the event of a setting on a server that knows nothing yet."""
    [event] = page.events
    await connection.execute(text("UPDATE servers SET id = :id"), {"id": SERVER})
    await connection.execute(
        text(
            "INSERT INTO events (id, number, name, slug, date, venue, zone) OVERRIDING SYSTEM VALUE"
            " VALUES (:id, :number, :name, 'evening', :date, :venue, :zone)"
        ),
        {name: getattr(event, name) for name in ("id", "number", "name", "date", "venue", "zone")},
    )
    await feed.open_feed(connection, EVENT)
    await feed.lock_heads(connection, [EVENT])
    for kind in page.ticket_types:
        values = {"id": kind.id, "event": EVENT, "number": kind.number, "name": kind.name}
        await connection.execute(
            text("INSERT INTO ticket_types (id, event_id, number, name) VALUES (:id, :event, :number, :name)"), values
        )
    for row in page.lists:
        await connection.execute(
            text(
                "INSERT INTO check_in_lists (id, event_id, name, created_at)"
                " VALUES (:id, :event, :name, CAST(:at AS timestamptz))"
            ),
            {"id": row.id, "event": EVENT, "name": row.name, "at": datetime.fromisoformat(f"{CREATED_AT}T00:00:00Z")},
        )
        await _write_list(connection, row)
    for gate in page.gates:
        values = {"id": gate.id, "event": EVENT, "name": gate.name, "list": gate.list}
        await connection.execute(
            text("INSERT INTO gates (id, event_id, name, list_id) VALUES (:id, :event, :name, :list)"), values
        )
    for key in page.keys:
        await connection.execute(
            text(
                "INSERT INTO event_keys (event_id, number, public_key, private_key_sealed)"
                " VALUES (:event, :number, :key, '')"
            ),
            {"event": EVENT, "number": key.number, "key": bytes.fromhex(key.public)},
        )
    await _publish(connection, page)


async def tell(connection: AsyncConnection, page: Page) -> None:
    """Let these tickets, guests and lists be so from now on."""
    await feed.lock_heads(connection, [EVENT])
    for row in page.lists:
        await _write_list(connection, row)
    for ticket in page.tickets:
        await _write_ticket(connection, ticket)
    await _publish(connection, page)


async def date_changes(connection: AsyncConnection, after: tuple[int, int], now: datetime) -> None:
    """Let what was remembered after these numbers have happened at `now`."""
    tickets, lists = after
    await connection.execute(
        text("UPDATE former_tickets SET until = :now WHERE number > :after"), {"now": now, "after": tickets}
    )
    await connection.execute(
        text("UPDATE list_states SET since = :now WHERE number > :after"), {"now": now, "after": lists}
    )


async def last_changes(connection: AsyncConnection) -> tuple[int, int]:
    """The numbers of the last changes that were remembered, of tickets and of lists."""
    row = (
        await connection.execute(
            text(
                "SELECT (SELECT coalesce(max(number), 0) FROM former_tickets) AS tickets,"
                " (SELECT coalesce(max(number), 0) FROM list_states) AS lists"
            )
        )
    ).one()
    return row.tickets, row.lists


async def _write_list(connection: AsyncConnection, row: ListRow) -> None:
    await connection.execute(
        text(
            "UPDATE check_in_lists SET entry = :entry, opens_at = :opens, closes_at = :closes,"
            " day_starts_at = :starts, strict_when_fresh = :strict WHERE id = :id"
        ),
        {
            "id": row.id,
            "entry": row.entry.value,
            "opens": row.opens,
            "closes": row.closes,
            "starts": row.day_starts_at,
            "strict": row.strict_when_fresh,
        },
    )
    await connection.execute(text("DELETE FROM check_in_list_types WHERE list_id = :id"), {"id": row.id})
    await connection.execute(
        text(
            "INSERT INTO check_in_list_types (list_id, ticket_type_id)"
            " SELECT :id, id FROM ticket_types WHERE number = ANY(CAST(:types AS integer[]))"
        ),
        {"id": row.id, "types": list(row.ticket_types)},
    )


async def _write_ticket(connection: AsyncConnection, row: TicketRow) -> None:
    payment = "PAID" if row.settled else "PENDING"
    await connection.execute(
        text(
            "INSERT INTO registrations (id, event_id, ticket_type_id, user_email, full_name, payment_status)"
            " SELECT :id, :event, id, :email, 'Ana', CAST(:payment AS payment_status)"
            " FROM ticket_types WHERE number = :type"
            " ON CONFLICT (id) DO UPDATE SET payment_status = excluded.payment_status"
            " WHERE registrations.payment_status <> excluded.payment_status"
        ),
        {
            "id": row.registration,
            "event": EVENT,
            "email": f"{row.registration}@example.org",
            "payment": payment,
            "type": row.ticket_type,
        },
    )
    await connection.execute(
        text(
            "INSERT INTO tickets (serial, event_id, registration_id, place, ticket_type_id, status, short_code)"
            " SELECT :serial, :event, :registration, :place, id, :status, :code"
            " FROM ticket_types WHERE number = :type"
            " ON CONFLICT (serial) DO UPDATE"
            " SET status = excluded.status, ticket_type_id = excluded.ticket_type_id"
        ),
        {
            "serial": bytes.fromhex(row.serial),
            "event": EVENT,
            "registration": row.registration,
            "place": row.place,
            "status": row.status.value,
            "code": row.short_code or row.serial,
            "type": row.ticket_type,
        },
    )


async def _publish(connection: AsyncConnection, page: Page) -> None:
    told: Sequence[tuple[Entity, Sequence[UUID | bytes | int]]] = (
        (Entity.EVENT, [row.id for row in page.events]),
        (Entity.TICKET_TYPE, [row.id for row in page.ticket_types]),
        (Entity.LIST, [row.id for row in page.lists]),
        (Entity.GATE, [row.id for row in page.gates]),
        (Entity.KEY, [row.number for row in page.keys]),
        (Entity.TICKET, [bytes.fromhex(row.serial) for row in page.tickets]),
        (Entity.GUEST, [row.registration for row in page.guests]),
    )
    for entity, ids in told:
        await feed.publish(connection, EVENT, entity, ids)
