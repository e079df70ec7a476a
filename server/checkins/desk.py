"""What the server's own door has before it when it judges a batch of scans: read at once, after the event is locked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from eventreg_core import ticket as tokens
from eventreg_core.admission import Policy, Ticket
from eventreg_core.facts import Recorded
from eventreg_core.scan_api import ScanRequest
from eventreg_core.ticket import Claim, Code, EventKey, Forged, OtherEvent, Unreadable
from server.auth.tokens import Caller
from server.checkins.keyring import Keyring
from server.checkins.known import Gate, Issued, Key, Known, Passed, send_known
from server.checkins.policies import policies_of
from server.checkins.standing import Place, standing
from server.piped import piped
from server.sync import feed


class AskedScan(msgspec.Struct, frozen=True):
    """One scan and the user who vouches for it."""

    scan: ScanRequest
    caller: Caller


class Guest(msgspec.Struct, frozen=True):
    """A known ticket, and what an operator should hear of it."""

    ticket: Ticket
    name: str | None
    ticket_type: str


class Former(msgspec.Struct, frozen=True):
    """A fact that has an id already: which request made it and what that was answered, unless a device did."""

    request: bytes | None
    answer: bytes | None


class Case(msgspec.Struct, frozen=True):
    """A scan with all that is known of its ticket.

    Of a forged code nobody is known, because its serial is anybody's claim. `told` is what stands at its place, also
    of the scans before it in this batch: cases of one place share it.
    """

    scan: ScanRequest
    caller: Caller
    code: Code
    guest: Guest | None
    place: Place | None
    told: list[Recorded]


@dataclass(slots=True)
class Desk:
    """A batch's cases in their order, and its event: former facts by id, rights by user; `head` is its revision."""

    event: UUID
    head: int
    created_by: UUID | None
    granted: dict[UUID, str]
    has_conflicts: bool
    policies: dict[UUID, Policy]
    gates: dict[UUID, Gate]
    former: dict[UUID, list[Former]]
    cases: list[Case]


async def read_desk(
    connection: AsyncConnection, event: UUID, asked: Sequence[AskedScan], keyring: Keyring
) -> Desk | None:
    """Lock the event and then read what these scans need, in one journey; None where there is no such event."""
    claims = {text: tokens.claim(text) for text in {each.scan.token for each in asked}}
    async with piped(connection) as pipe:
        head = feed.send_lock(pipe, event)
        row = send_known(
            pipe,
            event,
            users={each.caller.user_id for each in asked},
            serials={claimed.token.serial for claimed in claims.values() if claimed is not None},
            facts=[each.scan.id for each in asked],
        )
    revision, known = head.first(), row.first()
    if revision is None or known is None:
        return None
    return Desk(
        event=event,
        head=revision,
        created_by=known.created_by,
        granted={one.user: one.role for one in known.granted},
        has_conflicts=known.has_conflicts,
        policies=policies_of(known.lists, known.zone),
        gates={gate.id: gate for gate in known.gates},
        former=_former(known),
        cases=_cases(event, asked, known, _codes(claims, known, _keys(event, known.keys, keyring))),
    )


def _keys(event: UUID, keys: Iterable[Key], keyring: Keyring) -> dict[int, EventKey]:
    return {
        key.number: keyring.key(
            event, key.number, EventKey(bytes.fromhex(key.public), key.state), bytes.fromhex(key.sealed)
        )
        for key in keys
    }


def _codes(claims: Mapping[str, Claim | None], known: Known, keys: Mapping[int, EventKey]) -> dict[str, Code]:
    return {text: tokens.judge(claimed, known.number, keys) for text, claimed in claims.items()}


def _former(known: Known) -> dict[UUID, list[Former]]:
    former: dict[UUID, list[Former]] = {}
    for made in known.made:
        former.setdefault(made.id, []).append(Former(_bytes(made.request), _bytes(made.answer)))
    return former


def _cases(event: UUID, asked: Iterable[AskedScan], known: Known, codes: Mapping[str, Code]) -> list[Case]:
    guests = {bytes.fromhex(issued.serial): _guest(issued) for issued in known.issued}
    raws = _raws(known.passed)
    told: dict[Place, list[Recorded]] = {}
    cases = []
    for each in asked:
        scan, code = each.scan, codes[each.scan.token]
        if isinstance(code, Unreadable | OtherEvent | Forged):
            cases.append(Case(scan, each.caller, code, None, None, []))
            continue
        guest = guests.get(code.serial)
        place = _place(scan.list_id, code.serial, guest)
        stands = told.get(place)
        if stands is None:
            stands = told[place] = standing(scan.list_id, event, raws[code.serial]) if code.serial in raws else []
        cases.append(Case(scan, each.caller, code, guest, place, stands))
    return cases


def _guest(issued: Issued) -> Guest:
    ticket = Ticket(
        bytes.fromhex(issued.serial),
        issued.registration,
        issued.place,
        issued.type_number,
        issued.status,
        issued.settled,
    )
    return Guest(ticket, issued.name, issued.type_name)


def _place(list_id: UUID, serial: bytes, guest: Guest | None) -> Place:
    if guest is None or guest.ticket.registration is None:
        return Place(list_id, None, 0 if guest is None else guest.ticket.place, serial)
    return Place(list_id, guest.ticket.registration, guest.ticket.place)


def _raws(passed: Iterable[Passed]) -> dict[bytes, list[bytes]]:
    raws: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for one in passed:
        raws[bytes.fromhex(one.serial)].append(bytes.fromhex(one.raw))
    return raws


def _bytes(told: str | None) -> bytes | None:
    return None if told is None else bytes.fromhex(told)
