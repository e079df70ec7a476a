"""What the server's own door has before it when it judges a batch of scans: read at once, after the event is locked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from eventreg_core import ticket as tokens
from eventreg_core.admission import Policy, Status, Ticket
from eventreg_core.facts import Recorded
from eventreg_core.ticket import Code, EventKey, Forged, KeyState, OtherEvent, Unreadable
from eventreg_core.wire import ScanRequest
from server.checkins.policies import list_policies
from server.checkins.standing import Asked, Standing, find_standing
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate's list and name."""

    list: UUID
    name: str


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
    serial: bytes | None


@dataclass(slots=True)
class Desk:
    """Everything known of a batch: codes by scanned text, guests by serial, former facts by id."""

    event: UUID
    policies: dict[UUID, Policy]
    gates: dict[UUID, Gate]
    codes: dict[str, Code]
    former: dict[UUID, list[Former]]
    guests: dict[bytes, Guest] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)

    def guest(self, code: Code) -> Guest | None:
        """Who is known by this code; of a forged one nobody, because its serial is anybody's claim."""
        serial = _serial_of(code)
        return self.guests.get(serial) if serial is not None and not isinstance(code, Forged) else None

    def told(self, list_id: UUID, code: Code) -> list[Recorded]:
        """What stands at the place of this code, to be read and added to."""
        serial = _serial_of(code)
        return [] if serial is None or isinstance(code, Forged) else self.standing.at(Asked(list_id, serial))


async def read_desk(connection: Executor, event: UUID, scans: Sequence[ScanRequest]) -> Desk:
    """Read what these scans need, set by set; the caller holds the event's head."""
    number = (await connection.execute(_NUMBER, {"event": event})).scalar_one()
    keys = {
        row.number: EventKey(row.public_key, KeyState(row.state))
        for row in await connection.execute(_KEYS, {"event": event})
    }
    desk = Desk(
        event=event,
        policies=await list_policies(connection, event),
        gates={row.id: Gate(row.list_id, row.name) for row in await connection.execute(_GATES, {"event": event})},
        codes={scan.token: tokens.read(scan.token, number, keys) for scan in scans},
        former=await _former(connection, [scan.id for scan in scans]),
    )
    scanned = {scan.token: _serial_of(desk.codes[scan.token]) for scan in scans}
    former = [one.serial for ones in desk.former.values() for one in ones]
    desk.guests = await _guests(connection, event, {serial for serial in (*scanned.values(), *former) if serial})
    asked = ((scan.list_id, scanned[scan.token]) for scan in scans)
    places = [Asked(list_id, serial) for list_id, serial in asked if serial is not None]
    desk.standing = await find_standing(connection, event, places)
    return desk


def _serial_of(code: Code) -> bytes | None:
    return None if isinstance(code, Unreadable | OtherEvent) else code.serial


async def _former(connection: Executor, ids: Sequence[UUID]) -> dict[UUID, list[Former]]:
    former: dict[UUID, list[Former]] = {}
    for row in await connection.execute(_FORMER, {"ids": list(ids)}):
        former.setdefault(row.id, []).append(Former(row.request_hash, row.answer, row.serial))
    return former


async def _guests(connection: Executor, event: UUID, serials: set[bytes]) -> dict[bytes, Guest]:
    if not serials:
        return {}
    rows = await connection.execute(_GUESTS, {"event": event, "serials": sorted(serials)})
    return {
        row.serial: Guest(
            Ticket(row.serial, row.registration_id, row.place, row.number, Status(row.status), row.settled),
            row.full_name,
            row.type_name,
        )
        for row in rows
    }


_NUMBER = text("SELECT number FROM events WHERE id = :event")
_KEYS = text("SELECT number, public_key, state FROM event_keys WHERE event_id = :event")
_GATES = text("SELECT id, list_id, name FROM gates WHERE event_id = :event")
_FORMER = text("SELECT id, request_hash, answer, serial FROM facts WHERE id = ANY(CAST(:ids AS uuid[]))")
_GUESTS = text(
    """
    SELECT ticket.serial, ticket.registration_id, ticket.place, ticket.status, type.number, type.name AS type_name,
        registration.full_name, coalesce(registration.payment_status IN ('PAID', 'FREE'), false) AS settled
    FROM unnest(CAST(:serials AS bytea[])) AS wanted (serial)
    JOIN tickets ticket ON ticket.serial = wanted.serial AND ticket.event_id = :event
    JOIN ticket_types type ON type.id = ticket.ticket_type_id
    LEFT JOIN registrations registration ON registration.id = ticket.registration_id
    """
)
