"""The statements of waiting lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.sync.feed import Executor
from server.waiting.line import InLine
from server.waiting.models import Waiting

Status = Literal["waiting", "offered", "taken", "expired", "left"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a waiting list is asked for; `after` is the id of the last one seen."""

    event_id: UUID
    limit: int
    status: Status | None = None
    after: UUID | None = None


async def find(session: AsyncSession, waiting_id: UUID) -> Waiting | None:
    """Somebody on a waiting list, as it is now."""
    return await session.get(Waiting, waiting_id, populate_existing=True)


async def find_by_email(session: AsyncSession, event_id: UUID, email: str) -> Waiting | None:
    """Whoever waits, or has an offer, under this e-mail."""
    statement = select(Waiting).where(
        Waiting.event_id == event_id, Waiting.user_email == email, Waiting.status.in_(("waiting", "offered"))
    )
    return (await session.scalars(statement)).one_or_none()


async def list_waiting(session: AsyncSession, asked: Asked) -> list[Waiting]:
    """The event's list in the order of coming."""
    statement = select(Waiting).where(Waiting.event_id == asked.event_id)
    if asked.status is not None:
        statement = statement.where(Waiting.status == asked.status)
    if asked.after is not None:
        statement = statement.where(Waiting.id > asked.after)
    return list(await session.scalars(statement.order_by(Waiting.id).limit(asked.limit)))


async def somebody_waits(session: Executor, event_id: UUID) -> bool:
    """Whether a place that comes free may be somebody's."""
    return bool((await session.execute(_SOMEBODY_WAITS, {"event": event_id})).scalar_one())


async def list_line(session: Executor, event_id: UUID, free: Mapping[UUID, int], limit: int) -> list[InLine]:
    """The first in line whom so many free places of a ticket type would do. The caller holds the event's head.

    Who wants more than there is stays out: however many of them stand in front, those behind them are found.
    """
    asked = {"event": event_id, "types": list(free), "free": list(free.values()), "limit": limit}
    return [InLine(*row) for row in await session.execute(_LINE, asked)]


async def count_ahead(session: AsyncSession, waiting: Waiting) -> int:
    """How many wait who came before."""
    statement = select(func.count()).where(
        Waiting.event_id == waiting.event_id, Waiting.status == "waiting", Waiting.id < waiting.id
    )
    return (await session.scalars(statement)).one()


async def set_offered(session: AsyncSession, ids: Sequence[UUID], until: datetime) -> list[Waiting]:
    """Note that these are offered their places until then; as they are now, in the order of coming."""
    return await _changed(session, ids, {"status": "offered", "offered_until": until})


async def expire_offers(session: AsyncSession, event_id: UUID, now: datetime) -> list[Waiting]:
    """End the event's offers whose time is over; whose they were. The caller holds the event's head."""
    over = select(Waiting.id).where(
        Waiting.event_id == event_id, Waiting.status == "offered", Waiting.offered_until <= now
    )
    return await _changed(session, list(await session.scalars(over)), {"status": "expired"})


async def list_events_due(session: AsyncSession, now: datetime) -> list[UUID]:
    """Events with offers whose time is over, or with free places and somebody who waits."""
    return list((await session.scalars(_EVENTS_DUE, {"now": now})).all())


async def is_registered(session: AsyncSession, event_id: UUID, email: str) -> bool:
    """Whether the e-mail has a place at the event already."""
    return bool((await session.execute(_IS_REGISTERED, {"event": event_id, "email": email})).scalar_one())


async def _changed(session: AsyncSession, ids: Sequence[UUID], values: dict[str, object]) -> list[Waiting]:
    if not ids:
        return []
    statement = (
        update(Waiting)
        .where(Waiting.id.in_(ids))
        .values(values)
        .returning(Waiting)
        .execution_options(populate_existing=True)
    )
    return sorted(await session.scalars(statement), key=lambda waiting: waiting.id)


_LINE = text(
    """
    SELECT waiting.id, waiting.ticket_type_id, waiting.places
    FROM waiting JOIN unnest(CAST(:types AS uuid[]), CAST(:free AS integer[])) AS open (id, free)
        ON open.id = waiting.ticket_type_id
    WHERE waiting.event_id = :event AND waiting.status = 'waiting' AND waiting.places <= open.free
    ORDER BY waiting.id LIMIT :limit
    """
)
_EVENTS_DUE = text(
    """
    SELECT event_id FROM waiting WHERE status = 'offered' AND offered_until <= :now
    UNION
    SELECT event.id FROM events AS event JOIN event_heads AS head ON head.event_id = event.id
    WHERE event.has_waiting_list AND event.is_active AND event.date > :now
        AND (head.capacity IS NULL OR head.sold + head.offered + event.reserved_places < head.capacity)
        AND event.id IN (SELECT event_id FROM waiting WHERE status = 'waiting')
    """
)
_SOMEBODY_WAITS = text("SELECT EXISTS (SELECT FROM waiting WHERE event_id = :event AND status = 'waiting')")
_IS_REGISTERED = text(
    """
    SELECT EXISTS (SELECT FROM registrations WHERE event_id = :event AND user_email = :email AND status = 'active')
    """
)
