"""Judge what was scanned or chosen."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from msgspec.structs import replace

from eventreg_core import facts, ticket
from eventreg_core.admission import Admitted, Kind, Passage, Reason, Refused, Scan, Verdict, decide
from eventreg_core.clock import Reading
from eventreg_core.ticket import Code, OtherEvent, Picked, Signed, Unreadable
from eventreg_desktop.door.door import Chosen, Door, Scanned
from eventreg_desktop.door.foreign import what_is
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.setting import Setting, set_up, stamp
from eventreg_desktop.store import journal, mirror, refusals, tickets
from eventreg_desktop.store.db import Connection, DiskFull, snapshot, transaction
from eventreg_desktop.store.mirror import EventHere
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.store.tickets import NOBODY, AtDoor


def redeem(stores: Stores, door: Door, entered: Scanned | Chosen, now: Reading) -> Outcome:
    """Judge what was scanned or chosen; what was decided is on disk before anyone hears of it.

    Needs no network: reads this device's mirror and journal, writes the journal alone. Raises Problem when nothing
    could be kept (then nothing was decided, scan again) or the list is unknown.
    """
    try:
        return _redeem(stores, door, entered, now)
    except DiskFull:
        if not stores.ballast.free():
            raise
    return _redeem(stores, door, entered, now)


def _redeem(stores: Stores, door: Door, entered: Scanned | Chosen, now: Reading) -> Outcome:
    began = time.perf_counter()
    with transaction(stores.journal):
        with snapshot(stores.mirror):
            setting = set_up(stores.mirror, door, now)
            code = _code(stores.mirror, setting.event, entered)
            known = at_door(stores, door, code, setting)
            scan = Scan(code, door.kind, fresh=setting.mirror.fresh(now))
            verdict = decide(scan, known.ticket, known.standing, setting.check_in_list.policy, setting.at)
            shown = _shown(stores.mirror, known, code, verdict)
        fact, repeated = _write(stores.journal, door, setting, entered, code, verdict)
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
        commit_ms=(time.perf_counter() - began) * 1000,
        fact=fact,
    )


def at_door(stores: Stores, door: Door, code: Code, setting: Setting) -> AtDoor:
    """What this laptop knows of a code's serial; of a forged code nothing, because its serial is anybody's claim."""
    if isinstance(code, Signed | Picked):
        return tickets.at_door(stores, door.list, code.serial, setting.mirror.anchor)
    return NOBODY


def telling_passage(standing: tuple[Passage, ...], reason: Reason) -> Passage | None:
    """Which earlier passage explains a refusal: the first entry where one counts, else the latest."""
    entries = [passage for passage in standing if passage.kind is Kind.ENTRY]
    if not entries:
        return None
    return entries[0] if reason is Reason.ALREADY_USED else entries[-1]


def _code(mirror_file: Connection, event: EventHere, entered: Scanned | Chosen) -> Code:
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


def _write(
    file: Connection, door: Door, setting: Setting, entered: Scanned | Chosen, code: Code, verdict: Verdict
) -> tuple[UUID | None, int]:
    chosen = isinstance(entered, Chosen)
    if isinstance(verdict, Admitted):
        kind = facts.Exit if door.kind is Kind.EXIT else facts.CheckIn
        fact = kind(
            **stamp(door, setting),
            serial=verdict.ticket.hex(),
            notes=verdict.notes,
            despite=verdict.despite,
            chosen=chosen,
        )
        return journal.append(file, fact).fact.id, 0
    refused = facts.RefusedScan(
        **stamp(door, setting),
        reason=verdict.reason,
        direction=door.kind,
        serial=None if isinstance(code, Unreadable | OtherEvent) else code.serial.hex(),
        foreign=_foreign(file, code, entered),
        chosen=chosen,
    )
    return None, _write_refusal(file, refused, setting.now)


def _write_refusal(file: Connection, refused: facts.RefusedScan, now: Reading) -> int:
    """Write the fact unless the same refusal has one of the last 60 s; returns how often it was repeated since."""
    code = refused.foreign.hash if refused.foreign is not None else refused.serial
    scan = f"{refused.list} {refused.direction} {refused.reason} {refused.chosen} {code}"
    last = refusals.find(file, scan, now)
    if last is not None and last.recent:
        refusals.count(file, scan)
        return last.repeated + 1
    repeated = 0 if last is None else last.repeated
    journal.append(file, replace(refused, repeated=repeated))
    refusals.begin(file, scan, refused.id, now)
    return 0


def _foreign(file: Connection, code: Code, entered: Scanned | Chosen) -> facts.Foreign | None:
    if not isinstance(code, Unreadable | OtherEvent) or not isinstance(entered, Scanned):
        return None
    what = "token" if isinstance(code, OtherEvent) else what_is(entered.text)
    return facts.foreign(entered.text, journal.get_current(file).foreign_key, what)
