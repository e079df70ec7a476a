"""Undo a check-in or exit that this laptop has just recorded, by a new fact; nothing is taken back from the journal."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from msgspec.structs import replace

from eventreg_core.clock import Reading
from eventreg_core.facts import Annulment, CheckIn, Exit
from eventreg_desktop.door.door import Allowed, Door
from eventreg_desktop.door.recording import write_beside
from eventreg_desktop.door.setting import Setting, set_up, stamp
from eventreg_desktop.store import journal
from eventreg_desktop.store.db import snapshot, transaction
from eventreg_desktop.store.stores import Stores

WITHIN = timedelta(minutes=15)
"""So long after it, a door may undo its own check-in or exit; later it takes a supervisor."""


class WhyNot(StrEnum):
    """Why something is not undone."""

    NOT_OURS = "not_ours"
    TOO_LATE = "too_late"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Annulled:
    """It is undone; `fact` is the annulment."""

    fact: UUID


@dataclass(frozen=True, slots=True)
class NotAnnulled:
    """It stands, and why."""

    why: WhyNot


def annul(
    stores: Stores, door: Door, target: UUID, now: Reading, allowed: Allowed | None = None
) -> Annulled | NotAnnulled:
    """Undo fact `target` if this laptop recorded it less than 15 minutes ago; on disk before anyone hears of it.

    A supervisor who allows it may undo what is older, too. Raises Problem as `redeem` does.
    """
    with transaction(stores.journal):
        with snapshot(stores.mirror):
            setting = set_up(stores.mirror, door, now)
        found = journal.find_fact(stores.journal, target)
        if found is None or not isinstance(found.fact, CheckIn | Exit):
            return NotAnnulled(WhyNot.NOT_OURS)
        if journal.is_annulled(stores.journal, target):
            return NotAnnulled(WhyNot.ALREADY)
        late = _age(found.fact, setting) >= WITHIN
        if late and allowed is None:
            return NotAnnulled(WhyNot.TOO_LATE)
        same = {"list": found.fact.list, "event": found.fact.event, "rehearsal": found.fact.rehearsal}
        undone = Annulment(**(stamp(door, setting) | same), target=target, serial=found.fact.serial)
        if allowed is None or not late:
            return Annulled(journal.append(stores.journal, undone).fact.id)
        undone = replace(undone, supervisor=allowed.supervisor)
        return Annulled(write_beside(stores.journal, undone, door.server_key, allowed.words))


def _age(fact: CheckIn | Exit, setting: Setting) -> timedelta:
    if fact.boot == setting.now.boot:
        return timedelta(microseconds=(setting.now.mono_ns - fact.mono_ns) // 1000)
    return setting.at - fact.at
