"""Undo a check-in, exit or sale that this laptop has just recorded, by new facts; nothing is taken from the journal."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import structs

from eventreg_core.clock import Reading
from eventreg_core.facts import Annulment, CheckIn, Exit, WalkIn
from eventreg_desktop.door.door import Allowed, Door, Taken
from eventreg_desktop.door.recording import write_beside
from eventreg_desktop.door.redeem import kept
from eventreg_desktop.door.setting import Setting, new_id, set_up, stamp
from eventreg_desktop.store import journal
from eventreg_desktop.store.db import snapshot, transaction
from eventreg_desktop.store.stores import Stores

WITHIN = timedelta(minutes=15)
"""So long after it, a door may undo its own check-in or exit; later it takes a supervisor."""

Undoable = CheckIn | Exit | WalkIn


class WhyNot(StrEnum):
    """Why something is not undone."""

    NOT_OURS = "not_ours"
    TOO_LATE = "too_late"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Annulled:
    """It is undone; `fact` is the annulment. Of a walk-in also the sale and the entry that went with it, `with_it`.

    `give_back` is the money that was taken for it.
    """

    fact: UUID
    with_it: tuple[UUID, ...] = ()
    give_back: Taken | None = None


@dataclass(frozen=True, slots=True)
class NotAnnulled:
    """It stands, and why."""

    why: WhyNot


def annul(
    stores: Stores, door: Door, target: UUID, now: Reading, allowed: Allowed | None = None
) -> Annulled | NotAnnulled:
    """Undo fact `target` if this laptop recorded it less than 15 minutes ago; on disk before anyone hears of it.

    A supervisor who allows it may undo what is older, too. The entry of a walk-in is undone together with the sale
    that it belongs to, and a sale with its entry. Raises Problem as `redeem` does.
    """
    return kept(stores, lambda: _annul(stores, door, target, now, allowed))


def _annul(stores: Stores, door: Door, target: UUID, now: Reading, allowed: Allowed | None) -> Annulled | NotAnnulled:
    with transaction(stores.journal):
        with snapshot(stores.mirror):
            setting = set_up(stores.mirror, door, now)
        found = journal.find_fact(stores.journal, target)
        if found is None or not isinstance(found.fact, CheckIn | Exit | WalkIn):
            return NotAnnulled(WhyNot.NOT_OURS)
        if journal.is_annulled(stores.journal, target):
            return NotAnnulled(WhyNot.ALREADY)
        late = _age(found.fact, setting) >= WITHIN
        if late and allowed is None:
            return NotAnnulled(WhyNot.TOO_LATE)
        others = _others(stores, found.fact)
        if others:
            setting = replace(setting, group=new_id(now))
        undone = [_undo(stores, door, setting, each, allowed if late else None) for each in (found.fact, *others)]
        sale = next((each for each in (found.fact, *others) if isinstance(each, WalkIn)), None)
        return Annulled(undone[0], tuple(each.id for each in others), None if sale is None else _money(sale))


def _undo(stores: Stores, door: Door, setting: Setting, fact: Undoable, allowed: Allowed | None) -> UUID:
    same = {"list": fact.list, "event": fact.event, "rehearsal": fact.rehearsal}
    undone = Annulment(**(stamp(door, setting) | same), target=fact.id, serial=fact.serial)
    if allowed is None:
        return journal.append(stores.journal, undone).fact.id
    by = structs.replace(undone, supervisor=allowed.supervisor)
    return write_beside(stores.journal, by, door.server_key, allowed.words)


def _others(stores: Stores, fact: Undoable) -> list[Undoable]:
    """What goes with it: the sale of the entry, or the entry of the sale, as long as it stands."""
    if fact.group is None:
        return []
    told = [each.fact for each in journal.list_sales(stores.journal, bytes.fromhex(fact.serial), fact.group)]
    if not any(isinstance(each, WalkIn) for each in told):
        return []
    return [
        each
        for each in told
        if isinstance(each, CheckIn | Exit | WalkIn)
        and each.id != fact.id
        and not journal.is_annulled(stores.journal, each.id)
    ]


def _money(sale: WalkIn) -> Taken | None:
    if sale.method is None or sale.currency is None:
        return None
    return Taken(sale.amount_minor, sale.currency, sale.method)


def _age(fact: Undoable, setting: Setting) -> timedelta:
    if fact.boot == setting.now.boot:
        return timedelta(microseconds=(setting.now.mono_ns - fact.mono_ns) // 1000)
    return setting.at - fact.at
