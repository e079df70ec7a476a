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
from sqlalchemy.ext.asyncio import AsyncConnection

from eventreg_core import admission, facts
from eventreg_core.admission import Scan
from eventreg_core.clock import corrected
from eventreg_core.scan_api import ScanAnswer, ScanRequest
from server.auth.access import Level, check_event, no_event
from server.checkins import asides, ledger
from server.checkins.asides import Written
from server.checkins.desk import AskedScan, Desk, Former, read_desk
from server.checkins.keyring import Keyring
from server.checkins.ledger import Entry
from server.checkins.standing import Place
from server.checkins.telling import Judged, answer_of, fact_of, server_stamp
from server.conflicts import service as conflicts
from server.errors import ApiProblem, invalid, not_found
from server.piped import piped
from server.settings import Settings

LEEWAY = timedelta(seconds=2)
"""Two clocks on one desk differ by this much; what is further ahead lies in the future."""


@dataclass(frozen=True, slots=True)
class _New:
    entry: Entry
    answer: ScanAnswer
    reason: Written | None
    place: Place | None


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
    foreign_key = hmac.digest(settings.secret_key, b"eventreg-foreign", "sha256")
    outcomes = [_redeem(desk, each, foreign_key, now) for each in asked]
    new = [outcome for outcome in outcomes if isinstance(outcome, _New)]
    await _write(connection, desk, new, settings.data_keys, now)
    return [outcome.answer if isinstance(outcome, _New) else outcome for outcome in outcomes]


async def _write(
    connection: AsyncConnection, desk: Desk, new: Sequence[_New], data_keys: tuple[bytes, ...], now: datetime
) -> None:
    if not new:
        return
    async with piped(connection) as pipe:
        await ledger.send(pipe, desk.event, [one.entry for one in new], now, desk.head)
    await asides.keep(connection, desk.event, [one.reason for one in new if one.reason is not None], data_keys)
    touched = dict.fromkeys(one.place for one in new if one.place is not None)
    # One passage alone is no conflict.
    told = {place: facts for place in touched if len(facts := desk.standing.told[place]) > 1 or desk.has_conflicts}
    if told:
        await conflicts.judge_places(connection, desk.event, told, has_conflicts=desk.has_conflicts)


def _redeem(desk: Desk, asked: AskedScan, foreign_key: bytes, now: datetime) -> _New | Outcome:
    scan = asked.scan
    try:
        _check_caller(desk, asked)
        request = _request_hash(desk.event, scan)
        if former := desk.former.get(scan.id):
            return _again(desk, former, scan, request)
        at = _when(scan, now)
        _check_place(desk, scan)
    except ApiProblem as problem:
        return problem
    judged = _judge(desk, scan, at)
    reason = asides.written(scan.override) if scan.override is not None else None
    author = f"user:{asked.caller.user_id}"
    stamp = server_stamp(scan.id, desk.event, scan.list_id, at, author) | {
        "gate": scan.gate_id,
        "request": request.hex(),
        "aside": reason.hash if reason is not None else None,
    }
    recorded = facts.record(fact_of(judged, stamp, foreign_key))
    answer = answer_of(judged, desk)
    nameless = msgspec.json.encode(msgspec.structs.replace(answer, name=None))
    entry = Entry(recorded, author=author, request=request, answer=nameless)
    place = desk.add(recorded) if entry.stands else None
    desk.former[scan.id] = [Former(request, nameless)]
    return _New(entry, answer, reason, place)


def _check_caller(desk: Desk, asked: AskedScan) -> None:
    at_least: Level = "staff" if asked.scan.override is None else "supervisor"
    check_event(asked.caller, desk.created_by, desk.granted.get(asked.caller.user_id), at_least)


def _judge(desk: Desk, scan: ScanRequest, at: datetime) -> Judged:
    code, guest = desk.codes[scan.token], desk.guest(desk.codes[scan.token])
    before = facts.passages(recorded.fact for recorded in desk.told(scan.list_id, code))
    # The server's own tables are never behind: what they do not hold was never issued.
    entered = Scan(code, scan.kind, override=scan.override is not None, fresh=True)
    ticket = guest.ticket if guest is not None else None
    verdict = admission.decide(entered, ticket, before, desk.policies[scan.list_id], at)
    return Judged(scan, code, verdict, before, at)


def _again(desk: Desk, former: Sequence[Former], scan: ScanRequest, request: bytes) -> ScanAnswer:
    same = next((one for one in former if one.request == request and one.answer is not None), None)
    if same is None or same.answer is None:
        sentence = "This scan's id was used for another scan. Make a new id for each scan."
        raise ApiProblem(409, "id_reused", sentence, field="id")
    guest = desk.guest(desk.codes[scan.token])
    answer = msgspec.json.decode(same.answer, type=ScanAnswer)
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
