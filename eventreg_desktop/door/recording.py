"""Write what was judged into the journal, within the caller's transaction."""

import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from eventreg_core import asides, facts
from eventreg_core.admission import Admitted, Kind, Verdict
from eventreg_core.clock import Reading
from eventreg_core.ticket import Code, OtherEvent, Unreadable
from eventreg_desktop.door.door import Allowed, Chosen, Door, Entered, Scanned, Taken
from eventreg_desktop.door.foreign import what_is
from eventreg_desktop.door.setting import Setting, stamp
from eventreg_desktop.store import asides as kept_asides
from eventreg_desktop.store import journal, refusals
from eventreg_desktop.store.db import Connection


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict, and all that its fact tells."""

    door: Door
    setting: Setting
    entered: Entered
    code: Code
    verdict: Verdict
    allowed: Allowed | None


def write_verdict(file: Connection, judged: Judged) -> tuple[UUID | None, int]:
    """The id of the check-in or exit; or None for a refusal, and how often it was repeated without a new fact."""
    if isinstance(judged.verdict, Admitted):
        return _write_admitted(file, judged, judged.verdict), 0
    return None, _write_refused(file, judged)


def write_payment(file: Connection, stamped: dict[str, Any], serial: bytes, taken: Taken) -> UUID:
    """Money was taken; the fact's id."""
    paid = facts.Payment(
        **stamped,
        serial=serial.hex(),
        amount_minor=taken.amount_minor,
        currency=taken.currency,
        method=taken.method,
    )
    return journal.append(file, paid).fact.id


def write_beside(file: Connection, fact: facts.Fact, server_key: bytes, words: str) -> UUID:
    """A fact with a sealed text beside it; without a key to seal to the text is not kept at all."""
    if not server_key or not words:
        return journal.append(file, fact).fact.id
    text = asides.salted(words, os.urandom(asides.SALT_BYTES))
    recorded = journal.append(file, replace(fact, aside=asides.hash_of(text)))
    kept_asides.keep(file, recorded, asides.seal(server_key, text))
    return recorded.fact.id


def _write_admitted(file: Connection, judged: Judged, admitted: Admitted) -> UUID:
    fields = stamp(judged.door, judged.setting) | {
        "serial": admitted.ticket.hex(),
        "notes": admitted.notes,
        "despite": admitted.despite,
        "chosen": isinstance(judged.entered, Chosen),
    }
    if judged.door.kind is Kind.EXIT:
        return journal.append(file, facts.Exit(**fields)).fact.id
    if judged.allowed is None or admitted.despite is None:
        return journal.append(file, facts.CheckIn(**fields)).fact.id
    fact = facts.CheckIn(**fields, supervisor=judged.allowed.supervisor)
    return write_beside(file, fact, judged.door.server_key, judged.allowed.words)


def _write_refused(file: Connection, judged: Judged) -> int:
    """Write the fact unless the same refusal has one of the last 60 s; returns how often it was repeated since."""
    verdict, code = judged.verdict, judged.code
    assert not isinstance(verdict, Admitted), "an admission is written as one"
    refused = facts.RefusedScan(
        **stamp(judged.door, judged.setting),
        reason=verdict.reason,
        direction=judged.door.kind,
        serial=None if isinstance(code, Unreadable | OtherEvent) else code.serial.hex(),
        foreign=_foreign(file, code, judged.entered),
        chosen=isinstance(judged.entered, Chosen),
    )
    return _write_once(file, refused, judged.setting.now)


def _write_once(file: Connection, refused: facts.RefusedScan, now: Reading) -> int:
    code = refused.foreign.hash if refused.foreign is not None else refused.serial
    scan = f"{refused.list} {refused.direction} {refused.reason} {refused.chosen} {code}"
    if refused.rehearsal:
        scan = f"rehearsal {scan}"
    last = refusals.find(file, scan, now)
    if last is not None and last.recent:
        refusals.count(file, scan)
        return last.repeated + 1
    repeated = 0 if last is None else last.repeated
    journal.append(file, replace(refused, repeated=repeated))
    refusals.begin(file, scan, refused.id, now)
    return 0


def _foreign(file: Connection, code: Code, entered: Entered) -> facts.Foreign | None:
    if not isinstance(code, Unreadable | OtherEvent) or not isinstance(entered, Scanned):
        return None
    what = "token" if isinstance(code, OtherEvent) else what_is(entered.text)
    return facts.foreign(entered.text, journal.get_current(file).foreign_key, what)
