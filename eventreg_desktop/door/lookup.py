"""Find the tickets that typed words may mean: finding admits nobody, choosing one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from eventreg_core.admission import Passage, Policy, Reason, Refused, Scan, Status, Ticket, decide
from eventreg_core.clock import Reading
from eventreg_core.phone import typed_tail
from eventreg_core.ticket import Picked
from eventreg_desktop.door.directory import Directory
from eventreg_desktop.door.door import Door
from eventreg_desktop.door.names import Keys
from eventreg_desktop.door.outcome import Candidate
from eventreg_desktop.door.redeem import telling_passage
from eventreg_desktop.door.setting import Setting, set_up
from eventreg_desktop.store import people, tickets
from eventreg_desktop.store.db import snapshot
from eventreg_desktop.store.folding import folded_code, unspaced
from eventreg_desktop.store.people import Shown
from eventreg_desktop.store.stores import Stores

MOST = 20
"""Candidates that one search gives."""
FEW = 5
"""So many who are found without a slip are enough; and so many may a discreet search show."""
SHORTEST_CODE = 3
"""Characters of a short code that must be typed before it is looked for."""
LONG_CODE = 6
"""Letters that are hardly the beginning of somebody's code by chance; with a digit among them fewer are."""
LEAST_TYPED, LEAST_UNSPACED = 4, 2
"""Letters that must be typed before a discreet search shows anybody; of scripts whose letters are syllables, fewer."""

_SECOND_ENTRIES = frozenset({Reason.ALREADY_USED, Reason.ALREADY_INSIDE, Reason.ALREADY_TODAY})


class Discretion(StrEnum):
    """How soon a search shows names: at once, or only when enough was typed to mean few people."""

    OPEN = "open"
    DISCREET = "discreet"


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found, at most `MOST`: as typed, and with a slip. `more`: more must be typed before anybody is shown.

    `at` is when that was (UTC, corrected).
    """

    exact: tuple[Candidate, ...] = ()
    alike: tuple[Candidate, ...] = ()
    more: bool = False
    at: datetime | None = None

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All of them, the likeliest first."""
        return self.exact + self.alike


def find(
    stores: Stores, directory: Directory, door: Door, typed: str, now: Reading, discretion: Discretion = Discretion.OPEN
) -> Found:
    """Tickets by the beginning of their short code, parts of a name in any order, an e-mail address, a phone's end.

    Case, accents, hyphens and spaces do not matter. Companions are found by their own names, and among the tickets of
    the guest whom they come with. Where few are found, those follow whose names are alike. `directory` takes in
    first what the mirror has learned since. Raises Problem as `redeem` does.
    """
    with snapshot(stores.mirror):
        directory.refresh(stores.mirror)
        setting = set_up(stores.mirror, door, now)
        if discretion is Discretion.DISCREET and not _enough(typed):
            return Found(more=bool(typed.strip()))
        exact, alike = _serials(stores, directory, typed)
        if discretion is Discretion.DISCREET and len(exact) > FEW:
            return Found(more=True)
        most = FEW if discretion is Discretion.DISCREET else MOST
        return Found(
            _candidates(stores, door, exact[:most], setting),
            _candidates(stores, door, alike[: max(0, most - len(exact))], setting),
            at=setting.at,
        )


def _enough(typed: str) -> bool:
    letters = sum(character.isalnum() for character in typed)
    return letters >= (LEAST_UNSPACED if unspaced(typed) else LEAST_TYPED)


def _serials(stores: Stores, directory: Directory, typed: str) -> tuple[list[bytes], list[bytes]]:
    """Whom the typed words mean, each once: exactly, and with a slip."""
    code = folded_code(typed)
    by_code = people.serials_by_code(stores.mirror, code, MOST) if len(code) >= SHORTEST_CODE else []
    asked = directory.names.ask(typed)
    by_name = _tickets(stores, asked.exact)
    # Among many tickets some code begins with any few letters: who is called so comes before its stranger.
    coded = bool(by_code) and (len(code) >= LONG_CODE or not code.isalpha())
    exact = dict.fromkeys((*by_code, *by_name) if coded else (*by_name, *by_code))
    if tail := typed_tail(typed):
        exact |= dict.fromkeys(_tickets(stores, _keys(people.guests_by_phone(stores.mirror, tail, MOST))))
    if coded or len(exact) >= MOST:
        return list(exact), []
    numbers = directory.addresses.find(typed, MOST)
    exact |= dict.fromkeys(_tickets(stores, _keys(numbers)))
    if len(exact) >= FEW:
        return list(exact), []
    alike = _tickets(stores, directory.names.alike(asked, MOST))
    return list(exact), [serial for serial in dict.fromkeys(alike) if serial not in exact]


def _keys(numbers: list[int]) -> Keys:
    return np.array(numbers, dtype=np.int64)


def _tickets(stores: Stores, keys: Keys) -> list[bytes]:
    """The tickets of these people, in their order, until there are enough; who left meanwhile has none."""
    found: list[bytes] = []
    for start in range(0, keys.size, MOST):
        some = keys[start : start + MOST].tolist()
        guests = people.serials_of_guests(stores.mirror, [key for key in some if key > 0])
        companions = people.serials_of_companions(stores.mirror, [-key for key in some if key < 0])
        for key in some:
            found += guests.get(key, []) if key > 0 else [companions[-key]] if -key in companions else []
        if len(found) >= MOST:
            break
    return found[:MOST]


def _candidates(stores: Stores, door: Door, serials: list[bytes], setting: Setting) -> tuple[Candidate, ...]:
    """These tickets as a list shows them; what doors did is looked up only for those of which a fact tells."""
    if not serials:
        return ()
    shown = people.list_shown(stores.mirror, serials)
    seen = people.seen_at_doors(stores, serials)
    return tuple(
        candidate_of(stores, door, each, setting) if each in seen else _unseen(each, shown[each]) for each in serials
    )


def _unseen(serial: bytes, shown: Shown) -> Candidate:
    status = _status(Status(shown.status), settled=shown.settled)
    return Candidate(serial, shown.name, shown.ticket_type, shown.short_code, status, None)


def candidate_of(stores: Stores, door: Door, serial: bytes, setting: Setting) -> Candidate:
    """A known ticket as a list shows it, within the caller's snapshot of the mirror."""
    after = None if door.rehearsal is None else door.rehearsal.after
    known = tickets.at_door(stores, door.list, serial, setting.mirror.anchor, after)
    if known.ticket is None:
        raise LookupError("a ticket vanished within one snapshot")
    earlier = entered_before(known.ticket, known.standing, setting.check_in_list.policy, setting.at)
    return Candidate(
        serial=serial,
        name=known.name or "",
        ticket_type=tickets.find_type_name(stores.mirror, known.ticket.ticket_type) or "",
        short_code=tickets.find_short_code(stores.mirror, serial) or "",
        status=_status(known.ticket.status, settled=known.ticket.settled),
        admitted_at=None if earlier is None else earlier.at,
    )


def entered_before(ticket: Ticket, standing: Sequence[Passage], policy: Policy, at: datetime) -> Passage | None:
    """The entry for which a ticket may not enter (again) at `at`, by the rule; `standing` in the order of time."""
    due = decide(Scan(Picked(ticket.serial)), ticket, standing, policy, at)
    if not isinstance(due, Refused) or due.reason not in _SECOND_ENTRIES:
        return None
    return telling_passage(tuple(standing), due.reason)


def _status(status: Status, *, settled: bool) -> str:
    return "unpaid" if status is Status.VALID and not settled else str(status)
