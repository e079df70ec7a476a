"""How full it is: who is inside, who is expected, what this door did, and how fast people come. By the server's rules.

Read on connections and in a thread of their own: counting a large event takes a moment, and no scan waits for it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from eventreg_core.clock import Reading
from eventreg_desktop.door.door import Door
from eventreg_desktop.door.setting import Setting, set_up
from eventreg_desktop.store import stock
from eventreg_desktop.store.anchor import unix_ms
from eventreg_desktop.store.db import snapshot
from eventreg_desktop.store.stock import Shelf
from eventreg_desktop.store.stores import Stores

__all__ = ["MINUTES", "Counts", "Shelf", "attach", "count"]

MINUTES = 30
"""How far back arrivals are told."""


@dataclass(frozen=True, slots=True)
class Counts:
    """People by place, on one list: `inside` now, `admitted` at least once, `expected` at all (tickets of somebody that
    are valid or blocked); `here` are this door's own admissions. `arrivals` a minute, oldest first, the last is now.
    """

    inside: int
    admitted: int
    expected: int
    here: int
    arrivals: tuple[int, ...]
    at: datetime
    fetched: int = 0
    """Tickets on this laptop while the guest list was never complete; 0 once it was."""
    shelves: tuple[Shelf, ...] = ()
    """What may be sold here to walk-ins, by ticket type; nothing where this laptop has no stock."""


def count(stores: Stores, door: Door, now: Reading) -> Counts:
    """Count what stands on this door's list; raises Problem as `redeem` does. The mirror must be `attached`."""
    mirror = stores.mirror
    with snapshot(mirror):
        setting = set_up(mirror, door, now)
        first = unix_ms(setting.at) // 60_000 - MINUTES + 1
        parameters = _parameters(door, setting) | {"first": first}
        inside, admitted, here = mirror.execute(_PEOPLE, parameters).fetchone()
        rows: list[Any] = mirror.execute(_ARRIVALS, parameters).fetchall()
        expected = mirror.execute(_EXPECTED, parameters).fetchone()[0]
        shelves = stock.list_shelves(stores, None if door.rehearsal is None else door.rehearsal.after)
        fetched = 0
        if setting.mirror.complete_at is None:
            fetched = mirror.execute("SELECT count(*) FROM tickets").fetchone()[0]
    by_minute = dict(rows)
    arrivals = tuple(int(by_minute.get(first + each, 0)) for each in range(MINUTES))
    people = int(inside or 0), int(admitted or 0), int(expected), int(here or 0)
    return Counts(*people, arrivals, setting.at, fetched, shelves)


def attach(stores: Stores) -> None:
    """Let the mirror's connection read the journal too, before the first `count`."""
    path = stores.journal.execute("PRAGMA database_list").fetchone()[2]
    stores.mirror.execute("ATTACH ? AS ours KEY ''", (path,))


def _parameters(door: Door, setting: Setting) -> dict[str, object]:
    return {
        "list": str(door.list),
        "gate": None if door.gate is None else str(door.gate),
        "rehearsal": door.rehearsal is not None,
        "after": 0 if door.rehearsal is None else door.rehearsal.after,
        "types": msgspec.json.encode(sorted(setting.check_in_list.policy.ticket_types)).decode(),
    }


# Of what both files tell the server's word on the time counts, as in `tickets.standing`.
_TOLD = """
    WITH told AS (
        SELECT id, kind, at, serial, 0 AS ours, gate FROM facts
        WHERE list = :list AND kind IN ('check_in', 'exit') AND NOT :rehearsal
        UNION ALL
        SELECT id, kind, at, serial, 1, gate FROM ours.facts own
        WHERE list = :list AND kind IN ('check_in', 'exit') AND rehearsal = :rehearsal AND own.rowid > :after
            AND (:rehearsal OR NOT EXISTS (SELECT 1 FROM facts known WHERE known.id = own.id))
    ), standing AS (
        SELECT * FROM told
        WHERE NOT EXISTS (SELECT 1 FROM facts undone WHERE undone.target = told.id AND undone.kind = 'annulment')
            AND NOT EXISTS (SELECT 1 FROM ours.facts undone WHERE undone.target = told.id AND undone.kind = 'annulment')
    )
"""
_BEFORE_ALL_MS = 10**14
"""Added to times sorted as text: else those before 1970, which a laptop may believe in, run backwards."""
_PEOPLE = f"""
    {_TOLD}, placed AS (
        SELECT standing.id, kind, at, ours, coalesce(registration || '/' || place, hex(serial)) AS who,
            kind = 'check_in' AND gate IS :gate AND EXISTS (SELECT 1 FROM ours.facts own WHERE own.id = standing.id)
                AS here
        FROM standing LEFT JOIN tickets USING (serial)
    ), last AS (
        SELECT kind = 'check_in' AS inside, max(printf('%020d%s', at + {_BEFORE_ALL_MS}, id)) FROM placed GROUP BY who
    )
    SELECT (SELECT sum(inside) FROM last), (SELECT count(DISTINCT who) FROM placed WHERE kind = 'check_in'),
        (SELECT sum(here) FROM placed)
"""
_ARRIVALS = f"""
    {_TOLD}
    SELECT at / 60000, count(*) FROM standing WHERE kind = 'check_in' AND at / 60000 >= :first GROUP BY 1
"""
_EXPECTED = """
    SELECT count(*) FROM tickets
    WHERE status IN ('valid', 'blocked') AND ticket_type IN (SELECT value FROM json_each(:types))
        AND (registration IS NOT NULL OR EXISTS (
            SELECT 1 FROM ours.facts sold WHERE sold.serial = tickets.serial AND sold.kind = 'walk_in'
                AND sold.rehearsal = :rehearsal AND sold.rowid > :after
                AND NOT EXISTS (SELECT 1 FROM ours.facts undone WHERE undone.target = sold.id)
        ))
"""
