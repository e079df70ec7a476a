"""The statements of registrations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from server.paging import like_pattern
from server.registrations.models import PaymentStatus, Registration
from server.registrations.places import OnSale
from server.sync.models import EventHead
from server.ticket_types.models import TicketType
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


@dataclass(frozen=True, slots=True)
class Row:
    """A registration's row before it is written, new or revived."""

    id: UUID
    ticket_type_id: UUID
    user_email: str
    full_name: str
    phone_sealed: bytes | None
    payment_status: PaymentStatus
    qr_code: str | None


async def get_sold(session: AsyncSession, event_id: UUID) -> int:
    """Tickets sold for the event; the caller holds its head."""
    statement = select(EventHead.sold).where(EventHead.event_id == event_id)
    return (await session.scalars(statement)).one()


async def add_sold(session: AsyncSession, event_id: UUID, count: int) -> None:
    """Count tickets sold (or, negative, given back)."""
    await session.execute(_ADD_SOLD, {"event_id": event_id, "count": count})


async def list_on_sale(session: AsyncSession, event_id: UUID) -> list[OnSale]:
    """The event's ticket types by number; tickets are counted only where a quota asks for it."""
    sold = (
        select(func.count())
        .where(Ticket.ticket_type_id == TicketType.id, Ticket.status.not_in(VOID), TicketType.quota.is_not(None))
        .correlate(TicketType)
        .scalar_subquery()
    )
    statement = (
        select(TicketType.id, TicketType.number, TicketType.price_minor, TicketType.quota, sold)
        .where(TicketType.event_id == event_id)
        .order_by(TicketType.number)
    )
    return [OnSale(*row) for row in await session.execute(statement)]


async def list_known(session: AsyncSession, event_id: UUID, emails: Sequence[str]) -> Mapping[str, UUID | None]:
    """Which of these e-mails are registered: the id of a cancelled registration, None for one in force."""
    statement = select(Registration.user_email, Registration.id, Registration.status).where(
        Registration.event_id == event_id, Registration.user_email.in_(emails)
    )
    rows = await session.execute(statement)
    return {row.user_email: row.id if row.status == "cancelled" else None for row in rows}


async def upsert(session: AsyncSession, event_id: UUID, rows: Sequence[Row]) -> None:
    """Write registrations that are new or come back, one statement for all of them."""
    columns = {
        "event_id": event_id,
        "ids": [row.id for row in rows],
        "types": [row.ticket_type_id for row in rows],
        "emails": [row.user_email for row in rows],
        "names": [row.full_name for row in rows],
        "phones": [row.phone_sealed for row in rows],
        "payments": [row.payment_status.value for row in rows],
        "codes": [row.qr_code for row in rows],
    }
    await session.execute(_UPSERT, columns)


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


_ADD_SOLD = text("UPDATE event_heads SET sold = sold + :count WHERE event_id = :event_id")
_UPSERT = text(
    """
    INSERT INTO registrations (event_id, id, ticket_type_id, user_email, full_name, phone_sealed, payment_status,
                               qr_code)
    SELECT :event_id, id, ticket_type_id, user_email, full_name, phone_sealed, CAST(payment AS payment_status), qr_code
    FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS uuid[]), CAST(:emails AS text[]), CAST(:names AS text[]),
                CAST(:phones AS bytea[]), CAST(:payments AS text[]), CAST(:codes AS text[]))
        AS asked (id, ticket_type_id, user_email, full_name, phone_sealed, payment, qr_code)
    ON CONFLICT (id) DO UPDATE SET
        ticket_type_id = excluded.ticket_type_id, full_name = excluded.full_name, phone = NULL,
        phone_sealed = excluded.phone_sealed,
        payment_status = excluded.payment_status, qr_code = excluded.qr_code, status = 'active',
        version = registrations.version + 1, updated_at = now()
    """
)
