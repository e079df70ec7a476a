"""The server's own door: scans of other clients, judged by the same rule, told once and for all.

Works on a batch: the event is locked, everything is read at once, each scan is judged in its order and counts for the
next, everything is written at once.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from eventreg_core import admission, facts
from eventreg_core.admission import Scan
from eventreg_core.clock import corrected
from eventreg_core.scan_api import ScanAnswer, ScanRequest
from server.auth.access import Level, check_event, no_event
from server.checkins import asides, ledger
from server.checkins.asides import Written
from server.checkins.desk import AskedScan, Case, Desk, Former, read_desk
from server.checkins.keyring import Keyring
from server.checkins.ledger import Entry
from server.checkins.telling import Judged, answer_of, fact_of, server_stamp
from server.conflicts import service as conflicts
from server.errors import ApiProblem, invalid, not_found
from server.piped import piped
from server.settings import Settings

LEEWAY = timedelta(seconds=2)
"""Two clocks on one desk differ by this much; what is further ahead lies in the future."""


class _New(msgspec.Struct, frozen=True):
    case: Case
    entry: Entry
    answer: ScanAnswer
    reason: Written | None


Outcome = ScanAnswer | ApiProblem


async def redeem_batch(
    connection: AsyncConnection,
    keyring: Keyring,
    settings: Settings,
    event: UUID,
    asked: Sequence[AskedScan],
    now: datetime,
) -> list[Outcome]:
    """Judge scans of one event in their order and write what was told; an outcome for each, in order.

    The same scan again hears the same, whatever changed since; its id with another content is a problem `id_reused`.
    A scan that ends in a problem leaves nothing behind. An `override` takes a supervisor, every other scan staff.
    """
    desk = await read_desk(connection, event, asked, keyring)
    if desk is None:
        return [no_event() for _ in asked]
    outcomes = [_redeem(desk, case, _foreign_key(settings.secret_key), now) for case in desk.cases]
    new = [outcome for outcome in outcomes if isinstance(outcome, _New)]
    await _write(connection, desk, new, settings.data_keys, now)
    return [outcome.answer if isinstance(outcome, _New) else outcome for outcome in outcomes]


async def _write(
    connection: AsyncConnection, desk: Desk, new: Sequence[_New], data_keys: tuple[bytes, ...], now: datetime
) -> None:
    if not new:
        return
    reasons = [one.reason for one in new if one.reason is not None]
    # One passage alone is no conflict.
    doubtful = [one.case for one in new if one.entry.stands and (desk.has_conflicts or len(one.case.told) > 1)]
    told = {case.place: case.told for case in doubtful if case.place is not None}
    async with piped(connection) as pipe:
        ledger.send(pipe, desk.event, [one.entry for one in new], now, desk.head)
        if not reasons and not told:
            pipe.commit()
    await asides.keep(connection, desk.event, reasons, data_keys)
    if told:
        await conflicts.judge_places(connection, desk.event, told, has_conflicts=desk.has_conflicts)


def _redeem(desk: Desk, case: Case, foreign_key: bytes, now: datetime) -> _New | Outcome:
    scan = case.scan
    try:
        _check_caller(desk, case)
        request = _request_hash(desk.event, scan)
        if former := desk.former.get(scan.id):
            return _again(former, case, request)
        at = _when(scan, now)
        _check_place(desk, scan)
    except ApiProblem as problem:
        return problem
    judged = _judge(desk, case, at)
    reason = asides.written(scan.override) if scan.override is not None else None
    author = f"user:{case.caller.user_id}"
    stamp = server_stamp(scan.id, desk.event, scan.list_id, at, author) | {
        "gate": scan.gate_id,
        "request": request.hex(),
        "aside": reason.hash if reason is not None else None,
    }
    recorded = facts.record(fact_of(judged, stamp, foreign_key))
    answer = answer_of(judged, desk)
    nameless = msgspec.json.encode(msgspec.structs.replace(answer, name=None))
    entry = Entry(recorded, author=author, request=request, answer=nameless, at=at)
    if entry.stands:
        case.told.append(recorded)
    desk.former[scan.id] = [Former(request, nameless)]
    return _New(case, entry, answer, reason)


@cache
def _foreign_key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"eventreg-foreign", "sha256")


def _check_caller(desk: Desk, case: Case) -> None:
    at_least: Level = "staff" if case.scan.override is None else "supervisor"
    check_event(case.caller, desk.created_by, desk.granted.get(case.caller.user_id), at_least)


def _judge(desk: Desk, case: Case, at: datetime) -> Judged:
    before = facts.passages(recorded.fact for recorded in case.told) if case.told else ()
    # The server's own tables are never behind: what they do not hold was never issued.
    entered = Scan(case.code, case.scan.kind, override=case.scan.override is not None, fresh=True)
    ticket = case.guest.ticket if case.guest is not None else None
    verdict = admission.decide(entered, ticket, before, desk.policies[case.scan.list_id], at)
    return Judged(case, verdict, before, at)


def _again(former: Sequence[Former], case: Case, request: bytes) -> ScanAnswer:
    same = next((one for one in former if one.request == request and one.answer is not None), None)
    if same is None or same.answer is None:
        sentence = "This scan's id was used for another scan. Make a new id for each scan."
        raise ApiProblem(409, "id_reused", sentence, field="id")
    answer = msgspec.json.decode(same.answer, type=ScanAnswer)
    return msgspec.structs.replace(answer, name=case.guest.name if case.guest is not None else None)


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
