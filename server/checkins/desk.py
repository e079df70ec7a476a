"""What the server's own door has before it when it judges a batch of scans: read at once, after the event is locked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from eventreg_core import ticket as tokens
from eventreg_core.admission import Policy, Status, Ticket
from eventreg_core.facts import Recorded
from eventreg_core.scan_api import ScanRequest
from eventreg_core.ticket import Code, EventKey, Forged, KeyState, OtherEvent, Unreadable
from server.auth.tokens import Caller
from server.checkins.keyring import Keyring
from server.checkins.ledger import serial_of
from server.checkins.policies import policies_of, send_lists
from server.checkins.standing import Asked, Place, Standing, send_told, standing_of
from server.piped import Pipe, bytea_array, piped, uuid_array
from server.sync import feed


@dataclass(frozen=True, slots=True)
class AskedScan:
    """One scan and the user who vouches for it."""

    scan: ScanRequest
    caller: Caller


@dataclass(frozen=True, slots=True)
class Guest:
    """A known ticket, and what an operator should hear of it."""

    ticket: Ticket
    name: str | None
    ticket_type: str


@dataclass(frozen=True, slots=True)
class Former:
    """A fact that has an id already: which request made it and what that was answered, unless a device did."""

    request: bytes | None
    answer: bytes | None


class Gate(msgspec.Struct, frozen=True):
    """A gate's list and name."""

    id: UUID
    list: UUID
    name: str


class _Key(msgspec.Struct, frozen=True):
    number: int
    public: str
    state: KeyState
    sealed: str


class _Granted(msgspec.Struct, frozen=True):
    user: UUID
    role: str


class _Event(msgspec.Struct, frozen=True):
    number: int
    created_by: UUID | None
    has_conflicts: bool
    gates: tuple[Gate, ...]
    keys: tuple[_Key, ...]
    granted: tuple[_Granted, ...]


@dataclass(slots=True)
class Desk:
    """Everything known of a batch: codes by scanned text, guests by serial, former facts by id, rights by user.

    `head` is the event's revision.
    """

    event: UUID
    head: int
    created_by: UUID | None
    granted: dict[UUID, str]
    has_conflicts: bool
    policies: dict[UUID, Policy]
    gates: dict[UUID, Gate]
    codes: dict[str, Code]
    former: dict[UUID, list[Former]]
    guests: dict[bytes, Guest]
    standing: Standing = field(default_factory=Standing)

    def guest(self, code: Code) -> Guest | None:
        """Who is known by this code; of a forged one nobody, because its serial is anybody's claim."""
        serial = _trusted(code)
        return self.guests.get(serial) if serial is not None else None

    def told(self, list_id: UUID, code: Code) -> list[Recorded]:
        """What stands at the place of this code."""
        serial = _trusted(code)
        return [] if serial is None else self.standing.at(Asked(list_id, serial))

    def add(self, recorded: Recorded) -> Place:
        """Let a new check-in or exit count for the scans after it; where it counts."""
        serial = serial_of(recorded)
        assert serial is not None, "nobody passes without a serial"
        place = self.standing.places[Asked(recorded.fact.list, serial)]
        self.standing.told[place].append(recorded)
        return place


async def read_desk(
    connection: AsyncConnection, event: UUID, asked: Sequence[AskedScan], keyring: Keyring
) -> Desk | None:
    """Lock the event and then read what these scans need, in one journey; None where there is no such event."""
    scans = [each.scan for each in asked]
    claimed = {scan.token: tokens.claimed_serial(scan.token) for scan in scans}
    serials = {serial for serial in claimed.values() if serial is not None}
    async with piped(connection) as pipe:
        head = await feed.send_lock(pipe, event)
        row = await _send_event(pipe, event, {each.caller.user_id for each in asked})
        lines = await send_lists(pipe, event)
        former = await pipe.send(_FORMER, {"ids": uuid_array(scan.id for scan in scans)}, _former)
        guests = await pipe.send(_GUESTS, {"event": event, "serials": bytea_array(serials)}, _guest)
        told = await send_told(pipe, event, serials)
    revision, found = await head.fetchone(), await row.fetchone()
    if revision is None or found is None:
        return None
    places = ((scan.list_id, claimed[scan.token]) for scan in scans)
    wanted = [Asked(list_id, serial) for list_id, serial in places if serial is not None]
    return Desk(
        event=event,
        head=revision,
        created_by=found.created_by,
        granted={one.user: one.role for one in found.granted},
        has_conflicts=found.has_conflicts,
        policies=policies_of(await lines.fetchall()),
        gates={gate.id: gate for gate in found.gates},
        codes=_codes(claimed, event, found, keyring),
        former=_by_id(await former.fetchall()),
        guests={guest.ticket.serial: guest for guest in await guests.fetchall()},
        standing=standing_of(await told.fetchall(), event, dict.fromkeys(wanted)),
    )


def _codes(texts: Iterable[str], event: UUID, found: _Event, keyring: Keyring) -> dict[str, Code]:
    keys = {
        key.number: keyring.key(
            event, key.number, EventKey(bytes.fromhex(key.public), key.state), bytes.fromhex(key.sealed)
        )
        for key in found.keys
    }
    return {told: tokens.read(told, found.number, keys) for told in texts}


def _trusted(code: Code) -> bytes | None:
    return None if isinstance(code, Unreadable | OtherEvent | Forged) else code.serial


async def _send_event(pipe: Pipe, event: UUID, users: Iterable[UUID]) -> psycopg.AsyncCursor[_Event]:
    return await pipe.send(_EVENT, {"event": event, "users": uuid_array(users)}, _event)


def _event(told: str) -> _Event:
    return msgspec.json.decode(told, type=_Event)


def _former(fact: UUID, request: bytes | None, answer: bytes | None) -> tuple[UUID, Former]:
    return fact, Former(request, answer)


def _by_id(facts: Iterable[tuple[UUID, Former]]) -> dict[UUID, list[Former]]:
    former: dict[UUID, list[Former]] = {}
    for fact, one in facts:
        former.setdefault(fact, []).append(one)
    return former


def _guest(
    serial: bytes,
    registration: UUID | None,
    place: int,
    status: str,
    number: int,
    ticket_type: str,
    name: str | None,
    settled: bool,
) -> Guest:
    return Guest(Ticket(serial, registration, place, number, Status(status), settled), name, ticket_type)


_EVENT = text(
    """
    SELECT CAST(json_build_object(
        'number', event.number,
        'created_by', event.created_by,
        'has_conflicts', EXISTS (SELECT FROM conflicts WHERE event_id = event.id),
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
        )
    ) AS text)
    FROM events event WHERE event.id = :event
    """
)
_FORMER = text("SELECT id, request_hash, answer FROM facts WHERE id = ANY(CAST(:ids AS uuid[]))")
_GUESTS = text(
    """
    SELECT ticket.serial, ticket.registration_id, ticket.place, ticket.status, type.number, type.name,
        coalesce(ticket.holder_name, registration.full_name),
        coalesce(registration.payment_status IN ('PAID', 'FREE'), true)
    FROM unnest(CAST(:serials AS bytea[])) AS wanted (serial)
    JOIN tickets ticket ON ticket.serial = wanted.serial AND ticket.event_id = :event
    JOIN ticket_types type ON type.id = ticket.ticket_type_id
    LEFT JOIN registrations registration ON registration.id = ticket.registration_id
    """
)
