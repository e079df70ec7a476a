"""What a page of the feed carries: the rows that its pointers name, each as it is now, one statement a kind of thing.

Holds no signature of a ticket, so that nobody prints tickets from it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from eventreg_core.admission import EntryPolicy, Status
from eventreg_core.ticket import KeyState
from eventreg_core.wire import EventRow, FactRow, GateRow, GuestRow, KeyRow, ListRow, Page, TicketRow, TypeRow
from server.registrations.phones import phone_tail
from server.sync.feed import Entity, Executor

NOWHERE = UUID(int=0)
"""The list of a gate that is gone."""

Pointed = Mapping[Entity, Sequence[str]]
"""Ids of what changed, as the feed writes them, by what they are."""


async def read_page(
    connection: Executor, event: UUID, pointed: Pointed, revisions: Sequence[int], data_keys: tuple[bytes, ...]
) -> Page:
    """Read what changed; facts by the `revisions` of what points at them, everything else by its id."""
    parts: dict[str, Any] = {}
    for entity, (name, read) in _READERS.items():
        if ids := pointed.get(entity):
            parts[name] = await read(connection, event, ids)
    if guests := pointed.get(Entity.GUEST):
        parts["guests"] = await _guests(connection, event, guests, data_keys)
    if revisions:
        parts["facts"] = await _facts(connection, event, revisions)
    return Page(**parts)


async def _events(connection: Executor, event: UUID, _: Sequence[str]) -> list[EventRow]:
    rows = await connection.execute(_EVENT, {"event": event})
    return [EventRow(**row) for row in rows.mappings()]


async def _ticket_types(connection: Executor, event: UUID, ids: Sequence[str]) -> list[TypeRow]:
    rows = await connection.execute(_TYPES, {"event": event, "ids": list(ids)})
    return [TypeRow(**row) for row in rows.mappings()]


async def _lists(connection: Executor, event: UUID, ids: Sequence[str]) -> list[ListRow]:
    rows = await connection.execute(_LISTS, {"event": event, "ids": list(ids)})
    return [
        ListRow(**{**row, "entry": EntryPolicy(row["entry"]), "ticket_types": tuple(row["ticket_types"])})
        for row in rows.mappings()
    ]


async def _gates(connection: Executor, event: UUID, ids: Sequence[str]) -> list[GateRow]:
    rows = await connection.execute(_GATES, {"event": event, "ids": list(ids)})
    present = {row["id"]: GateRow(**row) for row in rows.mappings()}
    gone = (UUID(gate) for gate in ids if UUID(gate) not in present)
    return [*present.values(), *(GateRow(id=gate, name="", list=NOWHERE, gone=True) for gate in gone)]


async def _keys(connection: Executor, event: UUID, ids: Sequence[str]) -> list[KeyRow]:
    rows = await connection.execute(_KEYS, {"event": event, "ids": [int(number) for number in ids]})
    return [KeyRow(number=row.number, public=row.public_key.hex(), state=KeyState(row.state)) for row in rows]


async def _tickets(connection: Executor, event: UUID, ids: Sequence[str]) -> list[TicketRow]:
    rows = await connection.execute(_TICKETS, {"event": event, "ids": [bytes.fromhex(serial) for serial in ids]})
    return [
        TicketRow(**{**row, "serial": row["serial"].hex(), "status": Status(row["status"])}) for row in rows.mappings()
    ]


async def _guests(
    connection: Executor, event: UUID, ids: Sequence[str], data_keys: tuple[bytes, ...]
) -> list[GuestRow]:
    rows = await connection.execute(_GUESTS, {"event": event, "ids": list(ids)})
    return [
        GuestRow(
            registration=row.id,
            name=row.full_name,
            email=row.email,
            phone_tail=phone_tail(row.phone, row.phone_sealed, data_keys),
        )
        for row in rows
    ]


async def _facts(connection: Executor, event: UUID, revisions: Sequence[int]) -> list[FactRow]:
    rows = await connection.execute(_FACTS, {"event": event, "revisions": list(revisions)})
    return [FactRow(**{**row, "serial": row["serial"].hex() if row["serial"] else None}) for row in rows.mappings()]


Reader = Callable[[Executor, UUID, Sequence[str]], Awaitable[Sequence[Any]]]

_READERS: Mapping[Entity, tuple[str, Reader]] = {
    Entity.EVENT: ("events", _events),
    Entity.TICKET_TYPE: ("ticket_types", _ticket_types),
    Entity.LIST: ("lists", _lists),
    Entity.GATE: ("gates", _gates),
    Entity.KEY: ("keys", _keys),
    Entity.TICKET: ("tickets", _tickets),
}

_EVENT = text("SELECT id, number, name, venue, zone, date, end_date FROM events WHERE id = :event")
_TYPES = text(
    """
    SELECT id, number, name, valid_from AS opens, valid_until AS closes FROM ticket_types
    WHERE event_id = :event AND id = ANY(CAST(:ids AS uuid[]))
    """
)
_LISTS = text(
    """
    SELECT id, name, entry, day_starts_at, opens_at AS opens, closes_at AS closes, strict_when_fresh,
        ARRAY(
            SELECT type.number FROM check_in_list_types member JOIN ticket_types type ON type.id = member.ticket_type_id
            WHERE member.list_id = check_in_lists.id ORDER BY type.number
        ) AS ticket_types
    FROM check_in_lists WHERE event_id = :event AND id = ANY(CAST(:ids AS uuid[]))
    """
)
_GATES = text("SELECT id, name, list_id AS list FROM gates WHERE event_id = :event AND id = ANY(CAST(:ids AS uuid[]))")
_KEYS = text(
    """
    SELECT number, public_key, state FROM event_keys
    WHERE event_id = :event AND number = ANY(CAST(:ids AS integer[]))
    """
)
_TICKETS = text(
    """
    SELECT ticket.serial, type.number AS ticket_type, ticket.status, ticket.registration_id AS registration,
        ticket.place, ticket.holder_name,
        CASE WHEN registration.id IS NOT NULL THEN ticket.short_code END AS short_code,
        coalesce(registration.payment_status IN ('PAID', 'FREE'), true) AS settled
    FROM unnest(CAST(:ids AS bytea[])) AS wanted (serial)
    JOIN tickets ticket ON ticket.serial = wanted.serial AND ticket.event_id = :event
    JOIN ticket_types type ON type.id = ticket.ticket_type_id
    LEFT JOIN registrations registration ON registration.id = ticket.registration_id
    """
)
_GUESTS = text(
    """
    SELECT id, full_name, phone, phone_sealed,
        CASE WHEN starts_with(user_email, 'erased:') OR right(user_email, 16) = '@walk-in.invalid' THEN ''
            ELSE user_email END AS email
    FROM registrations
    WHERE event_id = :event AND id = ANY(CAST(:ids AS uuid[]))
    """
)
_FACTS = text(
    """
    SELECT id, kind, list_id AS list, at, serial, gate_id AS gate, annuls AS target, held AS gone FROM facts
    WHERE event_id = :event AND (revision IS NOT NULL OR held) AND id IN (
        SELECT CAST(entity_id AS uuid) FROM changes
        WHERE event_id = :event AND revision = ANY(CAST(:revisions AS bigint[])) AND entity = 'fact'
    )
    ORDER BY held DESC, revision
    """
)
