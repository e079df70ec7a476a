"""Cancel hundreds of registrations of one event in one transaction, with a statement a table."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Change
from server.events import service as events
from server.jobs import NewJob, Priority
from server.orders import consequences
from server.registrations import capacity
from server.registrations.models import Registration
from server.sync import feed
from server.tickets.models import Ticket


async def cancel_many(session: AsyncSession, author: Author, event_id: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """Cancel those of these registrations that are in force, with their tickets, and give their places back.

    The ids of those that were cancelled. At most 500 at a time keep the head's lock short. Raises ApiProblem 404
    `event_not_found`.
    """
    event = await events.lock_event(session, event_id)
    cancelled = await _cancel(session, event_id, ids)
    if not cancelled:
        return []
    gone = [registration.id for registration in cancelled]
    voided = (
        await session.execute(
            update(Ticket)
            .where(Ticket.registration_id.in_(gone), Ticket.status.in_(("valid", "blocked")))
            .values(status="cancelled")
            .returning(Ticket.serial, Ticket.ticket_type_id)
        )
    ).all()
    await feed.publish(session, event_id, feed.Entity.TICKET, [ticket.serial for ticket in voided])
    await feed.publish(session, event_id, feed.Entity.GUEST, gone)
    await capacity.give_back(session, event_id, Counter(ticket.ticket_type_id for ticket in voided))
    told = {"status": "active"}, {"status": "cancelled"}
    changes = [Change("registration.cancelled", "registration", each, *told, event_id, each) for each in gone]
    await audit.write_all(session, author, changes)
    # Pictures of void tickets are taken away.
    pictures = [NewJob("generate-qr-code", {"registration_id": str(each)}, priority=Priority.BULK) for each in gone]
    await jobs.defer_many(session, pictures)
    for registration in cancelled:
        await consequences.registration_cancelled(session, author, event, registration)
    return gone


async def _cancel(session: AsyncSession, event_id: UUID, ids: Sequence[UUID]) -> Sequence[Registration]:
    statement = (
        update(Registration)
        .where(Registration.event_id == event_id, Registration.id.in_(ids), Registration.status == "active")
        .values(status="cancelled", version=Registration.version + 1)
        .returning(Registration)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    return (await session.scalars(statement)).all()
