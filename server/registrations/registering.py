"""Register people: one transaction for one asker or for hundreds, never more than there are places."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Change
from server.clock import new_id, utc_now
from server.events import service as events
from server.events.models import Event
from server.mail.rendering import FALLBACK
from server.registrations import confirmation, queries
from server.registrations.phones import opened_phone
from server.registrations.places import NoPlace, Place, Registering, Shop, allot
from server.registrations.queries import Row
from server.sync import feed
from server.tickets import service as tickets
from server.tickets.service import Wanted


@dataclass(frozen=True, slots=True)
class Registered:
    """The asker has a place and a ticket."""

    registration_id: UUID
    serial: bytes


async def register(
    session: AsyncSession,
    author: Author,
    event_id: UUID,
    askers: Sequence[Registering],
    *,
    notify: bool = True,
    language: str = FALLBACK,
) -> list[Registered | NoPlace]:
    """Give places to these askers in order, write registrations and tickets, and publish them; an answer for each.

    Capacity is counted under the event's head, so places are never given twice however many register at once. Raises
    ApiProblem 404 `event_not_found`. At most 500 askers at a time keep the head's lock short.
    Each place is confirmed by mail in this language, unless `notify` is False.
    """
    event = await events.lock_event(session, event_id)
    answers = allot(await _shop(session, event, askers), askers)
    places = [answer for answer in answers if isinstance(answer, Place)]
    written = await _write(session, author, event, places) if places else []
    if notify:
        emails = {each.registration_id: place.asker.user_email for each, place in zip(written, places, strict=True)}
        await confirmation.announce(session, emails, language)
    registered = iter(written)
    return [next(registered) if isinstance(answer, Place) else answer for answer in answers]


async def _shop(session: AsyncSession, event: Event, askers: Sequence[Registering]) -> Shop:
    return Shop(
        capacity=event.max_capacity,
        sold=await queries.get_sold(session, event.id),
        now=utc_now(),
        types=await queries.list_on_sale(session, event.id),
        known=await queries.list_known(session, event.id, [asker.user_email for asker in askers]),
    )


async def _write(session: AsyncSession, author: Author, event: Event, places: Sequence[Place]) -> list[Registered]:
    ids = [place.revives or new_id() for place in places]
    wanted = [
        Wanted(registration_id, place.ticket_type.id, place.ticket_type.number, place.payment_status)
        for registration_id, place in zip(ids, places, strict=True)
    ]
    drawn = await tickets.draw(session, event, wanted)
    rows = [_row(ticket.registration_id, place, ticket.signed) for ticket, place in zip(drawn, places, strict=True)]
    await queries.upsert(session, event.id, rows)
    await tickets.store(session, event.id, drawn)
    await feed.publish(session, event.id, feed.Entity.GUEST, ids)
    told = [_change(event.id, row, place, author) for row, place in zip(rows, places, strict=True)]
    await audit.write_all(session, author, told)
    await queries.add_sold(session, event.id, len(places))
    return [Registered(ticket.registration_id, ticket.serial) for ticket in drawn]


def _change(event_id: UUID, row: Row, place: Place, author: Author) -> Change:
    after = {
        "ticket_type_id": row.ticket_type_id,
        "user_email": row.user_email,
        "full_name": row.full_name,
        "phone": opened_phone(row.phone_sealed, author.data_keys),
        "payment_status": row.payment_status,
        "status": "active",
    }
    before = {"status": "cancelled"} if place.revives is not None else None
    action = "registration.revived" if place.revives is not None else "registration.created"
    return Change(action, "registration", row.id, before, after, event_id, row.id)


def _row(registration_id: UUID, place: Place, signed: bytes | None) -> Row:
    asker = place.asker
    return Row(
        id=registration_id,
        ticket_type_id=place.ticket_type.id,
        user_email=asker.user_email,
        full_name=asker.full_name,
        phone_sealed=asker.phone_sealed,
        payment_status=place.payment_status,
        qr_code=signed.hex() if signed else None,
    )
