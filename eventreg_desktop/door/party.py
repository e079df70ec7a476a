"""A group that comes together: one scan finds everybody on the same registration, and some or all are admitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from eventreg_core.clock import Reading
from eventreg_desktop.door.door import Chosen, Door
from eventreg_desktop.door.lookup import candidate_of
from eventreg_desktop.door.outcome import Candidate, Outcome
from eventreg_desktop.door.redeem import redeem_all
from eventreg_desktop.door.setting import set_up
from eventreg_desktop.store import tickets
from eventreg_desktop.store.db import snapshot
from eventreg_desktop.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Party:
    """The tickets of one registration that are not replaced or cancelled: the guest's own first, then companions'.

    As they stand at the moment `at` (UTC, corrected).
    """

    members: tuple[Candidate, ...]
    at: datetime

    @property
    def waiting(self) -> tuple[Candidate, ...]:
        """Those who may come in and have not yet."""
        return tuple(each for each in self.members if each.status == "valid" and each.admitted_at is None)


def find_party(stores: Stores, door: Door, serial: bytes, now: Reading) -> Party:
    """Who comes with this ticket, and how each of them stands on this list; raises Problem as `redeem` does."""
    with snapshot(stores.mirror):
        setting = set_up(stores.mirror, door, now)
        registration = tickets.find_registration(stores.mirror, serial)
        serials = [serial] if registration is None else tickets.list_party(stores.mirror, registration)
        return Party(tuple(candidate_of(stores, door, each, setting) for each in serials), setting.at)


def admit_party(stores: Stores, door: Door, serials: Sequence[bytes], now: Reading) -> list[Outcome]:
    """Judge each of these, as chosen by the operator, in one transaction: all their facts have one group id."""
    return redeem_all(stores, door.entrance(), [Chosen(serial) for serial in serials], now)
