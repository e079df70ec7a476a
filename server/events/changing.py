"""Change an event: one journey to see it under its lock, and one for all that is written of a change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from psycopg import errors as postgres_errors
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from server import jobs
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Change, snapshot
from server.errors import ApiProblem
from server.events.models import Event, EventStatus
from server.events.statuses import apply_status, check_open, told_status
from server.events.writing import SLUG_CONSTRAINT, SlugTaken, check
from server.piped import piped
from server.registrations import capacity
from server.registrations.capacity import BelowSold
from server.sync import feed
from server.tickets import service as tickets
from server.waiting.freed import places_came_free

COLUMNS = tuple(column.name for column in Event.__table__.columns if column.computed is None)
"""What is read of an event; the rest are words to search by."""
TOGETHER: tuple[frozenset[str], ...] = (
    frozenset({"name", "venue", "description"}),
    frozenset({"slug"}),
    frozenset({"date", "end_date", "zone", "max_capacity", "reserved_places", "has_waiting_list", "categories"})
    | {"is_active", "inactive_as", "takes_money_at_door"},
)
"""Columns that are written together where one of them changes: the first make the words that searches look into, which
takes longer than all the rest, and whoever registers is held up by who writes the second."""


@dataclass(frozen=True, slots=True)
class Locked:
    """An event as it is under its head's lock; `revision` is the head's, `granted` what a grant lets the caller do."""

    event: Event
    revision: int
    sold: int
    somebody_waits: bool
    granted: str | None


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed the event since it was read; `present` is what it is now."""

    present: Event


async def lock(connection: AsyncConnection, event_id: UUID, user_id: UUID) -> Locked | None:
    """Lock the event until the transaction ends and then read it, in one journey; None: no such event."""
    async with piped(connection) as pipe:
        revision = feed.send_lock(pipe, event_id)
        rows = pipe.send(_SEEN, {"event": event_id, "user": user_id}, _as_read)
    head, row = revision.first(), rows.first()
    if head is None or row is None:
        return None
    *columns, sold, somebody_waits, granted = row
    event = Event(**dict(zip(COLUMNS, columns, strict=True)))
    return Locked(event, head, sold, somebody_waits, granted)


async def change(
    connection: AsyncConnection, author: Author, locked: Locked, changes: Mapping[str, Any], if_version: int | None
) -> Event | Clash:
    """Change what is named in `changes`, columns and `status`, if the event still has the version that the author saw.

    The change is committed then. Raises ApiProblem `invalid`, or 409 `slug_taken`, `below_sold`,
    `wrong_status_change`, `event_archived`. Tickets are written anew when the event begins or stops to take money at
    the door.
    """
    event = locked.event
    if if_version is not None and if_version != event.version:
        return Clash(event)
    if not changes:
        return event
    before, was = snapshot(event), event.status
    await _apply(connection, locked, changes)
    check(event)
    if event.takes_money_at_door != before["takes_money_at_door"]:
        async with AsyncSession(connection) as session:
            await tickets.sign_again(session, event)
    await _defer_what_follows(connection, locked, was)
    await _write(connection, author, locked, before)
    return event


async def _apply(connection: AsyncConnection, locked: Locked, changes: Mapping[str, Any]) -> None:
    event = locked.event
    columns = {name: value for name, value in changes.items() if name not in ("status", "is_active")}
    status = told_status(changes.get("status"), changes.get("is_active"), event.status)
    if status is event.status:
        check_open(event)
    apply_status(event, status, locked.sold)
    if columns.get("max_capacity", event.max_capacity) != event.max_capacity:
        outcome = await capacity.set_capacity(connection, event.id, columns["max_capacity"])
        if isinstance(outcome, BelowSold):
            sentence = f"{outcome.taken} places are taken already. Choose at least as many."
            raise ApiProblem(409, "below_sold", sentence, field="max_capacity")
    for column, value in columns.items():
        # As the database tells times.
        setattr(event, column, value.astimezone(UTC) if isinstance(value, datetime) else value)
    event.version += 1


async def _defer_what_follows(connection: AsyncConnection, locked: Locked, was: EventStatus) -> None:
    event = locked.event
    if locked.somebody_waits:
        await places_came_free(connection, event.id)
    if event.status is EventStatus.CANCELLED and was is EventStatus.PUBLISHED:
        # Everybody who has a place is mailed.
        told = {"event_id": str(event.id), "version": event.version, "after": None}
        await jobs.defer(connection, "tell-of-calling-off", told)
    if was is EventStatus.ARCHIVED and event.status is not was:
        # What laptops brought meanwhile was kept, and not judged.
        await jobs.defer(connection, "judge-event", {"event_id": str(event.id)})


async def _write(connection: AsyncConnection, author: Author, locked: Locked, before: Mapping[str, Any]) -> None:
    event, after = locked.event, snapshot(locked.event)
    changed = {name for name in after if after[name] != before[name]}
    try:
        async with piped(connection) as pipe:
            columns = {name: getattr(event, name) for name in (*_written_with(changed), "version")}
            written = pipe.send(_update(tuple(columns)), {**columns, "event": event.id}, _moment)
            feed.send_publish(pipe, event.id, feed.Entity.EVENT, [event.id], locked.revision)
            await audit.send(pipe, author, Change("event.changed", "event", event.id, before, after, event_id=event.id))
            pipe.commit()
    except postgres_errors.UniqueViolation as error:
        if error.diag.constraint_name == SLUG_CONSTRAINT:
            raise SlugTaken from error
        raise
    [event.updated_at] = written.all()


def _written_with(changed: Collection[str]) -> list[str]:
    return sorted(name for together in TOGETHER if not together.isdisjoint(changed) for name in together)


def _as_read(*columns: Any) -> tuple[Any, ...]:
    return columns


def _moment(updated_at: datetime) -> datetime:
    return updated_at


@cache
def _update(columns: tuple[str, ...]) -> TextClause:
    """The statement that writes these columns; there are as many as `TOGETHER` can be put together."""
    told = ", ".join(f"{name} = {_TOLD.get(name, ':' + name)}" for name in columns)
    return text(f"UPDATE events SET {told}, updated_at = now() WHERE id = :event RETURNING updated_at")


_TOLD = {"categories": "CAST(:categories AS text[])"}
_SEEN = text(
    f"""
    SELECT {", ".join(f"event.{name}" for name in COLUMNS)}, head.sold,
        EXISTS (SELECT FROM waiting WHERE waiting.event_id = event.id AND waiting.status = 'waiting'), mine.role
    FROM events AS event
    JOIN event_heads AS head ON head.event_id = event.id
    LEFT JOIN grants AS mine ON mine.event_id = event.id AND mine.user_id = :user
    WHERE event.id = :event
    """
)
