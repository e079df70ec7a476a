"""The statements of registrations."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from server.paging import like_pattern
from server.registrations.models import PaymentStatus, Registration
from server.tickets.models import VOID, Ticket
from server.users.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of registrations is asked for; `after` is the id of the last one seen."""

    event_id: UUID
    limit: int
    q: str | None = None
    payment_status: PaymentStatus | None = None
    status: str | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A registration with its own ticket: the one in force, else the latest that was."""

    registration: Registration
    short_code: str | None
    ticket_status: str | None


async def find(session: AsyncSession, registration_id: UUID) -> Registration | None:
    """The registration as it is now."""
    return await session.get(Registration, registration_id, populate_existing=True)


async def find_own(session: AsyncSession, registration_id: UUID, user_id: UUID) -> Registration | None:
    """The registration whose e-mail is this active user's and confirmed."""
    statement = (
        select(Registration)
        .join(User, User.email == Registration.user_email)
        .where(
            Registration.id == registration_id,
            User.id == user_id,
            User.is_active.is_(True),
            User.email_confirmed_at.is_not(None),
        )
    )
    return (await session.scalars(statement)).one_or_none()


async def find_listed(session: AsyncSession, registration_id: UUID) -> Listed | None:
    """One registration with its ticket, as they are now."""
    statement = _with_ticket().where(Registration.id == registration_id)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Listed(*row)


async def list_registrations(session: AsyncSession, asked: Asked) -> list[Listed]:
    """Registrations of an event in the order in which they were made."""
    statement = _with_ticket().where(Registration.event_id == asked.event_id)
    if asked.q:
        pattern = like_pattern(asked.q)
        found = Registration.full_name.ilike(pattern), Registration.user_email.ilike(pattern)
        code = asked.q.strip().upper()
        by_code = select(Ticket.registration_id).where(Ticket.event_id == asked.event_id, Ticket.short_code == code)
        statement = statement.where(or_(*found, Registration.id.in_(by_code)))
    if asked.payment_status is not None:
        statement = statement.where(Registration.payment_status == asked.payment_status)
    if asked.status is not None:
        statement = statement.where(Registration.status == asked.status)
    if asked.after is not None:
        statement = statement.where(Registration.id > asked.after)
    statement = statement.order_by(Registration.id).limit(asked.limit)
    return [Listed(*row) for row in await session.execute(statement)]


async def list_own(session: AsyncSession, user_id: UUID, limit: int, after: UUID | None) -> list[Listed]:
    """Registrations that the user's confirmed e-mail stands in, in the order in which they were made."""
    email = select(User.email).where(User.id == user_id, User.is_active, User.email_confirmed_at.is_not(None))
    statement = _with_ticket().where(Registration.user_email == email.scalar_subquery())
    if after is not None:
        statement = statement.where(Registration.id > after)
    return [Listed(*row) for row in await session.execute(statement.order_by(Registration.id).limit(limit))]


def _with_ticket() -> Select[Registration, str | None, str | None]:
    ticket = (
        select(Ticket.short_code, Ticket.status)
        .where(Ticket.registration_id == Registration.id, Ticket.place == 0)
        .order_by(Ticket.status.in_(VOID), Ticket.created_at.desc())
        .limit(1)
        .lateral("ticket")
    )
    return (
        select(Registration, ticket.c.short_code, ticket.c.status)
        .outerjoin(ticket, true())
        .execution_options(populate_existing=True)
    )
