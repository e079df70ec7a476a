"""Load a snapshot into the mirror: a hundred thousand tickets in a second, while doors go on scanning.

Rows go over as JSON, some thousand at a time, and SQLite takes them apart: the thread that loads holds up no other,
as it would if Python gave SQLite row by row.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from eventreg_core.snapshot import BadSnapshot, Snapshot
from eventreg_desktop.store import db, mirror
from eventreg_desktop.store.db import Connection, transaction
from eventreg_desktop.store.folding import folded_code

AT_ONCE = 2000
"""Rows that are handed over together: a few milliseconds."""
TO_JUDGE = "idx_tickets_registration"
"""The index that doors judge by; the others are for searching."""
TAILS = "guests.phone_tail"
NO_SERIAL = "0" * 16
NO_ID = "00000000-0000-0000-0000-000000000000"


def load(file: Connection, snapshot: Snapshot) -> None:
    """Let the mirror hold exactly what the snapshot tells, in two transactions of its own; raises BadSnapshot.

    After the first one doors judge by it, after the second its guests are found by name, and the mirror's cursor is
    the snapshot's. Between them, and while it loads, doors judge by what was there. Facts of another time line stay:
    see `mirror.reset`. Loading again after an interruption does no harm.
    """
    header = snapshot.header
    guests = _ids(snapshot, "guests.registration")
    same = mirror.state(file).cursor.epoch == header.epoch
    indexes = _indexes()
    with transaction(file):
        mirror.replace_setting(file, header.setting)
        for name in indexes:
            file.execute(f"DROP INDEX IF EXISTS {name}")
        file.execute("DELETE FROM tickets")
        file.execute("DELETE FROM companions")  # each ticket brings its own
        _insert(file, _TICKETS, _tickets(snapshot, guests))
        file.execute(indexes.pop(TO_JUDGE))
        if same:
            file.execute("DELETE FROM facts")
        _insert(file, _FACTS, _facts(snapshot))
    with transaction(file):
        for statement in indexes.values():
            file.execute(statement)
        file.execute("DELETE FROM guests")
        _insert(file, _GUESTS, _guests(snapshot, guests))
        mirror.apply_cursor(file, header.epoch, header.revision, header.check)


def _guests(snapshot: Snapshot, guests: list[str]) -> Iterator[tuple[Any, ...]]:
    # A server of before tells nothing of phones.
    tails = snapshot.texts(TAILS) if TAILS in snapshot.packed else [""] * len(guests)
    return _together(guests, snapshot.texts("guests.name"), snapshot.texts("guests.email"), tails)


def _tickets(snapshot: Snapshot, guests: list[str]) -> Iterator[tuple[Any, ...]]:
    serials, whose = snapshot.ids("tickets.serial").hex(), snapshot.numbers("tickets.guest")
    columns = _together(
        range(0, len(serials), 16),
        whose,
        snapshot.numbers("tickets.ticket_type"),
        snapshot.texts("tickets.status"),
        snapshot.numbers("tickets.settled"),
        snapshot.numbers("tickets.place"),
        snapshot.texts("tickets.short_code"),
        snapshot.texts("tickets.holder_name"),
    )
    if whose and not -1 <= min(whose) <= max(whose) < len(guests):
        raise BadSnapshot
    for at, guest, number, status, settled, place, code, holder in columns:
        registration = guests[guest] if guest >= 0 else None
        named = (code, folded_code(code)) if code else (None, None)
        yield (serials[at : at + 16], number, status, settled, registration, place, *named, holder or None)


def _facts(snapshot: Snapshot) -> Iterator[tuple[Any, ...]]:
    serials = snapshot.ids("facts.serial").hex()
    columns = _together(
        _ids(snapshot, "facts.id"),
        snapshot.texts("facts.kind"),
        _ids(snapshot, "facts.list"),
        snapshot.numbers("facts.at"),
        range(0, len(serials), 16),
        _ids(snapshot, "facts.gate"),
        _ids(snapshot, "facts.target"),
    )
    for fact, kind, list_id, at_ms, at, gate, target in columns:
        serial = serials[at : at + 16]
        yield (
            fact,
            kind,
            list_id,
            at_ms,
            None if serial == NO_SERIAL else serial,
            None if gate == NO_ID else gate,
            None if target == NO_ID else target,
        )


def _ids(snapshot: Snapshot, name: str) -> list[str]:
    digits = snapshot.ids(name).hex()
    each = (digits[at : at + 32] for at in range(0, len(digits), 32))
    return [f"{id_[:8]}-{id_[8:12]}-{id_[12:16]}-{id_[16:20]}-{id_[20:]}" for id_ in each]


def _together(*columns: Any) -> Iterator[tuple[Any, ...]]:
    if len({len(column) for column in columns}) != 1:
        raise BadSnapshot
    return zip(*columns, strict=True)


def _insert(file: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        file.execute(statement, (msgspec.json.encode(some).decode(),))


def _indexes() -> dict[str, str]:
    """The indexes of tickets with what makes them: to sort once is quicker than to keep order row by row.

    From a new file and not from the mirror, in which an interrupted loading may have left some out.
    """
    with closing(db.connect(Path(":memory:"))) as new:
        db.migrate(new, "mirror")
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'tickets' AND sql <> ''"
        return dict(new.execute(query).fetchall())


_TICKETS = """
INSERT INTO tickets
    (serial, ticket_type, status, settled, registration, place, short_code, folded_code, holder)
SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8
FROM json_each(?)
"""
_GUESTS = """
INSERT INTO guests (registration, name, email, phone_tail)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)
"""
_FACTS = """
INSERT OR REPLACE INTO facts (id, kind, list, at, serial, gate, target)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, unhex(value ->> 4), value ->> 5, value ->> 6
FROM json_each(?)
"""
