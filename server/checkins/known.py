"""All that the server knows of a batch of scans, read in one statement, whose one row is JSON.

Written by the database and read in C, a batch costs a fraction of what as many rows of as many statements would.
Bytes are hexadecimal.
"""

from collections.abc import Iterable
from datetime import datetime, time
from uuid import UUID

import msgspec
from sqlalchemy import text

from eventreg_core.admission import EntryPolicy, Status
from eventreg_core.ticket import KeyState
from server.piped import Pipe, Rows, bytea_array, uuid_array


class Member(msgspec.Struct, frozen=True):
    """A ticket type of a check-in list, by its number, and when it is good."""

    number: int
    valid_from: datetime | None
    valid_until: datetime | None


class Line(msgspec.Struct, frozen=True):
    """A check-in list with its ticket types."""

    id: UUID
    entry: EntryPolicy
    day_starts_at: time
    opens_at: datetime | None
    closes_at: datetime | None
    strict_when_fresh: bool
    types: tuple[Member, ...]


class Gate(msgspec.Struct, frozen=True):
    """A gate's list and name."""

    id: UUID
    list: UUID
    name: str


class Key(msgspec.Struct, frozen=True):
    """A signing key; `sealed` is its private half."""

    number: int
    state: KeyState
    public: str
    sealed: str


class Granted(msgspec.Struct, frozen=True):
    """What a user may do at the event."""

    user: UUID
    role: str


class Issued(msgspec.Struct, frozen=True):
    """A ticket of the event and whose it is."""

    serial: str
    registration: UUID | None
    place: int
    status: Status
    type_number: int
    type_name: str
    name: str | None
    settled: bool


class Passed(msgspec.Struct, frozen=True):
    """The bytes of a fact that stands at the place of a serial that was asked for."""

    serial: str
    raw: str


class Made(msgspec.Struct, frozen=True):
    """A fact that has a scan's id already: the hash of its request and its answer, unless a device made it."""

    id: UUID
    request: str | None
    answer: str | None


class Known(msgspec.Struct, frozen=True):
    """An event and what these scans touch of it."""

    number: int
    created_by: UUID | None
    zone: str
    has_conflicts: bool
    lists: tuple[Line, ...]
    gates: tuple[Gate, ...]
    keys: tuple[Key, ...]
    granted: tuple[Granted, ...]
    issued: tuple[Issued, ...]
    passed: tuple[Passed, ...]
    made: tuple[Made, ...]


def send_known(
    pipe: Pipe, event: UUID, *, users: Iterable[UUID], serials: Iterable[bytes], facts: Iterable[UUID]
) -> Rows[Known]:
    """Ask for it; no row where there is no such event."""
    asked = {
        "event": event,
        "users": uuid_array(users),
        "serials": bytea_array(serials),
        "facts": uuid_array(facts),
    }
    return pipe.send(_KNOWN, asked, _READ.decode)


_READ = msgspec.json.Decoder(Known)
_KNOWN = text(
    """
    SELECT CAST(json_build_object(
        'number', event.number,
        'created_by', event.created_by,
        'zone', event.zone,
        'has_conflicts', EXISTS (SELECT FROM conflicts WHERE event_id = event.id),
        'lists', (
            SELECT coalesce(json_agg(json_build_object(
                'id', list.id, 'entry', list.entry, 'day_starts_at', list.day_starts_at, 'opens_at', list.opens_at,
                'closes_at', list.closes_at, 'strict_when_fresh', list.strict_when_fresh,
                'types', (
                    SELECT coalesce(json_agg(json_build_object(
                        'number', type.number, 'valid_from', type.valid_from, 'valid_until', type.valid_until
                    )), '[]')
                    FROM check_in_list_types member JOIN ticket_types type ON type.id = member.ticket_type_id
                    WHERE member.list_id = list.id
                )
            )), '[]')
            FROM check_in_lists list WHERE list.event_id = event.id
        ),
        'gates', (
            SELECT coalesce(json_agg(json_build_object('id', id, 'list', list_id, 'name', name)), '[]')
            FROM gates WHERE event_id = event.id
        ),
        'keys', (
            SELECT coalesce(json_agg(json_build_object(
                'number', number, 'state', state,
                'public', encode(public_key, 'hex'), 'sealed', encode(private_key_sealed, 'hex')
            )), '[]')
            FROM event_keys WHERE event_id = event.id
        ),
        'granted', (
            SELECT coalesce(json_agg(json_build_object('user', user_id, 'role', role)), '[]')
            FROM grants WHERE event_id = event.id AND user_id = ANY(CAST(:users AS uuid[]))
        ),
        'issued', (
            SELECT coalesce(json_agg(json_build_object(
                'serial', encode(ticket.serial, 'hex'),
                'registration', ticket.registration_id, 'place', ticket.place, 'status', ticket.status,
                'type_number', type.number, 'type_name', type.name,
                'name', coalesce(ticket.holder_name, registration.full_name),
                'settled', coalesce(registration.payment_status IN ('PAID', 'FREE'), true)
            )), '[]')
            FROM unnest(CAST(:serials AS bytea[])) AS wanted (serial)
            JOIN tickets ticket ON ticket.serial = wanted.serial AND ticket.event_id = :event
            JOIN ticket_types type ON type.id = ticket.ticket_type_id
            LEFT JOIN registrations registration ON registration.id = ticket.registration_id
        ),
        'passed', (
            SELECT coalesce(json_agg(json_build_object(
                'serial', encode(asked.serial, 'hex'), 'raw', encode(told.raw, 'hex')
            )), '[]')
            FROM unnest(CAST(:serials AS bytea[])) AS asked (serial)
            LEFT JOIN tickets ticket ON ticket.serial = asked.serial AND ticket.event_id = :event
            CROSS JOIN LATERAL (
                SELECT asked.serial
                UNION
                SELECT sibling.serial FROM tickets sibling
                WHERE sibling.registration_id = ticket.registration_id AND sibling.place = ticket.place
            ) AS own
            CROSS JOIN LATERAL (
                SELECT id, raw FROM facts
                WHERE serial = own.serial AND revision IS NOT NULL AND kind IN ('check_in', 'exit')
                OFFSET 0
            ) AS passed
            CROSS JOIN LATERAL (
                SELECT passed.raw
                UNION ALL
                SELECT annulment.raw FROM facts annulment
                WHERE annulment.annuls = passed.id AND annulment.revision IS NOT NULL
            ) AS told
        ),
        'made', (
            SELECT coalesce(json_agg(json_build_object(
                'id', id, 'request', encode(request_hash, 'hex'), 'answer', encode(answer, 'hex')
            )), '[]')
            FROM facts WHERE id = ANY(CAST(:facts AS uuid[]))
        )
    ) AS text)
    FROM events event WHERE event.id = :event
    """
)
