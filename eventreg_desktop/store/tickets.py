"""What a door knows of one ticket: whose it is, and which passages on its list stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from uuid import UUID

import msgspec

from eventreg_core.admission import Kind, Passage, Status, Ticket
from eventreg_desktop.store.anchor import Anchor, moment
from eventreg_desktop.store.db import Connection
from eventreg_desktop.store.stores import Stores


@dataclass(frozen=True, slots=True)
class AtDoor:
    """A serial as this laptop knows it: nothing (`ticket` None) or the ticket with its holder; and what stands."""

    ticket: Ticket | None
    name: str | None
    standing: tuple[Passage, ...]


NOBODY = AtDoor(None, None, ())
"""What is known of a code without a serial."""


def at_door(
    stores: Stores, list_id: UUID, serial: bytes, anchor: Anchor | None, rehearsed_after: int | None = None
) -> AtDoor:
    """Read ticket, guest and standing passages on this list: (mirror ∪ journal, by id) less annulments.

    Passages are those of the registration's place, so that a re-issued ticket does not admit twice; a serial that the
    mirror does not hold stands for itself. `anchor` places what this boot did on the server's clock. What was paid at
    this door is settled before the server has heard of it, and what was sold here and taken back is cancelled. In a
    rehearsal only its own facts stand: those of the journal whose number is greater than `rehearsed_after`.
    """
    row = stores.mirror.execute(
        "SELECT ticket_type, status, settled, registration, place, coalesce(holder, guests.name)"
        " FROM tickets LEFT JOIN guests USING (registration) WHERE serial = ?",
        (serial,),
    ).fetchone()
    if row is None:
        return AtDoor(None, None, standing(stores, list_id, [serial], anchor, rehearsed_after))
    number, status, settled, registration, place, name = row
    whose = None if registration is None else UUID(registration)
    ticket = Ticket(serial, whose, place, number, Status(status), bool(settled))
    serials = _serials(stores.mirror, ticket)
    if not ticket.settled and _paid_here(stores.journal, serials, rehearsed_after):
        ticket = msgspec.structs.replace(ticket, settled=True)
    if ticket.status is Status.VALID and _taken_back_here(stores.journal, serial, rehearsed_after):
        ticket = msgspec.structs.replace(ticket, status=Status.CANCELLED)
    return AtDoor(ticket, name or None, standing(stores, list_id, serials, anchor, rehearsed_after))


def standing(
    stores: Stores,
    list_id: UUID,
    serials: Sequence[bytes],
    anchor: Anchor | None,
    rehearsed_after: int | None = None,
) -> tuple[Passage, ...]:
    """The passages on this list that stand for any of `serials`, in corrected order.

    What this laptop did in the boot that measured its clock is placed by that measurement; of anything older the
    server's word on the time counts, where it has come. Whatever its clock said, it did one thing after another.
    """
    of_these = f"serial IN ({', '.join('?' * len(serials))}) AND list = ? AND kind IN ('check_in', 'exit')"
    arguments = (*serials, str(list_id))
    theirs = stores.mirror.execute(f"{_THEIRS} WHERE {of_these} ORDER BY id", arguments).fetchall()
    if rehearsed_after is not None:
        theirs = []
    ours = stores.journal.execute(
        f"{_OURS} WHERE {of_these} AND {_COUNTS} ORDER BY rowid", (*arguments, *_counting(rehearsed_after))
    ).fetchall()
    times = _in_order(ours, {row[0]: row[2] for row in theirs}, anchor)
    found = {row[0]: _passage(row, at) for row, at in zip(ours, times, strict=True)}
    for row in theirs:
        found.setdefault(row[0], _passage(row, row[2]))
    annulled = _annulled(stores, found) if found else set()
    passages = [passage for fact, passage in found.items() if fact not in annulled]
    return tuple(sorted(passages, key=lambda passage: passage.at))  # of one instant, our own in their own order


def find_type_name(mirror: Connection, number: int) -> str | None:
    """What a ticket type is called."""
    row = mirror.execute("SELECT name FROM ticket_types WHERE number = ?", (number,)).fetchone()
    return None if row is None else str(row[0])


def count_others(mirror: Connection, ticket: Ticket) -> int:
    """How many other tickets the same registration has, that were not replaced or cancelled."""
    row = mirror.execute(
        "SELECT count(*) FROM tickets WHERE registration = ? AND place <> ? AND status NOT IN ('revoked', 'cancelled')",
        (str(ticket.registration), ticket.place),
    ).fetchone()
    return int(row[0])


def find_registration(mirror: Connection, serial: bytes) -> UUID | None:
    """Whose ticket it is; None for one that belongs to nobody, or that the mirror does not hold."""
    row = mirror.execute("SELECT registration FROM tickets WHERE serial = ?", (serial,)).fetchone()
    return None if row is None or row[0] is None else UUID(row[0])


def list_party(mirror: Connection, registration: UUID) -> list[bytes]:
    """The tickets of one registration that were not replaced or cancelled: the guest's own first."""
    rows = mirror.execute(
        "SELECT serial FROM tickets WHERE registration = ? AND status NOT IN ('revoked', 'cancelled') ORDER BY place",
        (str(registration),),
    )
    return [row[0] for row in rows]


def find_short_code(mirror: Connection, serial: bytes) -> str | None:
    """The short code that names a ticket in speech and print."""
    row = mirror.execute("SELECT short_code FROM tickets WHERE serial = ?", (serial,)).fetchone()
    return None if row is None else row[0]


def find_gate_name(mirror: Connection, gate: UUID | None) -> str | None:
    """What a gate is called; None for one that was taken away."""
    row = mirror.execute("SELECT name FROM gates WHERE id = ?", (str(gate),)).fetchone()
    return None if row is None else str(row[0])


def _serials(mirror: Connection, ticket: Ticket) -> list[bytes]:
    if ticket.registration is None:
        return [ticket.serial]
    rows = mirror.execute(
        "SELECT serial FROM tickets WHERE registration = ? AND place = ?", (str(ticket.registration), ticket.place)
    )
    return [row[0] for row in rows]


def _paid_here(journal: Connection, serials: Sequence[bytes], rehearsed_after: int | None) -> bool:
    of_these = f"serial IN ({', '.join('?' * len(serials))}) AND kind = 'payment'"
    row = journal.execute(
        f"SELECT 1 FROM facts WHERE {of_these} AND {_COUNTS}", (*serials, *_counting(rehearsed_after))
    ).fetchone()
    return row is not None


def _taken_back_here(journal: Connection, serial: bytes, rehearsed_after: int | None) -> bool:
    row = journal.execute(
        "SELECT 1 FROM facts WHERE serial = ? AND kind = 'walk_in' AND rehearsal = ? AND rowid > ?"
        " AND EXISTS (SELECT 1 FROM facts undone WHERE undone.target = facts.id AND undone.kind = 'annulment')",
        (serial, *_counting(rehearsed_after)),
    ).fetchone()
    return row is not None


def _counting(rehearsed_after: int | None) -> tuple[bool, int]:
    return rehearsed_after is not None, rehearsed_after or 0


def _annulled(stores: Stores, facts: Iterable[str]) -> set[str]:
    wanted = tuple(facts)
    query = f"SELECT target FROM facts WHERE target IN ({', '.join('?' * len(wanted))}) AND kind = 'annulment'"
    return {row[0] for connection in (stores.mirror, stores.journal) for row in connection.execute(query, wanted)}


def _in_order(ours: Sequence[Any], told: Mapping[str, int], anchor: Anchor | None) -> list[int]:
    """When each of our own happened (Unix ms); none later than the one after it, also where the clock was set back."""
    times = [_at(row, told, anchor) for row in ours]
    return list(accumulate(reversed(times), min))[::-1]


def _at(row: Any, told: Mapping[str, int], anchor: Anchor | None) -> int:
    fact, _, at, _, boot, mono_ns = row
    if anchor is not None and anchor.boot == boot:
        return anchor.server_ms + int(mono_ns - anchor.mono_ns) // 1_000_000
    return told.get(fact, int(at))


def _passage(row: Any, at: int) -> Passage:
    fact, kind, _, gate = row[:4]
    direction = Kind.EXIT if kind == "exit" else Kind.ENTRY
    return Passage(direction, moment(at), UUID(fact), None if gate is None else UUID(gate))


_COUNTS = "rehearsal = ? AND rowid > ?"
"""Outside a rehearsal all that was not rehearsed; inside one only its own."""
_OURS = "SELECT id, kind, at, gate, boot, mono_ns FROM facts"
_THEIRS = "SELECT id, kind, at, gate FROM facts"
