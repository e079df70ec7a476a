"""Judge what was scanned or chosen."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, assert_never

import msgspec

from eventreg_core import ticket
from eventreg_core.admission import Admitted, Kind, Passage, Reason, Refused, Scan, Ticket, Verdict, decide
from eventreg_core.clock import Reading
from eventreg_core.ticket import Code, KeyState, Picked, Signed
from eventreg_desktop.door.door import Allowed, Chosen, Door, Entered, Scanned, Taken
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.recording import Judged, write_payment, write_verdict
from eventreg_desktop.door.setting import Setting, new_id, set_up, stamp
from eventreg_desktop.store import mirror, tickets
from eventreg_desktop.store.db import Connection, DiskFull, snapshot, transaction
from eventreg_desktop.store.mirror import EventHere
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.store.tickets import NOBODY, AtDoor

Done = TypeVar("Done")


def redeem(
    stores: Stores,
    door: Door,
    entered: Entered,
    now: Reading,
    allowed: Allowed | None = None,
    taken: Taken | None = None,
) -> Outcome:
    """Judge what was scanned or chosen; what was decided is on disk before anyone hears of it.

    `allowed`: a supervisor lets them in all the same, where the rule lets a supervisor decide. `taken`: money for this
    ticket; it is a fact of its own, in one transaction with the entry, and is not written where nobody is let in. Both
    are entries, also where the door has begun to count exits.
    Needs no network: reads this device's mirror and journal, writes the journal alone. Raises Problem when nothing
    could be kept (then nothing was decided, scan again) or the list is unknown.
    """
    way = door if allowed is None and taken is None else door.entrance()
    return kept(stores, lambda: _redeem(stores, way, [entered], now, allowed, taken))[0]


def redeem_all(stores: Stores, door: Door, entered: Sequence[Entered], now: Reading) -> list[Outcome]:
    """Judge a party in one transaction: as many facts, with one group id. Raises Problem as `redeem` does."""
    return kept(stores, lambda: _redeem(stores, door, entered, now, None, None))


def kept(stores: Stores, work: Callable[[], Done]) -> Done:
    """Do what writes the journal in a transaction of its own; once more with the ballast's room on a full disk."""
    try:
        return work()
    except DiskFull:
        if not stores.ballast.free():
            raise
    return work()


def _redeem(
    stores: Stores, door: Door, entered: Sequence[Entered], now: Reading, allowed: Allowed | None, taken: Taken | None
) -> list[Outcome]:
    began = time.perf_counter()
    with transaction(stores.journal), snapshot(stores.mirror):
        setting = set_up(stores.mirror, door, now)
        if len(entered) > 1 or taken is not None:
            setting = replace(setting, group=new_id(setting.now))
        judged = [judge(stores, door, setting, each, allowed, taken) for each in entered]
    took_ms = (time.perf_counter() - began) * 1000
    return [replace(outcome, commit_ms=took_ms) for outcome in judged]


def judge(
    stores: Stores, door: Door, setting: Setting, entered: Entered, allowed: Allowed | None, taken: Taken | None
) -> Outcome:
    """Judge one scan and write its fact, within the caller's transaction."""
    code = _code(stores.mirror, setting.event, entered)
    known = at_door(stores, door, code, setting)
    ticket_known = known.ticket if taken is None else _paid(known.ticket, code)
    scan = Scan(code, door.kind, allowed is not None, setting.mirror.fresh(setting.now))
    verdict = decide(scan, ticket_known, known.standing, setting.check_in_list.policy, setting.at)
    shown = _shown(stores.mirror, known, code, verdict)
    if taken is not None and isinstance(verdict, Admitted):
        write_payment(stores.journal, stamp(door, setting), verdict.ticket, taken)
    fact, repeated = write_verdict(stores.journal, Judged(door, setting, entered, code, verdict, allowed))
    return Outcome(
        verdict=verdict,
        kind=door.kind,
        name=known.name,
        ticket_type=shown.ticket_type,
        first_at=shown.first_at,
        first_gate=shown.first_gate,
        at=setting.at,
        zone=setting.event.zone,
        repeated=repeated,
        decode_ms=entered.decode_ms if isinstance(entered, Scanned) else 0.0,
        commit_ms=0.0,
        fact=fact,
        entered=entered,
        serial=None if known.ticket is None else known.ticket.serial,
        party=_party(stores, known),
        rehearsal=door.rehearsal is not None,
    )


def _paid(known: Ticket | None, code: Code) -> Ticket | None:
    """The ticket as it is once it is paid; one that the list does not hold is taken by its own word, if still valid."""
    if known is not None:
        return msgspec.structs.replace(known, settled=True)
    if isinstance(code, Signed) and code.key is not KeyState.WITHDRAWN:
        return Ticket(code.serial, None, 0, code.token.ticket_type)
    return None


def _party(stores: Stores, known: AtDoor) -> int:
    if known.ticket is None or known.ticket.registration is None:
        return 0
    return tickets.count_others(stores.mirror, known.ticket)


def at_door(stores: Stores, door: Door, code: Code, setting: Setting) -> AtDoor:
    """What this laptop knows of a code's serial; of a forged code nothing, because its serial is anybody's claim."""
    if isinstance(code, Signed | Picked):
        after = None if door.rehearsal is None else door.rehearsal.after
        return tickets.at_door(stores, door.list, code.serial, setting.mirror.anchor, after)
    return NOBODY


def telling_passage(standing: tuple[Passage, ...], reason: Reason) -> Passage | None:
    """Which earlier passage explains a refusal: the first entry where one counts, else the latest."""
    entries = [passage for passage in standing if passage.kind is Kind.ENTRY]
    if not entries:
        return None
    return entries[0] if reason is Reason.ALREADY_USED else entries[-1]


def _code(mirror_file: Connection, event: EventHere, entered: Entered) -> Code:
    match entered:
        case Scanned(text=text):
            return ticket.read(text, event.number, mirror.keys(mirror_file))
        case Chosen(serial=serial):
            return Picked(serial)
        case _:
            assert_never(entered)


@dataclass(frozen=True, slots=True)
class _Shown:
    ticket_type: str | None
    first_at: datetime | None
    first_gate: str | None


def _shown(mirror_file: Connection, known: AtDoor, code: Code, verdict: Verdict) -> _Shown:
    number = known.ticket.ticket_type if known.ticket is not None else None
    if number is None and isinstance(code, Signed):
        number = code.token.ticket_type
    name = None if number is None else tickets.find_type_name(mirror_file, number)
    first = telling_passage(known.standing, verdict.reason) if isinstance(verdict, Refused) else None
    if first is None:
        return _Shown(name, None, None)
    return _Shown(name, first.at, tickets.find_gate_name(mirror_file, first.gate))
