"""Read what the truth about places is made of: their tickets and lists through time, and everything told of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import text

from eventreg_core import facts
from eventreg_core.admission import EntryPolicy, Policy, Status, Window
from eventreg_core.facts import Payment, Recorded, Unrecognised, WalkIn
from eventreg_core.history import Former, Rules, TicketHistory, Timeline
from eventreg_core.truth import Told, Truth, replay
from server.checkins.standing import Place
from server.conflicts.queries import Seat
from server.piped import bytea_array
from server.sync.epoch import read_epoch
from server.sync.feed import Executor

Value = TypeVar("Value")


class _Window(msgspec.Struct):
    opens: datetime | None
    closes: datetime | None


class _Rule(_Window):
    entry: EntryPolicy
    day_starts_at: time
    zone: str
    types: dict[int, _Window]


@dataclass(slots=True)
class Places:
    """Tickets by place, and what was told by place and list."""

    serials: Collection[bytes]
    tickets: dict[Seat, dict[bytes, TicketHistory]]
    told: dict[Place, list[Told]]
    rules: Mapping[UUID, Rules]

    def seats(self) -> set[Seat]:
        """The places, and each serial alone: before a blank was sold it was a place of its own."""
        return set(self.tickets) | {Seat(None, 0, serial) for serial in self.serials}

    def truths(self) -> dict[Place, Truth]:
        """The truth about each place whose list is known."""
        return {
            place: replay(told, self.tickets[_seat(place)], self.rules[place.list])
            for place, told in self.told.items()
            if place.list in self.rules
        }


async def read_places(
    connection: Executor, event: UUID, serials: Collection[bytes], news: Collection[Recorded] = ()
) -> Places:
    """Everything known of the places of these serials, on every list, in a few statements however many they are.

    `news` are facts that were read already.
    """
    read = {recorded.raw: recorded for recorded in news}
    seats, tickets = await _read_tickets(connection, event, serials)
    rows = (await connection.execute(_TOLD, {"event": event, "serials": bytea_array(seats)})).all()
    measured = await _read_boots(connection, event, {row.journal for row in rows if row.journal is not None})
    epoch = await read_epoch(connection)
    places = Places(seats.keys(), tickets, {}, await read_rules(connection, event))
    paid: dict[Seat, list[Told]] = {}
    for row in rows:
        told, seat = _told(row, read, measured, epoch), seats[row.whose]
        # An annulment too must be of it; compared here, as a planner that is told of events reads all that they have.
        if told is None or told.fact.event != event:
            continue
        if isinstance(told.fact, Payment):
            paid.setdefault(seat, []).append(told)
        else:
            places.told.setdefault(Place(row.list_id, seat.registration, seat.place, seat.serial), []).append(told)
    for place, each in places.told.items():
        each += paid.get(_seat(place), ())  # money taken on one list is money on every list
    return places


async def read_rules(connection: Executor, event: UUID) -> dict[UUID, Rules]:
    """What each list of the event asked for through time, lists that were deleted too."""
    states: dict[UUID, list[Any]] = {}
    for row in await connection.execute(_RULES, {"event": event}):
        states.setdefault(row.list_id, []).append(row)
    return {each: _timeline(rows) for each, rows in states.items()}


def _timeline(rows: Sequence[Any]) -> Rules:
    policies = [_policy(row.policy) for row in rows]
    former = tuple(
        Former(policy, after.since, after.revision) for policy, after in zip(policies, rows[1:], strict=False)
    )
    return Timeline(policies[-1], former)


def _policy(written: str) -> Policy:
    rule = msgspec.json.decode(written, type=_Rule)
    types = {number: Window(one.opens, one.closes) for number, one in rule.types.items()}
    return Policy(rule.entry, types, rule.zone, Window(rule.opens, rule.closes), rule.day_starts_at)


async def _read_tickets(
    connection: Executor, event: UUID, serials: Iterable[bytes]
) -> tuple[dict[bytes, Seat], dict[Seat, dict[bytes, TicketHistory]]]:
    parameters = {"event": event, "serials": bytea_array(dict.fromkeys(serials))}
    rows = (await connection.execute(_TICKETS, parameters)).all()
    known = {row.serial: row for row in rows if row.number is not None}
    former: dict[bytes, list[Any]] = {}
    for one in await connection.execute(_FORMER, {"serials": bytea_array(known)}):
        former.setdefault(one.serial, []).append(one)
    seats: dict[bytes, Seat] = {}
    tickets: dict[Seat, dict[bytes, TicketHistory]] = {}
    for row in rows:
        alone = row.serial if row.registration_id is None else None
        seat = seats[row.serial] = Seat(row.registration_id, row.place or 0, alone)
        histories = tickets.setdefault(seat, {})
        if row.number is not None:
            histories[row.serial] = _history(row, former.get(row.serial, ()))
    return seats, tickets


def _history(row: Any, former: Sequence[Any]) -> TicketHistory:
    if not former:
        always = _always(row.number), _always(Status(row.status)), _always(bool(row.settled))
        return TicketHistory(row.serial, row.registration_id, row.place, *always)
    status = _line(Status(row.status), [(Status(one.status), one) for one in former if one.status is not None])
    types = _line(int(row.number), [(int(one.ticket_type), one) for one in former if one.ticket_type is not None])
    settled = _line(bool(row.settled), [(bool(one.settled), one) for one in former if one.settled is not None])
    return TicketHistory(row.serial, row.registration_id, row.place, types, status, settled)


@lru_cache(maxsize=256, typed=True)
def _always(value: Any) -> Timeline[Any]:
    return Timeline(value)


def _line(now: Value, former: Sequence[tuple[Value, Any]]) -> Timeline[Value]:
    return Timeline(now, tuple(Former(value, one.until, one.revision) for value, one in former))


async def _read_boots(connection: Executor, event: UUID, journals: Collection[UUID]) -> set[tuple[UUID, str]]:
    if not journals:
        return set()
    rows = await connection.execute(_BOOTS, {"event": event, "journals": list(journals)})
    return {(row.journal, row.boot) for row in rows}


def _told(row: Any, read: Mapping[bytes, Recorded], measured: set[tuple[UUID, str]], epoch: str) -> Told | None:
    recorded = read.get(row.raw) or facts.reread(row.raw)
    fact = recorded.fact
    if isinstance(fact, Unrecognised | WalkIn):
        return None
    if row.journal is None:
        # Judged while the event was locked: it knew everything before its own revision.
        return Told(fact, recorded.hash, row.at, True, row.revision)
    seen = fact.seen.revision if fact.seen is not None and fact.seen.epoch == epoch else None
    return Told(fact, recorded.hash, row.at, (row.journal, fact.boot) in measured, seen, row.device_id)


def _seat(place: Place) -> Seat:
    return Seat(place.registration, place.place, place.serial)


# OFFSET 0: told about the event, a planner without statistics would read all that an event has, each time.
_TICKETS = text(
    """
    SELECT DISTINCT coalesce(own.serial, asked.serial) AS serial, own.registration_id, own.place, own.status,
        type.number, coalesce(registration.payment_status IN ('PAID', 'FREE'), true) AS settled
    FROM unnest(CAST(:serials AS bytea[])) AS asked (serial)
    LEFT JOIN LATERAL (SELECT * FROM tickets WHERE serial = asked.serial OFFSET 0) ticket ON ticket.event_id = :event
    LEFT JOIN LATERAL (
        SELECT ticket.serial, ticket.registration_id, ticket.place, ticket.status, ticket.ticket_type_id
        WHERE ticket.registration_id IS NULL
        UNION ALL
        SELECT sibling.serial, sibling.registration_id, sibling.place, sibling.status, sibling.ticket_type_id
        FROM tickets sibling WHERE sibling.registration_id = ticket.registration_id AND sibling.place = ticket.place
        OFFSET 0
    ) own ON ticket.serial IS NOT NULL
    LEFT JOIN ticket_types type ON type.id = own.ticket_type_id
    LEFT JOIN LATERAL (
        SELECT payment_status FROM registrations WHERE id = own.registration_id OFFSET 0
    ) registration ON own.serial IS NOT NULL
    """
)
_FORMER = text(
    """
    SELECT serial, until, revision, status, ticket_type, settled FROM former_tickets
    WHERE serial = ANY(CAST(:serials AS bytea[])) ORDER BY number
    """
)
_TOLD = text(
    """
    SELECT asked.serial AS whose, told.*
    FROM unnest(CAST(:serials AS bytea[])) AS asked (serial)
    CROSS JOIN LATERAL (
        SELECT id, raw, at, revision, list_id, journal, device_id, event_id FROM facts
        WHERE serial = asked.serial AND NOT held
            AND (revision IS NOT NULL OR kind IN ('refused_scan', 'payment'))
            AND kind IN ('check_in', 'exit', 'refused_scan', 'payment')
        OFFSET 0
    ) AS passed
    CROSS JOIN LATERAL (
        SELECT passed.raw, passed.at, passed.revision, passed.list_id, passed.journal, passed.device_id
        UNION ALL
        SELECT undo.raw, undo.at, undo.revision, passed.list_id, undo.journal, undo.device_id FROM facts undo
        WHERE undo.annuls = passed.id AND undo.revision IS NOT NULL
    ) AS told
    WHERE passed.event_id = :event
    """
)
_BOOTS = text("SELECT journal, boot FROM boots WHERE event_id = :event AND journal = ANY(CAST(:journals AS uuid[]))")
_RULES = text(
    """
    SELECT list_id, since, revision, CAST(policy AS text) AS policy FROM list_states
    WHERE event_id = :event ORDER BY list_id, number
    """
)
