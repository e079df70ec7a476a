"""From a verdict to what is written down and what is answered. Pure."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from eventreg_core import admission, facts
from eventreg_core.admission import Admitted, Kind, Passage, Reason, Refused, Verdict
from eventreg_core.facts import CheckIn, Exit, Fact, RefusedScan
from eventreg_core.scan_api import ScanAnswer
from eventreg_core.ticket import OtherEvent, Unreadable
from server.checkins.desk import Case, Desk

BOOT = "server"
"""The server's facts are placed by their wall time, which is the server's own clock."""


class Judged(msgspec.Struct, frozen=True):
    """One scan with its verdict: what stood before it, when it happened (UTC)."""

    case: Case
    verdict: Verdict
    before: tuple[Passage, ...]
    at: datetime


def server_stamp(fact_id: UUID, event: UUID, list_id: UUID, at: datetime, author: str) -> dict[str, Any]:
    """What each of the server's own facts carries; `author` is an id such as `user:UUID`."""
    return {
        "id": fact_id,
        "event": event,
        "list": list_id,
        "wall": at,
        "boot": BOOT,
        "mono_ns": 0,
        "offset_ms": 0,
        "rule": admission.RULE,
        "operator": author,
        "attested": "server",
    }


def fact_of(judged: Judged, stamp: dict[str, Any], foreign_key: bytes) -> Fact:
    """The fact that a judged scan becomes; a foreign code's text is kept as a hash under `foreign_key` only."""
    case, verdict, kind = judged.case, judged.verdict, judged.case.scan.kind
    if isinstance(verdict, Admitted):
        passed = Exit if kind is Kind.EXIT else CheckIn
        return passed(**stamp, serial=verdict.ticket.hex(), notes=verdict.notes, despite=verdict.despite)
    code, foreign, serial = case.code, None, None
    if isinstance(code, Unreadable | OtherEvent):
        what = "token" if isinstance(code, OtherEvent) else "text"
        foreign = facts.foreign(case.scan.token, foreign_key, what)
    else:
        serial = code.serial.hex()
    return RefusedScan(**stamp, reason=verdict.reason, direction=kind, serial=serial, foreign=foreign)


def answer_of(judged: Judged, desk: Desk) -> ScanAnswer:
    """What the client hears; an earlier admission is told where it explains the verdict."""
    verdict, guest = judged.verdict, judged.case.guest
    refused = verdict if isinstance(verdict, Refused) else None
    against = refused.reason if refused is not None else verdict.despite if isinstance(verdict, Admitted) else None
    first = _telling(judged.before, against)
    gate = desk.gates.get(first.gate) if first is not None and first.gate is not None else None
    return ScanAnswer(
        id=judged.case.scan.id,
        verdict="refused" if refused is not None else "admitted",
        reason=refused.reason if refused is not None else None,
        notes=verdict.notes if isinstance(verdict, Admitted) else (),
        despite=verdict.despite if isinstance(verdict, Admitted) else None,
        overridable=refused.overridable if refused is not None else False,
        name=guest.name if guest is not None else None,
        ticket_type=guest.ticket_type if guest is not None else None,
        first_at=first.at if first is not None else None,
        first_gate=gate.name if gate is not None else None,
        occurred_at=judged.at,
    )


def _telling(before: tuple[Passage, ...], against: Reason | None) -> Passage | None:
    entries = [passage for passage in before if passage.kind is Kind.ENTRY]
    if against is Reason.ALREADY_USED:
        return entries[0] if entries else None
    if against in (Reason.ALREADY_INSIDE, Reason.ALREADY_TODAY):
        return entries[-1] if entries else None
    return None
