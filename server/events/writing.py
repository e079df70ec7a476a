"""Write an event into its table, where its address is its own and what it says can be."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import errors as postgres_errors
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core import clock
from eventreg_core.problems import MalformedText
from server.errors import ApiProblem, invalid
from server.events import queries
from server.events.models import Event, EventStatus
from server.events.slug import free_slug, slug_of

SLUG_TRIES = 5
SLUG_CONSTRAINT = "uq_events_slug"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to make; without a slug one is made from the name. Times are aware, `zone` is an IANA name."""

    name: str
    date: datetime
    venue: str
    slug: str | None = None
    description: str | None = None
    end_date: datetime | None = None
    zone: str = "UTC"
    max_capacity: int | None = None
    reserved_places: int = 0
    has_waiting_list: bool = True
    categories: tuple[str, ...] = ()
    status: EventStatus = EventStatus.PUBLISHED
    takes_money_at_door: bool = False


class SlugTaken(ApiProblem):
    """409: another event has this slug."""

    def __init__(self) -> None:
        sentence = "Another event has this address already. Choose another slug."
        super().__init__(409, "slug_taken", sentence, field="slug")


async def insert(session: AsyncSession, new: NewEvent, made_by: UUID) -> Event:
    """A new event in its table. Raises ApiProblem `invalid`, or SlugTaken for a slug that was asked for."""
    for _ in range(SLUG_TRIES if new.slug is None else 1):
        base = slug_of(new.name)
        slug = new.slug or free_slug(base, await queries.list_slugs(session, base))
        event = _made(new, slug, made_by)
        try:
            await save(session, event)
        except SlugTaken:
            # Somebody else took the slug between our look and our insert.
            continue
        return event
    raise SlugTaken


def _made(new: NewEvent, slug: str, made_by: UUID) -> Event:
    columns = {name: getattr(new, name) for name in new.__dataclass_fields__ if name not in ("slug", "status")}
    event = Event(**columns | {"categories": list(new.categories)}, slug=slug, created_by=made_by)
    event.is_active = new.status is EventStatus.PUBLISHED
    event.inactive_as = EventStatus.DRAFT.value
    return event


async def save(session: AsyncSession, event: Event) -> None:
    """Write the event, new or changed, and read what the database made of it.

    Raises ApiProblem `invalid` for what cannot be, SlugTaken.
    """
    check(event)
    try:
        async with session.begin_nested():
            session.add(event)
    except IntegrityError as error:
        if _constraint_of(error) == SLUG_CONSTRAINT:
            raise SlugTaken from error
        raise
    await session.refresh(event)


def _constraint_of(error: IntegrityError) -> str | None:
    return error.orig.diag.constraint_name if isinstance(error.orig, postgres_errors.Error) else None


def check(event: Event) -> None:
    """Whether such an event can be; raises ApiProblem `invalid` with the field that cannot."""
    try:
        clock.zone(event.zone)
    except MalformedText as error:
        raise invalid("zone", error.sentence) from error
    if event.end_date is not None and event.end_date < event.date:
        raise invalid("end_date", "The event ends before it begins. Check both dates.")
    if event.max_capacity is not None and event.reserved_places > event.max_capacity:
        raise invalid("reserved_places", "More places are reserved than there are. Check both numbers.")
