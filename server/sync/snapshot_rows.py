"""Read an event's whole guest list as columns: PostgreSQL lays them out, so that no row becomes an object here."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from eventreg_core.snapshot import Header, Raw, texts_of
from eventreg_core.wire import Page
from server.registrations.phones import phone_tail
from server.sync.epoch import read_epoch
from server.sync.feed import Entity
from server.sync.payload import read_page
from server.sync.queries import find_check, get_feed

DOOR = "door"
"""The profile: what a door needs."""
_SETTING = (
    (Entity.TICKET_TYPE, text("SELECT CAST(id AS text) FROM ticket_types WHERE event_id = :event ORDER BY number")),
    (Entity.LIST, text("SELECT CAST(id AS text) FROM check_in_lists WHERE event_id = :event ORDER BY id")),
    (Entity.GATE, text("SELECT CAST(id AS text) FROM gates WHERE event_id = :event ORDER BY id")),
    (Entity.KEY, text("SELECT CAST(number AS text) FROM event_keys WHERE event_id = :event ORDER BY number")),
)


async def read_columns(connection: AsyncConnection, event: UUID) -> tuple[Header, dict[str, Raw]]:
    """Everything that pages up to the present revision would tell, as this transaction sees it.

    The transaction must be REPEATABLE READ, so that all of it is of one revision.
    """
    epoch, feed = await read_epoch(connection), await get_feed(connection, event)
    header = Header(
        event=event,
        profile=DOOR,
        epoch=epoch,
        revision=feed.revision,
        check=await find_check(connection, event, feed.revision) or "",
        made_at=datetime.now(UTC),
        setting=await _setting(connection, event),
    )
    await connection.execute(_BY_HASH)
    columns: dict[str, Raw] = {}
    for statement, shapes in ((_GUESTS, _OF_GUESTS), (TICKETS, _OF_TICKETS), (_FACTS, _OF_FACTS)):
        columns |= await _columns(connection, event, statement, shapes)
    return header, columns


def with_phone_tails(columns: Mapping[str, Raw], data_keys: tuple[bytes, ...]) -> dict[str, Raw]:
    """The columns as doors get them, of each phone number its end alone; opens every number, so call it in a thread."""
    told = dict(columns)
    phones = told.pop(PHONES).content.decode().split("\0")[:-1]
    return told | {"guests.phone_tail": texts_of([_tail(each, data_keys) for each in phones])}


def _tail(phone: str, data_keys: tuple[bytes, ...]) -> str:
    sealed = bytes.fromhex(phone.removeprefix(SEALED)) if phone.startswith(SEALED) else None
    return phone_tail(None if sealed else phone, sealed, data_keys) if phone else ""


async def _setting(connection: AsyncConnection, event: UUID) -> Page:
    pointed = {Entity.EVENT: [str(event)]}
    for entity, statement in _SETTING:
        pointed[entity] = list((await connection.execute(statement, {"event": event})).scalars())
    return await read_page(connection, event, pointed, (), data_keys=())


async def _columns(
    connection: AsyncConnection, event: UUID, statement: str, shapes: Mapping[str, Raw]
) -> Iterable[tuple[str, Raw]]:
    driver = cast("psycopg.AsyncConnection[Any]", (await connection.get_raw_connection()).driver_connection)
    # In binary: as text, megabytes would be read as hexadecimal digits on the event loop.
    cursor = await driver.execute(statement, {"event": event}, binary=True)
    row = await cursor.fetchone()
    assert row is not None, "an aggregate without groups gives one row"
    return [
        (name, Raw(shape.kind, content or b"", shape.width))
        for (name, shape), content in zip(shapes.items(), row, strict=True)
    ]


_UUIDS, _SERIALS, _NUMBERS, _TEXTS = Raw("ids", b"", 16), Raw("ids", b"", 8), Raw("numbers", b""), Raw("texts", b"")

PHONES, SEALED = "guests.phone", "sealed:"
"""A column that never leaves the server: numbers as they lie in their table, sealed ones in hexadecimal."""

_OF_GUESTS = {"guests.registration": _UUIDS, "guests.name": _TEXTS, "guests.email": _TEXTS, PHONES: _TEXTS}
_OF_TICKETS = {
    "tickets.serial": _SERIALS,
    "tickets.ticket_type": _NUMBERS,
    "tickets.status": _TEXTS,
    "tickets.settled": _NUMBERS,
    "tickets.guest": _NUMBERS,
    "tickets.place": _NUMBERS,
    "tickets.short_code": _TEXTS,
    "tickets.holder_name": _TEXTS,
}
_OF_FACTS = {
    "facts.id": _UUIDS,
    "facts.kind": _TEXTS,
    "facts.list": _UUIDS,
    "facts.at": _NUMBERS,
    "facts.serial": _SERIALS,
    "facts.gate": _UUIDS,
    "facts.target": _UUIDS,
}

# By statistics from before an event was filled a planner takes it for one guest, and looks at all guests for each
# ticket: minutes, where a join by hash takes a second however many there are.
_BY_HASH = text("SET LOCAL enable_nestloop = off")

# Texts never hold a NUL in PostgreSQL. What is missing is an empty text, an id of zeros, or the number -1.
_GUESTS = """
SELECT string_agg(uuid_send(id), ''), string_agg(convert_to(full_name, 'UTF8'), '\\x00') || '\\x00',
    string_agg(convert_to(user_email, 'UTF8'), '\\x00') || '\\x00',
    string_agg(convert_to(phone, 'UTF8'), '\\x00') || '\\x00'
FROM (
    SELECT id, full_name, coalesce('sealed:' || encode(phone_sealed, 'hex'), phone, '') AS phone,
        CASE WHEN starts_with(user_email, 'erased:') OR right(user_email, 16) = '@walk-in.invalid'
            THEN '' ELSE user_email END AS user_email
    FROM registrations WHERE event_id = %(event)s ORDER BY id
) AS guest
"""
TICKETS = """
WITH guest AS (
    SELECT id, payment_status, row_number() OVER (ORDER BY id) - 1 AS number
    FROM registrations WHERE event_id = %(event)s
)
SELECT string_agg(serial, ''), string_agg(int8send(type_number), ''),
    string_agg(convert_to(status, 'UTF8'), '\\x00') || '\\x00', string_agg(int8send(CAST(settled AS bigint)), ''),
    string_agg(int8send(guest), ''), string_agg(int8send(place), ''),
    string_agg(convert_to(short_code, 'UTF8'), '\\x00') || '\\x00',
    string_agg(convert_to(holder_name, 'UTF8'), '\\x00') || '\\x00'
FROM (
    SELECT ticket.serial, CAST(type.number AS bigint) AS type_number, ticket.status,
        CAST(coalesce(guest.payment_status IN ('PAID', 'FREE'), true) AS integer) AS settled,
        coalesce(guest.number, -1) AS guest, CAST(ticket.place AS bigint) AS place,
        CASE WHEN guest.id IS NULL THEN '' ELSE ticket.short_code END AS short_code,
        coalesce(ticket.holder_name, '') AS holder_name
    FROM tickets ticket
    JOIN ticket_types type ON type.id = ticket.ticket_type_id
    LEFT JOIN guest ON guest.id = ticket.registration_id
    WHERE ticket.event_id = %(event)s
    ORDER BY ticket.serial
) AS ticket
"""
_FACTS = """
SELECT string_agg(uuid_send(id), ''), string_agg(convert_to(kind, 'UTF8'), '\\x00') || '\\x00',
    string_agg(uuid_send(list_id), ''), string_agg(int8send(at_ms), ''), string_agg(serial, ''),
    string_agg(uuid_send(gate_id), ''), string_agg(uuid_send(target), '')
FROM (
    SELECT facts.id, kind, coalesce(list_id, nil.id) AS list_id, coalesce(facts.serial, nil.serial) AS serial,
        CAST(floor(extract(epoch FROM at) * 1000) AS bigint) AS at_ms,
        coalesce(gate_id, nil.id) AS gate_id, coalesce(annuls, nil.id) AS target
    FROM facts, (SELECT CAST(repeat('0', 32) AS uuid) AS id, decode(repeat('0', 16), 'hex') AS serial) AS nil
    WHERE event_id = %(event)s AND revision IS NOT NULL ORDER BY facts.id
) AS fact
"""
