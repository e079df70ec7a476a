"""Make a report of an event."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from server.auth.access import check_event, no_event
from server.auth.tokens import Caller
from server.db import Database
from server.errors import ApiProblem
from server.piped import Pipe, Rows
from server.remembered import Remembered
from server.reports import queries
from server.reports.queries import Asked, Seen
from server.reports.report import Arrivals, Money, OfDevice, OfGate, OfList, OfType, Report, Revenue, Totals

__all__ = ["Asked", "report_of"]


class _Passages(msgspec.Struct, frozen=True):
    totals: Totals
    types: tuple[OfType, ...]
    lists: tuple[OfList, ...]
    gates: tuple[OfGate, ...]
    arrivals: tuple[Arrivals, ...]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is read anew for each report; None: the caller may not see it."""

    devices: Rows[OfDevice]
    revenue: Rows[Revenue] | None
    money: Rows[Money] | None


_READ = msgspec.json.Decoder(_Passages)


async def report_of(database: Database, remembered: Remembered, caller: Caller, asked: Asked) -> Report:
    """Everything that is known of the event now, or of the time that is asked about; zeros where nothing happened.

    Passages are counted anew only after something happened; those of a large event are told as of the last seconds.
    Money is told to organizers alone. Raises ApiProblem 404 `event_not_found`, 403 `forbidden`.
    """
    seen = await _see(database, caller, asked)
    with_money = _sees_money(caller, seen)
    beside: list[_Beside] = []

    async def count() -> _Passages:
        # One journey for everything.
        async with queries.looking(database, seen.revision) as pipe:
            passages = queries.ask_passages(pipe, asked)
            beside.append(_ask_beside(pipe, asked, with_money=with_money))
        return _READ.decode(passages.all()[0])

    passages = await remembered.answer_at(seen.revision, asked.event, asked, count, roughly=True)
    if not beside:
        async with queries.looking(database, seen.revision) as pipe:
            beside.append(_ask_beside(pipe, asked, with_money=with_money))
    return _report(asked, seen, passages, beside[0])


async def _see(database: Database, caller: Caller, asked: Asked) -> Seen:
    async with database.glance() as pipe:
        found = queries.ask_event(pipe, asked.event, caller.user_id)
    seen = found.first()
    if seen is None:
        raise no_event()
    check_event(caller, seen.created_by, seen.granted, "viewer")
    return seen


def _sees_money(caller: Caller, seen: Seen) -> bool:
    try:
        check_event(caller, seen.created_by, seen.granted, "organizer")
    except ApiProblem:
        return False
    return True


def _ask_beside(pipe: Pipe, asked: Asked, *, with_money: bool) -> _Beside:
    devices = queries.ask_devices(pipe, asked)
    if not with_money:
        return _Beside(devices, None, None)
    return _Beside(devices, queries.ask_revenue(pipe, asked), queries.ask_money(pipe, asked))


def _report(asked: Asked, seen: Seen, passages: _Passages, beside: _Beside) -> Report:
    zone, totals = ZoneInfo(seen.zone), passages.totals
    first, last = _local(totals.first_arrival, zone), _local(totals.last_arrival, zone)
    return Report(
        event_id=asked.event,
        event=seen.name,
        zone=seen.zone,
        minutes=asked.minutes,
        totals=replace(totals, first_arrival=first, last_arrival=last),
        types=passages.types,
        lists=passages.lists,
        gates=passages.gates,
        arrivals=tuple(
            Arrivals(each.at.astimezone(zone), each.gate_id, each.gate, each.check_ins) for each in passages.arrivals
        ),
        devices=tuple(
            replace(
                each,
                first_at=_local(each.first_at, zone),
                last_at=_local(each.last_at, zone),
                last_seen=_local(each.last_seen, zone),
            )
            for each in beside.devices.all()
        ),
        revenue=tuple(beside.revenue.all()) if beside.revenue is not None else None,
        money=tuple(beside.money.all()) if beside.money is not None else None,
    )


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone) if at is not None else None
