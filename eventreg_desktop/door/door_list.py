"""The door list: everybody who may come in here, for the night when no laptop works. Read of the sealed mirror."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from eventreg_core.admission import ALWAYS, Kind, Passage, Policy, Ticket
from eventreg_core.clock import Reading, corrected
from eventreg_core.problems import Problem
from eventreg_desktop.door.lookup import entered_before
from eventreg_desktop.store import mirror
from eventreg_desktop.store.anchor import moment, offset_ms
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
    """One ticket; `remark` says what is to be done, or since when (UTC) somebody is in who may not enter again."""

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


def read(stores: Stores, event: UUID, check_in_list: UUID, by: By, now: Reading, go_on: Callable[[], bool]) -> DoorList:
    """Read one list as it is `now`, sorted; raises NoSuchList, and Cancelled as soon as `go_on` says no."""
    file = stores.mirror
    file.create_function("folded", 1, folded_name, deterministic=True)
    file.create_function("last_word", 1, _last_word, deterministic=True)
    with snapshot(file):
        here = mirror.find_event(file, event)
        found = None if here is None else mirror.find_list(file, here, check_in_list)
        if here is None or found is None:
            raise NoSuchList
        known = mirror.state(file)
        at = corrected(now.wall, offset_ms(known.anchor, now))
        told, policy = _passages(stores, check_in_list), _at_any_time(found.policy)
        numbers = ", ".join(str(number) for number in sorted(policy.ticket_types))
        order = "last_word(called)" if by is By.LAST else "folded(called)"
        rows = file.execute(_LINES.format(numbers=numbers, order=order))
        lines: list[Line] = []
        while portion := rows.fetchmany(PORTION):
            if not go_on():
                raise Cancelled
            lines += [_line(row, told, policy, at) for row in portion]
    return DoorList(here.name, here.venue, here.zone, found.name, at, known.complete_at, tuple(lines))


# A ticket that was replaced has a place of its registration with another ticket; only that one is on paper. What is
# nobody's is a blank: whoever buys one has a name here when the server has heard of it.
_LINES = """
    SELECT tickets.serial, coalesce(holder, guests.name, '') AS called, coalesce(ticket_types.name, ''),
        coalesce(short_code, ''), status, settled, registration || '/' || place, ticket_type
    FROM tickets LEFT JOIN guests USING (registration) LEFT JOIN ticket_types ON ticket_types.number = ticket_type
    WHERE status IN ('valid', 'blocked') AND ticket_type IN ({numbers}) AND registration IS NOT NULL
    ORDER BY called = '', {order}, called, folded_code
"""
_TOLD = "SELECT id, serial, kind, at FROM facts WHERE list = ? AND kind IN ('check_in', 'exit') AND serial IS NOT NULL"
_Row = tuple[bytes, str, str, str, str, int, str, int]
_Told = dict[bytes | str, list[Passage]]


def _passages(stores: Stores, check_in_list: UUID) -> _Told:
    """What doors did on this list and was not undone, by serial; of replaced tickets by their holder's place, too."""
    undone, found = _undone(stores), _Told()
    facts: dict[str, tuple[bytes, str, int]] = {}
    # Of what both files tell the server's word on the time counts.
    for file, counts in ((stores.journal, "AND rehearsal = 0"), (stores.mirror, "")):
        rows = file.execute(f"{_TOLD} {counts}", (str(check_in_list),))
        while portion := rows.fetchmany(PORTION):
            facts |= {fact: (serial, kind, at) for fact, serial, kind, at in portion if fact not in undone}
    for serial, kind, at_ms in facts.values():
        found.setdefault(serial, []).append(Passage(Kind.EXIT if kind == "exit" else Kind.ENTRY, moment(at_ms)))
    rows = stores.mirror.execute("SELECT serial, registration || '/' || place FROM tickets WHERE status = 'revoked'")
    while portion := rows.fetchmany(PORTION):
        for serial, place in portion:
            if place is not None and serial in found:
                found.setdefault(place, []).extend(found[serial])
    return found


def _undone(stores: Stores) -> set[str]:
    query = "SELECT target FROM facts WHERE kind = 'annulment'"
    return {row[0] for file in (stores.mirror, stores.journal) for row in file.execute(query)}


def _at_any_time(policy: Policy) -> Policy:
    """The same without its times: who is in is so also before a door opens and after it has closed."""
    return replace(policy, window=ALWAYS, ticket_types=dict.fromkeys(policy.ticket_types, ALWAYS))


def _line(row: _Row, told: _Told, policy: Policy, at: datetime) -> Line:
    serial, name, kind, code, status, settled, place, number = row
    standing = sorted((*told.get(serial, ()), *told.get(place, ())), key=lambda passage: passage.at)
    earlier = entered_before(Ticket(serial, None, 0, number), standing, policy, at) if standing else None
    if earlier is not None:
        return Line(name, kind, code, Remark.IN, earlier.at)
    if status == "blocked":
        return Line(name, kind, code, Remark.BLOCKED)
    return Line(name, kind, code, Remark.NONE if settled else Remark.UNPAID)


def _last_word(name: str) -> str:
    words = folded_name(name).split()
    return " ".join((words[-1], *words[:-1])) if words else ""
