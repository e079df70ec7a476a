"""Change which tickets a registration has: of another type, for companions who come along, or stay at home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Event
from server.registrations.models import PaymentStatus
from server.sync import feed
from server.tickets import queries, service
from server.tickets.models import Ticket
from server.tickets.queries import LiveTicket
from server.tickets.service import Wanted


@dataclass(frozen=True, slots=True)
class Seat:
    """A ticket that a registration shall have: for a place that it has already, or (None) for one more."""

    place: int | None
    holder_name: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The seats of one registration, and of which type and how far paid their tickets are."""

    registration_id: UUID
    seats: Sequence[Seat]
    ticket_type_id: UUID
    ticket_type_number: int
    payment_status: PaymentStatus


async def list_live(session: AsyncSession, event_id: UUID, registration_id: UUID) -> list[LiveTicket]:
    """The registration's tickets that are not void, by place."""
    live = await queries.list_live(session, event_id, [registration_id])
    return sorted(live, key=lambda ticket: ticket.place)


async def reseat(session: AsyncSession, event: Event, plan: Plan) -> bool:
    """Let the registration have these seats; whether there are new tickets to be shown. The caller holds the head.

    The type stands in the ticket itself, so another type voids the tickets and issues new ones in their places. A new
    companion gets a place that nobody of the registration ever had.
    """
    live = {ticket.place: ticket for ticket in await list_live(session, event.id, plan.registration_id)}
    stay = {seat.place: live[seat.place] for seat in plan.seats if seat.place is not None}
    await _void(session, event.id, [live[place].serial for place in live.keys() - stay.keys()], "cancelled")
    other_type = {place for place, ticket in stay.items() if ticket.ticket_type_id != plan.ticket_type_id}
    await _void(session, event.id, [stay[place].serial for place in other_type], "revoked")
    named = {seat.place: seat.holder_name for seat in plan.seats if seat.place is not None}
    await _rename(session, event.id, {stay[place].serial: named[place] for place in stay.keys() - other_type})
    wanted = _wanted(plan, stay, other_type, await _last_place(session, plan.registration_id))
    if wanted:
        drawn = await service.draw(session, event, wanted)
        await service.store(session, event.id, drawn)
        await service.write_own_codes(session, drawn)
    return bool(wanted)


def _wanted(plan: Plan, stay: Mapping[int, LiveTicket], other_type: set[int], last_place: int) -> list[Wanted]:
    found = []
    # Whoever may not come in brings nobody in either.
    own_status = stay[0].status if 0 in stay else "valid"
    for seat in plan.seats:
        if seat.place is not None and seat.place not in other_type:
            continue
        if seat.place is None:
            last_place += 1
        found.append(
            Wanted(
                plan.registration_id,
                plan.ticket_type_id,
                plan.ticket_type_number,
                plan.payment_status,
                place=last_place if seat.place is None else seat.place,
                status=own_status if seat.place is None else stay[seat.place].status,
                holder_name=seat.holder_name,
            )
        )
    return found


async def _void(session: AsyncSession, event_id: UUID, serials: Sequence[bytes], status: str) -> None:
    if serials:
        await session.execute(update(Ticket).where(Ticket.serial.in_(serials)).values(status=status))
        await feed.publish(session, event_id, feed.Entity.TICKET, serials)


async def _rename(session: AsyncSession, event_id: UUID, names: Mapping[bytes, str | None]) -> None:
    columns = {"serials": list(names), "names": list(names.values())}
    renamed = list(await session.scalars(_RENAME, columns)) if names else []
    await feed.publish(session, event_id, feed.Entity.TICKET, renamed)


async def _last_place(session: AsyncSession, registration_id: UUID) -> int:
    statement = select(func.coalesce(func.max(Ticket.place), 0)).where(Ticket.registration_id == registration_id)
    return (await session.scalars(statement)).one()


_RENAME = text(
    """
    UPDATE tickets SET holder_name = new.name, updated_at = now()
    FROM unnest(CAST(:serials AS bytea[]), CAST(:names AS text[])) AS new (serial, name)
    WHERE tickets.serial = new.serial AND tickets.holder_name IS DISTINCT FROM new.name
    RETURNING tickets.serial
    """
)
