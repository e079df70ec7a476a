"""The statements of lists of registrations: what is found, in which order, and a page of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal_column, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.checkins.models import Fact
from server.paging import like_pattern
from server.registrations.models import NAME_SIGNS, PaymentStatus, Registration
from server.registrations.rows import Stored, columns
from server.tickets.models import VOID, Ticket
from server.users.models import User

LIKENESSES = (0.6, 0.4)
"""How alike (pg_trgm's word_similarity, 0 to 1) names and typed words must be where nothing is found as typed.

The second is asked for where the first finds nobody: it finds short names with a mistake, but reads much more.
"""
BY_NAME = func.left(Registration.search, literal_column(str(NAME_SIGNS)))
"""Names in the order of a list, accents folded; then e-mails, which follow the name in what is searched."""


class Sort(StrEnum):
    """Orders of a list; `-`: the last one first."""

    CREATED = "created"
    CREATED_LAST = "-created"
    NAME = "name"
    NAME_LAST = "-name"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a search: its words, folded as the database folds names, and whose short code it is."""

    words: tuple[str, ...]
    holder: UUID | None


@dataclass(frozen=True, slots=True)
class After:
    """Where the page before ended; `name` for the orders by name."""

    id: UUID
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which registrations of an event are asked for, and which page of them."""

    event_id: UUID
    limit: int
    sort: Sort = Sort.CREATED
    typed: Typed | None = None
    payment_status: PaymentStatus | None = None
    status: str | None = None
    ticket_type_id: UUID | None = None
    checked_in: bool | None = None
    order_id: UUID | None = None
    import_id: UUID | None = None
    after: After | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The ticket of one place of a registration: the one in force, else the latest that was."""

    place: int
    holder_name: str | None
    status: str
    short_code: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A registration with the tickets of its places, its own first; in a list, `name` is what it is sorted by."""

    registration: Stored
    tickets: tuple[Held, ...]
    name: str = ""

    @property
    def own(self) -> Held | None:
        """Its own ticket."""
        return next((ticket for ticket in self.tickets if ticket.place == 0), None)

    @property
    def companions(self) -> tuple[Held, ...]:
        """The tickets of companions who still come."""
        return tuple(ticket for ticket in self.tickets if ticket.place and ticket.status not in VOID)


async def read_typed(session: AsyncSession, event_id: UUID, q: str) -> Typed:
    """What was typed, as it is looked for in this event."""
    row = (await session.execute(_TYPED, {"event": event_id, "q": q, "code": q.strip().upper()})).one()
    return Typed(tuple(row.folded.split()), row.holder)


async def list_page(session: AsyncSession, asked: Asked) -> list[Listed]:
    """A page of registrations in their order."""
    return await _listed(session, page_of(asked))


async def list_alike(session: AsyncSession, asked: Asked) -> list[Listed]:
    """Registrations whose names or e-mails are most like the words that were typed, the likest first."""
    for likeness in LIKENESSES:
        await session.execute(_SET_LIKENESS, {"likeness": str(likeness)})
        if found := await _listed(session, alike_of(asked)):
            return found
    return []


async def count(session: AsyncSession, asked: Asked) -> int:
    """How many registrations there are of all pages."""
    statement = select(func.count()).select_from(Registration).where(*_filters(asked), *_matches(asked))
    return (await session.execute(statement)).scalar_one()


async def find_listed(session: AsyncSession, registration_id: UUID) -> Listed | None:
    """One registration with its tickets, as they are now."""
    found = await _listed(session, _rows().where(Registration.id == registration_id))
    return found[0] if found else None


async def list_these(session: AsyncSession, registrations: Sequence[Stored]) -> list[Listed]:
    """Registrations that were just read, with their tickets."""
    tickets = await _tickets_of(session, [registration.id for registration in registrations])
    return [Listed(registration, tickets.get(registration.id, ())) for registration in registrations]


async def list_own(session: AsyncSession, user_id: UUID, limit: int, after: UUID | None) -> list[Listed]:
    """Registrations that the user's confirmed e-mail stands in, in the order in which they were made."""
    email = select(User.email).where(User.id == user_id, User.is_active, User.email_confirmed_at.is_not(None))
    statement = _rows().where(Registration.user_email == email.scalar_subquery())
    if after is not None:
        statement = statement.where(Registration.id > after)
    return await _listed(session, statement.order_by(Registration.id).limit(limit))


def page_of(asked: Asked) -> Select[Any]:
    """The statement of one page, which costs the same wherever it begins."""
    statement = _rows().where(*_filters(asked), *_matches(asked))
    by_name = asked.sort in (Sort.NAME, Sort.NAME_LAST)
    created = Registration.id.expression
    keys: list[ColumnElement[Any]] = [BY_NAME, created] if by_name else [created]
    backwards = asked.sort in (Sort.CREATED_LAST, Sort.NAME_LAST)
    if asked.after is not None:
        last = [asked.after.name, asked.after.id] if by_name else [asked.after.id]
        row, before = tuple_(*keys), tuple_(*last)
        statement = statement.where(row < before if backwards else row > before)
    order = [key.desc() if backwards else key for key in keys]
    return statement.order_by(*order).limit(asked.limit)


def alike_of(asked: Asked) -> Select[Any]:
    """The statement of `list_alike`."""
    words = " ".join(asked.typed.words if asked.typed is not None else ())
    likeness = func.word_similarity(words, Registration.search)
    is_like = Registration.search.bool_op("%>")(words)
    return _rows().where(*_filters(asked), is_like).order_by(likeness.desc(), Registration.id).limit(asked.limit)


def _rows() -> Select[Any]:
    return select(*columns(), BY_NAME.label("sorted_by"))


def _filters(asked: Asked) -> list[ColumnElement[bool]]:
    wanted = {
        Registration.payment_status: asked.payment_status,
        Registration.status: asked.status,
        Registration.ticket_type_id: asked.ticket_type_id,
        Registration.order_id: asked.order_id,
        Registration.import_id: asked.import_id,
    }
    found = [Registration.event_id == asked.event_id]
    found += [column == value for column, value in wanted.items() if value is not None]
    if asked.checked_in is not None:
        found.append(_is_checked_in() if asked.checked_in else ~_is_checked_in())
    return found


def _matches(asked: Asked) -> list[ColumnElement[bool]]:
    if asked.typed is None or not asked.typed.words:
        return []
    contains = and_(*(Registration.search.like(like_pattern(word)) for word in asked.typed.words))
    return [contains if asked.typed.holder is None else or_(contains, Registration.id == asked.typed.holder)]


def _is_checked_in() -> ColumnElement[bool]:
    """A check-in on any list, of any of its tickets, that was not annulled."""
    annulment = aliased(Fact)
    annulled = exists().where(
        annulment.annuls == Fact.id, annulment.event_id == Fact.event_id, annulment.revision.is_not(None)
    )
    return (
        exists()
        .where(Ticket.registration_id == Registration.id, Fact.serial == Ticket.serial)
        .where(Fact.event_id == Registration.event_id, Fact.kind == "check_in", Fact.revision.is_not(None))
        .where(~annulled)
    )


async def _listed(session: AsyncSession, statement: Select[Any]) -> list[Listed]:
    rows = (await session.execute(statement)).all()
    tickets = await _tickets_of(session, [row.id for row in rows])
    return [Listed(row, tickets.get(row.id, ()), row.sorted_by) for row in rows]


async def _tickets_of(session: AsyncSession, registration_ids: Sequence[UUID]) -> dict[UUID, tuple[Held, ...]]:
    found: dict[UUID, tuple[Held, ...]] = {}
    if registration_ids:
        for registration_id, *held in await session.execute(_TICKETS, {"ids": list(registration_ids)}):
            found[registration_id] = (*found.get(registration_id, ()), Held(*held))
    return found


_TYPED = text(
    """
    SELECT plain_text(:q) AS folded,
        (SELECT registration_id FROM tickets WHERE event_id = :event AND short_code = :code) AS holder
    """
)
_SET_LIKENESS = text("SELECT set_config('pg_trgm.word_similarity_threshold', :likeness, true)")
_TICKETS = text(
    """
    SELECT registration_id, place, holder_name, status, short_code
    FROM unnest(CAST(:ids AS uuid[])) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (place) registration_id, place, holder_name, status, short_code
        FROM tickets WHERE registration_id = wanted.id
        ORDER BY place, status IN ('revoked', 'cancelled'), created_at DESC
    ) AS ticket
    """
)
"""One after the other by their index, also where the planner has not counted the tickets yet."""
