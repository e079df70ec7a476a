"""The mirror: what the server has told of this device's event. Only the sync writes it; doors read it."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

import msgspec

from eventreg_core.admission import EntryPolicy, Policy, Window
from eventreg_core.clock import Reading
from eventreg_core.facts import Seen
from eventreg_core.ticket import EventKey, KeyState
from eventreg_core.wire import Cursor, Page, PullAnswer
from eventreg_desktop.store.anchor import Anchor, moment, unix_ms
from eventreg_desktop.store.db import Connection
from eventreg_desktop.store.folding import folded_code

FRESH_NS = 60_000_000_000
"""So long after it was complete, a mirror is taken to know every ticket."""


@dataclass(frozen=True, slots=True)
class EventHere:
    """The event that this mirror is of."""

    id: UUID
    number: int
    name: str
    venue: str
    zone: str


@dataclass(frozen=True, slots=True)
class CheckInList:
    """A check-in list by name, and its rule."""

    id: UUID
    name: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate and the list it works on."""

    id: UUID
    name: str
    list: UUID


@dataclass(frozen=True, slots=True)
class MirrorState:
    """How far the mirror has come, when it was last complete by which clock, and the clock's anchor."""

    cursor: Cursor
    complete_boot: str | None
    complete_mono_ns: int | None
    complete_at: datetime | None
    anchor: Anchor | None

    @property
    def seen(self) -> Seen:
        """What facts say of the mirror that they were judged with."""
        return Seen(self.cursor.epoch, self.cursor.revision)

    def fresh(self, now: Reading) -> bool:
        """Whether it was complete less than 60 s ago, by the monotonic clock of the same boot."""
        if self.complete_mono_ns is None or self.complete_boot != now.boot:
            return False
        return 0 <= now.mono_ns - self.complete_mono_ns < FRESH_NS


def state(mirror: Connection) -> MirrorState:
    """Read how far the mirror has come."""
    row = mirror.execute(
        "SELECT epoch, revision, check_value, complete_boot, complete_mono_ns, complete_at,"
        " anchor_server, anchor_wall, anchor_boot, anchor_mono_ns FROM state"
    ).fetchone()
    anchor = None if row[8] is None else Anchor(row[6], row[7], row[8], row[9])
    at = None if row[5] is None else moment(row[5])
    return MirrorState(Cursor(row[0], row[1], row[2]), row[3], row[4], at, anchor)


def find_event(mirror: Connection, event: UUID) -> EventHere | None:
    """The event itself; None before the first pull."""
    row = mirror.execute("SELECT number, name, venue, zone FROM events WHERE id = ?", (str(event),)).fetchone()
    return None if row is None else EventHere(event, *row)


def find_list(mirror: Connection, event: EventHere, list_id: UUID) -> CheckInList | None:
    """One check-in list of the event with its rule; None when the mirror has none of this id."""
    row = mirror.execute(_LISTS + " WHERE id = ?", (str(list_id),)).fetchone()
    return None if row is None else _list(row, event.zone, _windows(mirror))


def list_lists(mirror: Connection, event: EventHere) -> list[CheckInList]:
    """Every check-in list of the event, by name."""
    windows = _windows(mirror)
    return [_list(row, event.zone, windows) for row in mirror.execute(_LISTS + " ORDER BY name, id")]


def list_gates(mirror: Connection) -> list[Gate]:
    """Every gate, by name."""
    rows = mirror.execute("SELECT id, name, list FROM gates ORDER BY name, id")
    return [Gate(UUID(row[0]), row[1], UUID(row[2])) for row in rows]


def keys(mirror: Connection) -> dict[int, EventKey]:
    """The event's signing keys by number."""
    rows = mirror.execute("SELECT number, public, state FROM keys")
    return {number: EventKey(public, KeyState(state)) for number, public, state in rows}


def apply(mirror: Connection, answer: PullAnswer) -> None:
    """Write one page and how far it leads, within the caller's transaction; twice changes nothing."""
    _apply_page(mirror, answer.page)
    apply_cursor(mirror, answer.epoch, answer.to, answer.check)


def apply_cursor(mirror: Connection, epoch: str, revision: int, check: str) -> None:
    """Note how far the mirror has come, within the caller's transaction."""
    mirror.execute("UPDATE state SET epoch = ?, revision = ?, check_value = ?", (epoch, revision, check))


def replace_setting(mirror: Connection, page: Page) -> None:
    """Hold exactly these event, types, lists, gates and keys, within the caller's transaction."""
    for table in ("events", "ticket_types", "lists", "gates", "keys"):
        mirror.execute(f"DELETE FROM {table}")
    _apply_page(mirror, page)


def apply_complete(mirror: Connection, now: Reading) -> None:
    """Note that nothing newer was known to the server at `now`, within the caller's transaction."""
    mirror.execute(
        "UPDATE state SET complete_boot = ?, complete_mono_ns = ?, complete_at = ?",
        (now.boot, now.mono_ns, unix_ms(now.wall)),
    )


def apply_anchor(mirror: Connection, anchor: Anchor) -> None:
    """Keep what was measured of the clock, within the caller's transaction."""
    mirror.execute(
        "UPDATE state SET anchor_server = ?, anchor_wall = ?, anchor_boot = ?, anchor_mono_ns = ?",
        (anchor.server_ms, anchor.wall_ms, anchor.boot, anchor.mono_ns),
    )


def reset(mirror: Connection) -> None:
    """Forget what the server told, within the caller's transaction, so that a pull from the start replaces it.

    Facts stay: a server restored from an older copy has lost some that doors acted on, and until their devices bring
    them again nobody may enter twice. They name serials, not people.
    """
    for table in ("events", "ticket_types", "lists", "gates", "keys", "tickets", "guests", "companions"):
        mirror.execute(f"DELETE FROM {table}")
    mirror.execute(
        "UPDATE state SET epoch = '', revision = 0, check_value = '',"
        " complete_boot = NULL, complete_mono_ns = NULL, complete_at = NULL"
    )


_LISTS = "SELECT id, name, entry, ticket_types, day_starts_at, opens, closes, strict_when_fresh FROM lists"


def _windows(mirror: Connection) -> dict[int, Window]:
    rows = mirror.execute("SELECT number, opens, closes FROM ticket_types")
    return {number: _window(opens, closes) for number, opens, closes in rows}


def _window(opens: int | None, closes: int | None) -> Window:
    return Window(None if opens is None else moment(opens), None if closes is None else moment(closes))


def _list(row: Any, zone: str, windows: dict[int, Window]) -> CheckInList:
    list_id, name, entry, numbers, day_starts_at, opens, closes, strict = row
    types = {number: windows.get(number, Window()) for number in msgspec.json.decode(numbers, type=list[int])}
    policy = Policy(
        EntryPolicy(entry), types, zone, _window(opens, closes), time.fromisoformat(day_starts_at), bool(strict)
    )
    return CheckInList(UUID(list_id), name, policy)


def _apply_page(mirror: Connection, page: Page) -> None:
    write = mirror.executemany
    write(
        _REPLACE.format("events", "?, ?, ?, ?, ?, ?, ?"),
        (
            (str(row.id), row.number, row.name, row.venue, row.zone, unix_ms(row.date), _ms(row.end_date))
            for row in page.events
        ),
    )
    write(
        _REPLACE.format("ticket_types", "?, ?, ?, ?, ?"),
        ((str(row.id), row.number, row.name, _ms(row.opens), _ms(row.closes)) for row in page.ticket_types),
    )
    write(
        _REPLACE.format("lists", "?, ?, ?, ?, ?, ?, ?, ?"),
        (
            (
                str(row.id),
                row.name,
                row.entry,
                msgspec.json.encode(row.ticket_types).decode(),
                row.day_starts_at.isoformat(),
                _ms(row.opens),
                _ms(row.closes),
                row.strict_when_fresh,
            )
            for row in page.lists
        ),
    )
    write("DELETE FROM gates WHERE id = ?", ((str(row.id),) for row in page.gates if row.gone))
    write(
        _REPLACE.format("gates", "?, ?, ?"),
        ((str(row.id), row.name, str(row.list)) for row in page.gates if not row.gone),
    )
    write(_REPLACE.format("keys", "?, ?, ?"), ((row.number, bytes.fromhex(row.public), row.state) for row in page.keys))
    _apply_people(mirror, page)


def _apply_people(mirror: Connection, page: Page) -> None:
    write = mirror.executemany
    write(
        _REPLACE.format("tickets", "?, ?, ?, ?, ?, ?, ?, ?, ?"),
        (
            (
                bytes.fromhex(row.serial),
                row.ticket_type,
                row.status,
                row.settled,
                _text(row.registration),
                row.place,
                row.short_code,
                None if row.short_code is None else folded_code(row.short_code),
                row.holder_name,
            )
            for row in page.tickets
        ),
    )
    write(
        _TELL_GUEST,
        ((str(row.registration), row.name, row.email, row.phone_tail) for row in page.guests),
    )
    write("DELETE FROM facts WHERE id = ?", ((str(row.id),) for row in page.facts if row.gone))
    write(
        _REPLACE.format("facts", "?, ?, ?, ?, ?, ?, ?"),
        (
            (
                str(row.id),
                row.kind,
                str(row.list),
                unix_ms(row.at),
                None if row.serial is None else bytes.fromhex(row.serial),
                _text(row.gate),
                _text(row.target),
            )
            for row in page.facts
            if not row.gone
        ),
    )


_REPLACE = "INSERT OR REPLACE INTO {} VALUES ({})"
_TELL_GUEST = """
INSERT OR REPLACE INTO guests (registration, name, email, phone_tail) SELECT ?1, ?2, ?3, ?4
WHERE NOT EXISTS (SELECT 1 FROM guests WHERE registration = ?1 AND name = ?2 AND email = ?3 AND phone_tail = ?4)
"""
"""Who is told as before keeps their number."""


def _ms(at: datetime | None) -> int | None:
    return None if at is None else unix_ms(at)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
