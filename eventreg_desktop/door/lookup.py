"""Find the tickets that typed words may mean: finding admits nobody, choosing one does."""

from eventreg_core.admission import Reason, Refused, Scan, Status, Ticket, decide
from eventreg_core.clock import Reading
from eventreg_core.ticket import Picked
from eventreg_desktop.door.door import Door
from eventreg_desktop.door.outcome import Candidate
from eventreg_desktop.door.redeem import telling_passage
from eventreg_desktop.door.setting import Setting, set_up
from eventreg_desktop.store import tickets
from eventreg_desktop.store.db import Connection, snapshot
from eventreg_desktop.store.mirror import folded_code, folded_name
from eventreg_desktop.store.stores import Stores

MOST = 20
"""Candidates that one search gives."""
SHORTEST_CODE = 3
"""Characters of a short code that must be typed before it is looked for."""

_SECOND_ENTRIES = frozenset({Reason.ALREADY_USED, Reason.ALREADY_INSIDE, Reason.ALREADY_TODAY})


def find(stores: Stores, door: Door, typed: str, now: Reading) -> tuple[Candidate, ...]:
    """Tickets whose short code begins with `typed`, then those whose guest's name has each of its words; at most 20.

    Companions are found by their own names, after the guests, and among the tickets of the guest whom they come with.

    Case, accents, hyphens and spaces do not matter. Raises Problem as `redeem` does.
    """
    with snapshot(stores.mirror):
        setting = set_up(stores.mirror, door, now)
        serials = dict.fromkeys(
            _by_code(stores.mirror, typed) + _by_name(stores.mirror, typed) + _by_holder(stores.mirror, typed)
        )
        return tuple(candidate_of(stores, door, serial, setting) for serial in list(serials)[:MOST])


def _by_code(mirror: Connection, typed: str) -> list[bytes]:
    prefix = folded_code(typed)
    if len(prefix) < SHORTEST_CODE:
        return []
    rows = mirror.execute(
        "SELECT serial FROM tickets WHERE folded_code >= ? AND folded_code < ? ORDER BY folded_code LIMIT ?",
        (prefix, prefix + "\U0010ffff", MOST),
    )
    return [row[0] for row in rows]


def _by_name(mirror: Connection, typed: str) -> list[bytes]:
    words = folded_name(typed).split()
    if not words:
        return []
    each = " AND ".join(["instr(folded_name, ?)"] * len(words))
    rows = mirror.execute(
        f"SELECT serial FROM (SELECT registration, folded_name FROM guests WHERE {each} ORDER BY folded_name LIMIT ?)"
        " JOIN tickets USING (registration) ORDER BY folded_name, folded_code, place LIMIT ?",
        (*words, MOST, MOST),
    )
    return [row[0] for row in rows]


def _by_holder(mirror: Connection, typed: str) -> list[bytes]:
    words = folded_name(typed).split()
    if not words:
        return []
    each = " AND ".join(["instr(folded_holder, ?)"] * len(words))
    rows = mirror.execute(
        f"SELECT serial FROM tickets WHERE folded_holder IS NOT NULL AND {each} ORDER BY folded_holder LIMIT ?",
        (*words, MOST),
    )
    return [row[0] for row in rows]


def candidate_of(stores: Stores, door: Door, serial: bytes, setting: Setting) -> Candidate:
    """A known ticket as a list shows it, within the caller's snapshot of the mirror."""
    after = None if door.rehearsal is None else door.rehearsal.after
    known = tickets.at_door(stores, door.list, serial, setting.mirror.anchor, after)
    if known.ticket is None:
        raise LookupError("a ticket vanished within one snapshot")
    due = decide(Scan(Picked(serial)), known.ticket, known.standing, setting.check_in_list.policy, setting.at)
    earlier = None
    if isinstance(due, Refused) and due.reason in _SECOND_ENTRIES:
        earlier = telling_passage(known.standing, due.reason)
    return Candidate(
        serial=serial,
        name=known.name or "",
        ticket_type=tickets.find_type_name(stores.mirror, known.ticket.ticket_type) or "",
        short_code=tickets.find_short_code(stores.mirror, serial) or "",
        status=_status(known.ticket),
        admitted_at=None if earlier is None else earlier.at,
    )


def _status(ticket: Ticket) -> str:
    return "unpaid" if ticket.status is Status.VALID and not ticket.settled else str(ticket.status)
