"""Make a report of an event."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Event
from server.remembered import Remembered
from server.reports import queries
from server.reports.queries import Asked
from server.reports.report import Arrivals, Money, OfDevice, OfGate, OfList, OfType, Report, Revenue, Totals

__all__ = ["Asked", "report_of"]


class _Passages(msgspec.Struct, frozen=True):
    totals: Totals
    types: tuple[OfType, ...]
    lists: tuple[OfList, ...]
    gates: tuple[OfGate, ...]
    arrivals: tuple[Arrivals, ...]


_READ = msgspec.json.Decoder(_Passages)


async def report_of(
    session: AsyncSession, remembered: Remembered, event: Event, asked: Asked, *, with_money: bool
) -> Report:
    """Everything that is known of the event now, or of the time that is asked about; zeros where nothing happened.

    Passages are counted anew only after something happened; those of a large event are told as of the last seconds.
    """
    zone = ZoneInfo(event.zone)
    passages = await remembered.answer(session, event.id, asked, lambda: _passages(session, asked), roughly=True)
    devices = [OfDevice(*row) for row in await queries.list_devices(session, asked)]
    totals = passages.totals
    first, last = _local(totals.first_arrival, zone), _local(totals.last_arrival, zone)
    return Report(
        event_id=event.id,
        event=event.name,
        zone=event.zone,
        minutes=asked.minutes,
        totals=replace(totals, first_arrival=first, last_arrival=last),
        types=passages.types,
        lists=passages.lists,
        gates=passages.gates,
        arrivals=tuple(replace(each, at=each.at.astimezone(zone)) for each in passages.arrivals),
        devices=tuple(
            replace(
                each,
                first_at=_local(each.first_at, zone),
                last_at=_local(each.last_at, zone),
                last_seen=_local(each.last_seen, zone),
            )
            for each in devices
        ),
        revenue=tuple(Revenue(*row) for row in await queries.list_revenue(session, asked)) if with_money else None,
        money=tuple(Money(*row) for row in await queries.list_money(session, asked)) if with_money else None,
    )


async def _passages(session: AsyncSession, asked: Asked) -> _Passages:
    return _READ.decode(await queries.read_passages(session, asked))


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone) if at is not None else None
