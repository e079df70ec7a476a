"""The server's own door: scans of other clients, judged by the same rule, told once and for all.

Works on a batch: the event is locked, everything is read at once, each scan is judged in its order and counts for the
next, everything is written at once.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from eventreg_core import admission, facts
from eventreg_core.admission import Reason, Scan
from eventreg_core.clock import corrected
from eventreg_core.wire import ScanAnswer, ScanRequest
from server.checkins import asides, ledger
from server.checkins.asides import Written
from server.checkins.desk import Desk, Former, read_desk
from server.checkins.ledger import Entry
from server.checkins.telling import Judged, answer_of, fact_of, server_stamp
from server.conflicts import service as conflicts
from server.errors import ApiProblem, invalid, not_found
from server.settings import Settings
from server.sync import feed
from server.sync.feed import Executor

LEEWAY = timedelta(seconds=2)
"""Two clocks on one desk differ by this much; what is further ahead lies in the future."""


@dataclass(frozen=True, slots=True)
class AskedScan:
    """One scan and the credential that vouches for it, such as `user:UUID`."""

    scan: ScanRequest
    author: str


@dataclass(frozen=True, slots=True)
class _New:
    entry: Entry
    answer: ScanAnswer
    reason: Written | None


Outcome = ScanAnswer | ApiProblem


async def redeem_batch(
    connection: Executor, settings: Settings, event: UUID, asked: Sequence[AskedScan], now: datetime
) -> list[Outcome]:
    """Judge scans of one event in their order and write what was told; an outcome for each, in order.

    The same scan again hears the same, whatever changed since; its id with another content is a problem `id_reused`.
    A scan that ends in a problem leaves nothing behind.
    """
    await feed.lock_heads(connection, [event])
    desk = await read_desk(connection, event, [each.scan for each in asked])
    foreign_key = hmac.digest(settings.secret_key, b"eventreg-foreign", "sha256")
    outcomes: list[Outcome] = []
    new: list[_New] = []
    for each in asked:
        outcome = _redeem(desk, each, foreign_key, now)
        if isinstance(outcome, _New):
            new.append(outcome)
        outcomes.append(outcome.answer if isinstance(outcome, _New) else outcome)
    entries = [one.entry for one in new]
    await ledger.write(connection, event, entries, now)
    await asides.keep(connection, event, [one.reason for one in new if one.reason is not None], settings.data_keys)
    await conflicts.judge_again(connection, event, [entry.recorded for entry in entries if entry.stands])
    return outcomes


def _redeem(desk: Desk, asked: AskedScan, foreign_key: bytes, now: datetime) -> _New | Outcome:
    scan, request = asked.scan, _request_hash(desk.event, asked.scan)
    if former := desk.former.get(scan.id):
        return _again(desk, former, request)
    try:
        at = _when(scan, now)
        _check_place(desk, scan)
    except ApiProblem as problem:
        return problem
    judged = _judge(desk, scan, at)
    reason = asides.written(scan.override) if scan.override is not None else None
    stamp = server_stamp(scan.id, desk.event, scan.list_id, at, asked.author) | {
        "gate": scan.gate_id,
        "request": request.hex(),
        "aside": reason.hash if reason is not None else None,
    }
    recorded = facts.record(fact_of(judged, stamp, foreign_key))
    answer = answer_of(judged, desk)
    nameless = msgspec.json.encode(msgspec.structs.replace(answer, name=None))
    entry = Entry(recorded, author=asked.author, request=request, answer=nameless)
    if entry.stands:
        desk.told(scan.list_id, judged.code).append(recorded)
    desk.former[scan.id] = [Former(request, nameless, ledger.serial_of(recorded))]
    return _New(entry, answer, reason)


def _judge(desk: Desk, scan: ScanRequest, at: datetime) -> Judged:
    code, guest = desk.codes[scan.token], desk.guest(desk.codes[scan.token])
    before = facts.passages(recorded.fact for recorded in desk.told(scan.list_id, code))
    # The server's own tables are never behind: what they do not hold was never issued.
    entered = Scan(code, scan.kind, override=scan.override is not None, fresh=True)
    ticket = guest.ticket if guest is not None else None
    verdict = admission.decide(entered, ticket, before, desk.policies[scan.list_id], at)
    return Judged(scan, code, verdict, before, at)


def _again(desk: Desk, former: Sequence[Former], request: bytes) -> Outcome:
    same = next((one for one in former if one.request == request and one.answer is not None), None)
    if same is None or same.answer is None:
        sentence = "This scan's id was used for another scan. Make a new id for each scan."
        return ApiProblem(409, "id_reused", sentence, field="id")
    answer = msgspec.json.decode(same.answer, type=ScanAnswer)
    forged = Reason.BAD_SIGNATURE in (answer.reason, answer.despite)
    guest = desk.guests.get(same.serial) if same.serial is not None and not forged else None
    return msgspec.structs.replace(answer, name=guest.name if guest is not None else None)


def _when(scan: ScanRequest, now: datetime) -> datetime:
    if scan.occurred_at is None:
        return now
    if scan.occurred_at.tzinfo is None:
        raise invalid("occurred_at", "occurred_at needs its zone, such as 2026-11-22T19:30:00Z.")
    at = corrected(scan.occurred_at, 0)
    if at > now + LEEWAY:
        raise invalid("occurred_at", "occurred_at lies in the future. Check this computer's clock.")
    return min(at, now)


def _check_place(desk: Desk, scan: ScanRequest) -> None:
    if scan.list_id not in desk.policies:
        raise not_found("list_not_found", "This event has no such check-in list.")
    gate = desk.gates.get(scan.gate_id) if scan.gate_id is not None else None
    if scan.gate_id is not None and gate is None:
        raise not_found("gate_not_found", "This event has no such gate.")
    if gate is not None and gate.list != scan.list_id:
        raise invalid("gate_id", "This gate works on another check-in list.")


def _request_hash(event: UUID, scan: ScanRequest) -> bytes:
    return hashlib.sha256(event.bytes + msgspec.json.encode(scan, order="sorted")).digest()
