"""Give a device blanks to sell, tell it which they are, and take back what it has not sold."""

from collections import Counter
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.blanks import Blank, Stock
from server.audit import service as audit
from server.audit.author import Author
from server.blanks import queries
from server.blanks.queries import Held
from server.devices.models import Device, DeviceEvent
from server.errors import ApiProblem, not_found
from server.events import service as events
from server.events.statuses import check_sells
from server.registrations import capacity
from server.registrations.models import PaymentStatus
from server.sync import feed
from server.ticket_types import service as ticket_types
from server.ticket_types.models import TicketType
from server.tickets import service as tickets
from server.tickets.service import Wanted

MOST = 500
"""Blanks that are made at once: as many changes as one transaction publishes."""


async def mint(
    session: AsyncSession, author: Author, event_id: UUID, device_id: UUID, type_id: UUID, count: int
) -> list[Held]:
    """Sign so many tickets that this device may sell; they count as sold from now on. The event's stocks after that.

    Raises ApiProblem 404 `device_not_found` or `ticket_type_not_found`, 409 `event_not_on_sale`, `device_not_trusted`
    or `not_enough_places`, where the box office's reserved places may be used up.
    """
    event = await events.lock_event(session, event_id)
    check_sells(event)
    device = await _device(session, event_id, device_id)
    if device.revoked_at is not None or device.held_at is not None:
        sentence = "This laptop was revoked or is held. Choose another one, or accept what it brought first."
        raise ApiProblem(409, "device_not_trusted", sentence)
    ticket_type = await _with_room(session, event_id, type_id, count)
    wanted = Wanted(None, ticket_type.id, ticket_type.number, PaymentStatus.PAID)
    drawn = await tickets.draw(session, event, [wanted] * count)
    await tickets.store(session, event_id, drawn)
    await queries.give(session, event_id, device_id, [each.serial for each in drawn])
    await capacity.take(session, event_id, {ticket_type.id: count})
    after = {"ticket_type_id": ticket_type.id, "count": count}
    await audit.write(session, author, "blanks.given", "device", device_id, None, after, event_id=event_id)
    return await queries.list_held(session, event_id)


async def list_held(session: AsyncSession, event_id: UUID) -> list[Held]:
    """The stock of each device of an event."""
    return await queries.list_held(session, event_id)


async def take_back(session: AsyncSession, author: Author, event_id: UUID, device_id: UUID) -> None:
    """Void what a device has not sold of this event, and let others have those places; harmless when repeated.

    A sale that comes after all is no longer good for its ticket: see selling.py. Raises ApiProblem 404
    `device_not_found`.
    """
    await events.lock_open_event(session, event_id)
    await _device(session, event_id, device_id)
    await void_unsold(session, author, event_id, device_id)


async def void_unsold(session: AsyncSession, author: Author, event_id: UUID, device_id: UUID) -> None:
    """Void what a device has not sold of an event, whose head the caller holds."""
    void = await queries.void_unsold(session, event_id, device_id)
    if void:
        await feed.publish(session, event_id, feed.Entity.TICKET, [serial for serial, _ in void])
        await capacity.give_back(session, event_id, Counter(type_id for _, type_id in void))
        before = {"count": len(void)}
        await audit.write(session, author, "blanks.taken_back", "device", device_id, before, None, event_id=event_id)


async def stock_of(session: AsyncSession, event_id: UUID, device_id: UUID, data_keys: tuple[bytes, ...]) -> Stock:
    """What a device may sell, signed for it alone, and what it costs."""
    unsold = await queries.list_unsold(session, event_id, device_id)
    tokens = await tickets.texts_of(session, event_id, [each.signed for each in unsold], data_keys)
    blanks = [
        Blank(serial=each.serial.hex(), ticket_type=each.ticket_type, token=token)
        for each, token in zip(unsold, tokens, strict=True)
    ]
    return Stock(blanks=blanks, prices=await queries.list_prices(session, event_id, device_id))


async def _device(session: AsyncSession, event_id: UUID, device_id: UUID) -> Device:
    works = DeviceEvent.event_id == event_id, DeviceEvent.device_id == Device.id
    statement = select(Device).join(DeviceEvent, works[1]).where(works[0], Device.id == device_id)
    device = await session.scalar(statement.with_for_update(of=Device).execution_options(populate_existing=True))
    if device is None:
        raise not_found("device_not_found", "This device does not work for this event.")
    return device


async def _with_room(session: AsyncSession, event_id: UUID, type_id: UUID, count: int) -> TicketType:
    counted = await ticket_types.list_counted(session, event_id)
    found = next((each for each in counted if each.ticket_type.id == type_id), None)
    if found is None:
        raise not_found("ticket_type_not_found", "The event has no such ticket type.")
    if found.left is not None and found.left < count:
        left = max(found.left, 0)
        sentence = f"{left} places of this type are left. Take no more than that, or make room first."
        raise ApiProblem(409, "not_enough_places", sentence, field="count", left=left)
    return found.ticket_type
