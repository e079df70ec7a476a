"""Lists of registrations as the database gives them, each with the tickets of its places."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.registrations import asking
from server.registrations.asking import Asked, Typed
from server.registrations.models import Registration
from server.registrations.rows import Stored
from server.tickets.models import VOID
from server.users.models import User

LIKENESSES = (0.6, 0.4)
"""How alike (pg_trgm's word_similarity, 0 to 1) names and typed words must be where nothing is found as typed.

The second is asked for where the first finds nobody: it finds short names with a mistake, but reads much more.
"""


class Held(msgspec.Struct, frozen=True):
    """The ticket of one place of a registration: the one in force, else the latest that was."""

    place: int
    holder_name: str | None
    status: str
    short_code: str


class Listed(msgspec.Struct, frozen=True):
    """A registration with the tickets of its places, its own first; in a list, `name` is what it is sorted by."""

    registration: Stored
    tickets: tuple[Held, ...]
    name: str = ""

    @property
    def own(self) -> Held | None:
        """Its own ticket."""
        for ticket in self.tickets:
            if ticket.place == 0:
                return ticket
        return None

    @property
    def companions(self) -> tuple[Held, ...]:
        """The tickets of companions who still come."""
        return tuple([ticket for ticket in self.tickets if ticket.place and ticket.status not in VOID])


async def read_typed(session: AsyncSession, event_id: UUID, q: str) -> Typed:
    """What was typed, as it is looked for in this event."""
    row = (await session.execute(_TYPED, {"event": event_id, "q": q, "code": q.strip().upper()})).one()
    return Typed(tuple(row.folded.split()), row.holder)


async def list_page(session: AsyncSession, asked: Asked) -> list[Listed]:
    """A page of registrations in their order."""
    return await _listed(session, asking.page_of(asked))


async def list_alike(session: AsyncSession, asked: Asked) -> list[Listed]:
    """Registrations whose names or e-mails are most like the words that were typed, the likest first."""
    for likeness in LIKENESSES:
        await session.execute(_SET_LIKENESS, {"likeness": str(likeness)})
        if found := await _listed(session, asking.alike_of(asked)):
            return found
    return []


async def count(session: AsyncSession, asked: Asked) -> int:
    """How many registrations there are of all pages."""
    return (await session.execute(asking.count_of(asked))).scalar_one()


async def find_listed(session: AsyncSession, registration_id: UUID) -> Listed | None:
    """One registration with its tickets, as they are now."""
    found = await _listed(session, asking.built_rows().where(Registration.id == registration_id))
    return found[0] if found else None


async def list_own(session: AsyncSession, user_id: UUID, limit: int, after: UUID | None) -> list[Listed]:
    """Registrations that the user's confirmed e-mail stands in, in the order in which they were made."""
    email = select(User.email).where(User.id == user_id, User.is_active, User.email_confirmed_at.is_not(None))
    statement = asking.built_rows().where(Registration.user_email == email.scalar_subquery())
    if after is not None:
        statement = statement.where(Registration.id > after)
    return await _listed(session, statement.order_by(Registration.id).limit(limit))


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
