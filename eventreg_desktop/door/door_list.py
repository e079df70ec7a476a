"""The door list: everybody who may come in here, for the night when no laptop works. Read of the sealed mirror."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from eventreg_core.problems import Problem
from eventreg_desktop.store import mirror
from eventreg_desktop.store.anchor import moment
from eventreg_desktop.store.db import snapshot
from eventreg_desktop.store.folding import folded_name
from eventreg_desktop.store.stores import Stores

PORTION = 500
"""So many rows are taken at once, so that no other thread waits for these."""


class By(StrEnum):
    """What the list is sorted by: the name as it is written, or its last word."""

    NAME = "name"
    LAST = "last"


class Remark(StrEnum):
    """What stands beside a guest."""

    NONE = ""
    IN = "in"
    UNPAID = "unpaid"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket; `remark` says what is to be done, or since when (UTC) somebody is in."""

    name: str
    ticket_type: str
    short_code: str
    remark: Remark = Remark.NONE
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DoorList:
    """Everybody on one check-in list, in order, as known at `at` (UTC); `fresh_at`: when all of it was last heard."""

    event: str
    venue: str
    zone: str
    check_in_list: str
    at: datetime
    fresh_at: datetime | None
    lines: tuple[Line, ...]


class NoSuchList(Problem):
    """The mirror has no such check-in list, or no event at all."""

    def __init__(self) -> None:
        super().__init__("no_such_list", "This laptop has no such check-in list. Sync it with the server, then again.")


class Cancelled(Problem):
    """The operator wants no list any more."""

    def __init__(self) -> None:
        super().__init__("cancelled", "The door list was not made.")


def read(stores: Stores, event: UUID, check_in_list: UUID, by: By, at: datetime, go_on: Callable[[], bool]) -> DoorList:
    """Read one list, sorted; raises NoSuchList, and Cancelled as soon as `go_on` says no."""
    entered = _entered(stores, check_in_list)
    file = stores.mirror
    file.create_function("folded", 1, folded_name, deterministic=True)
    file.create_function("last_word", 1, _last_word, deterministic=True)
    with snapshot(file):
        here = mirror.find_event(file, event)
        found = None if here is None else mirror.find_list(file, here, check_in_list)
        if here is None or found is None:
            raise NoSuchList
        numbers = ", ".join(str(number) for number in sorted(found.policy.ticket_types))
        order = "last_word(called)" if by is By.LAST else "folded(called)"
        rows = file.execute(_LINES.format(numbers=numbers, order=order))
        lines: list[Line] = []
        while portion := rows.fetchmany(PORTION):
            if not go_on():
                raise Cancelled
            lines += [_line(row, entered) for row in portion]
        fresh_at = mirror.state(file).complete_at
    return DoorList(here.name, here.venue, here.zone, found.name, at, fresh_at, tuple(lines))


# A ticket that was replaced has a place of its registration with another ticket; only that one is on paper.
_LINES = """
    SELECT tickets.serial, coalesce(holder, guests.name, '') AS called, coalesce(ticket_types.name, ''),
        coalesce(short_code, ''), status, settled, registration || '/' || place
    FROM tickets LEFT JOIN guests USING (registration) LEFT JOIN ticket_types ON ticket_types.number = ticket_type
    WHERE status IN ('valid', 'blocked') AND ticket_type IN ({numbers})
    ORDER BY called = '', {order}, called, folded_code
"""
_ENTRIES = """
    SELECT told.id, told.serial, told.at FROM facts told
    WHERE list = ? AND kind = 'check_in' {counts} ORDER BY at DESC
"""


def _entered(stores: Stores, check_in_list: UUID) -> dict[object, int]:
    """When (Unix ms) somebody first came in, by serial and by place of a registration, less what was undone."""
    first: dict[object, int] = {}
    for file, counts in ((stores.mirror, ""), (stores.journal, "AND rehearsal = 0")):
        rows = file.execute(_ENTRIES.format(counts=counts), (str(check_in_list),))
        undone = _undone(stores)
        while portion := rows.fetchmany(PORTION):
            first |= {serial: at for fact, serial, at in portion if fact not in undone and serial is not None}
    rows = stores.mirror.execute("SELECT serial, registration || '/' || place FROM tickets WHERE status = 'revoked'")
    while portion := rows.fetchmany(PORTION):
        first |= {place: first[serial] for serial, place in portion if place is not None and serial in first}
    return first


def _undone(stores: Stores) -> set[str]:
    query = "SELECT target FROM facts WHERE kind = 'annulment'"
    return {row[0] for file in (stores.mirror, stores.journal) for row in file.execute(query)}


def _line(row: tuple[bytes, str, str, str, str, int, str | None], entered: dict[object, int]) -> Line:
    serial, name, kind, code, status, settled, place = row
    at = entered.get(serial) or entered.get(place)
    if at is not None:
        return Line(name, kind, code, Remark.IN, moment(at))
    if status == "blocked":
        return Line(name, kind, code, Remark.BLOCKED)
    return Line(name, kind, code, Remark.NONE if settled else Remark.UNPAID)


def _last_word(name: str) -> str:
    words = folded_name(name).split()
    return " ".join((words[-1], *words[:-1])) if words else ""
