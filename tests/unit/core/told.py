"""What tests of the truth tell: facts of two laptops and of the server, and what was known of one ticket."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from eventreg_core import facts
from eventreg_core.admission import EntryPolicy, Kind, Policy, Reason, Status, Window
from eventreg_core.facts import Annulment, CheckIn, Exit, Payment, PayMethod, RefusedScan
from eventreg_core.history import Former, Rules, TicketHistory, Timeline
from eventreg_core.truth import Fact, Told

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOMEWHERE = UUID(int=1)
NORTH, SOUTH = UUID(int=101), UUID(int=102)
SERIAL = "00112233445566aa"
ADULT, PRESS = 1, 2


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def stamp(number: int, after: float, device: UUID | None = NORTH, **fields: Any) -> dict[str, Any]:
    """Of fact `number`, so many minutes after noon; each device has one journal and one boot."""
    told = {
        "id": UUID(int=number),
        "event": SOMEWHERE,
        "list": SOMEWHERE,
        "wall": NOON + minutes(after),
        "boot": "b",
        "mono_ns": 0,
        "offset_ms": 0,
        "rule": 1,
        "journal": device,
        "seq": number if device is not None else None,
    }
    return told | fields


def told(fact: Fact, device: UUID | None, **beside: Any) -> Told:
    recorded = facts.record(fact)
    return Told(fact, recorded.hash, **{"at": fact.at, "device": device} | beside)


def entered(number: int, after: float, device: UUID | None = NORTH, *, seen: int | None = None, **fields: Any) -> Told:
    return told(CheckIn(**{"serial": SERIAL} | stamp(number, after, device, **fields)), device, seen=seen)


def left(number: int, after: float, device: UUID | None = NORTH) -> Told:
    return told(Exit(**stamp(number, after, device), serial=SERIAL), device)


def refused(
    number: int,
    after: float,
    reason: Reason = Reason.CANCELLED,
    device: UUID | None = NORTH,
    direction: Kind = Kind.ENTRY,
    seen: int | None = None,
) -> Told:
    fields = stamp(number, after, device)
    return told(RefusedScan(**fields, serial=SERIAL, reason=reason, direction=direction), device, seen=seen)


def undone(number: int, target: int, after: float = 0, device: UUID | None = NORTH, **fields: Any) -> Told:
    return told(Annulment(**stamp(number, after, device, **fields), target=UUID(int=target)), device)


def paid(number: int, after: float) -> Told:
    money = {"amount_minor": 500, "currency": "EUR", "method": PayMethod.CASH}
    return told(Payment(**stamp(number, after, NORTH), serial=SERIAL, **money), NORTH)  # type: ignore[arg-type]


def rules(entry: EntryPolicy = EntryPolicy.ONCE, window: Window | None = None) -> Rules:
    return Timeline(Policy(entry, {ADULT: Window()}, "Europe/Berlin", window or Window()))


def ticket(
    *former: Former[Status], now: Status = Status.VALID, ticket_type: int = ADULT, settled: bool = True
) -> dict[bytes, TicketHistory]:
    serial = bytes.fromhex(SERIAL)
    timelines = (Timeline(ticket_type), Timeline(now, former), Timeline(settled))
    return {serial: TicketHistory(serial, SOMEWHERE, 0, *timelines)}


def cancelled(after: float = 0, revision: int = 10) -> dict[bytes, TicketHistory]:
    """A ticket that was cancelled so many minutes after noon."""
    return ticket(Former(Status.VALID, NOON + minutes(after), revision), now=Status.CANCELLED)
