"""Make an event out of another one: everything that was planned, nothing that happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core import clock
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Change, snapshot
from server.check_in_lists import gates as gates_of
from server.check_in_lists import service as lists_of
from server.check_in_lists.queries import Listed
from server.checkins.models import CheckInList, CheckInListType, Gate
from server.clock import new_id
from server.db import Database
from server.errors import invalid
from server.events import images, writing
from server.events import service as events
from server.events.bodies import CopyBody
from server.events.models import Event, EventStatus
from server.events.writing import NewEvent
from server.inputs import EARLIEST, LATEST
from server.questions import service as questions_of
from server.questions.models import Question
from server.storage import Storage
from server.sync import feed
from server.sync.feed import Entity
from server.ticket_types import service as types_of
from server.ticket_types.models import TicketType

Part = TicketType | CheckInList | Gate | Question
Row = TypeVar("Row", TicketType, CheckInList, Gate, Question)
KEPT = ("description", "zone", "venue", "max_capacity", "reserved_places", "has_waiting_list", "takes_money_at_door")
OWN = frozenset({"id", "event_id", "created_at", "updated_at", "version", "sold", "offered"})
"""Columns that a copy does not take over."""
TIMES = frozenset({"sale_from", "sale_until", "valid_from", "valid_until", "opens_at", "closes_at"})


@dataclass(frozen=True, slots=True)
class Shift:
    """From one date to another by the clocks of the event: what began at eight in the evening does so again.

    A wall time that the clocks leave out moves on by as much as they do.
    """

    zone: ZoneInfo
    by: timedelta

    def of(self, at: datetime | None) -> datetime | None:
        """The same wall time, so many days and hours away. Raises ApiProblem `invalid` beyond the calendar."""
        if at is None:
            return None
        moved = (at.astimezone(self.zone).replace(tzinfo=None) + self.by).replace(tzinfo=self.zone).astimezone(UTC)
        if not EARLIEST <= moved < LATEST:
            raise invalid("date", "With this date the copy would leave the calendar. Choose another one.")
        return moved


def shift_to(event: Event, date: datetime) -> Shift:
    """From the event's own date to this one."""
    zone = clock.zone(event.zone)
    first, second = (at.astimezone(zone).replace(tzinfo=None) for at in (event.date, date))
    return Shift(zone, second - first)


@dataclass(frozen=True, slots=True)
class Parts:
    """What hangs on an event before anybody registers; `admitted`: the ids of the types of each list."""

    types: Sequence[TicketType]
    lists: Sequence[CheckInList]
    admitted: Mapping[UUID, Sequence[UUID]]
    gates: Sequence[Gate]
    questions: Sequence[Question]


async def copy_event(
    session: AsyncSession, author: Author, files: tuple[Database, Storage], source: Event, told: CopyBody
) -> Event:
    """A draft like `source`, all its times moved to another date: types, lists, gates, questions, picture.

    Nobody is registered, its author is its only member, and it has keys of its own. Raises ApiProblem `invalid`, 409
    `slug_taken` or 503 `storage_away`.
    """
    shift = shift_to(source, told.date)
    copy = await events.create_event(session, author, _planned(source, shift, told), copied_from=source.id)
    parts = await _parts(session, source.id, copy.id, shift)
    await _write(session, parts)
    await _tell(session, author, copy.id, parts)
    if source.image_key is not None:
        copy.image_key = await images.copy(*files, source, copy.id, new_id())
        await writing.save(session, copy)
    return copy


def _planned(source: Event, shift: Shift, told: CopyBody) -> NewEvent:
    kept = {name: getattr(source, name) for name in KEPT}
    end_date = shift.of(source.end_date)
    return NewEvent(
        **kept,
        name=told.name,
        slug=told.slug,
        date=told.date,
        # Where clocks are put back in between, the end may come before the beginning.
        end_date=max(end_date, told.date) if end_date is not None else None,
        categories=tuple(source.categories),
        status=EventStatus.DRAFT,
    )


async def _parts(session: AsyncSession, source_id: UUID, copy_id: UUID, shift: Shift) -> Parts:
    types = await types_of.list_types(session, source_id)
    listed = await lists_of.list_lists(session, source_id)
    gates = await gates_of.list_gates(session, source_id)
    questions = await questions_of.list_questions(session, source_id, retired=False)
    return parts_of(types, listed, gates, questions, copy_id=copy_id, shift=shift)


def parts_of(
    types: Sequence[TicketType],
    listed: Sequence[Listed],
    gates: Sequence[Gate],
    questions: Sequence[Question],
    *,
    copy_id: UUID,
    shift: Shift,
) -> Parts:
    """Copies of what hangs on an event.

    Each was read for itself while others may edit the event: what leads to something that was not read is left out.
    """
    new_types, type_ids = _copies(types, copy_id, shift)
    new_lists, list_ids = _copies([each.check_in_list for each in listed], copy_id, shift)
    new_gates, _ = _copies([each for each in gates if each.list_id in list_ids], copy_id, shift)
    for gate in new_gates:
        gate.list_id = list_ids[gate.list_id]
    new_questions, _ = _copies([each for each in questions if _is_asked(each, type_ids)], copy_id, shift)
    for question in new_questions:
        question.ticket_type_ids = _known(question.ticket_type_ids, type_ids)
    admitted = {list_ids[each.check_in_list.id]: _known(each.ticket_type_ids, type_ids) for each in listed}
    return Parts(new_types, new_lists, admitted, new_gates, new_questions)


def _known(ids: Sequence[UUID], copies: Mapping[UUID, UUID]) -> list[UUID]:
    return [copies[one] for one in ids if one in copies]


def _is_asked(question: Question, copies: Mapping[UUID, UUID]) -> bool:
    # One that names no types asks everybody; none is to become that.
    return not question.ticket_type_ids or bool(_known(question.ticket_type_ids, copies))


def _copies(rows: Sequence[Row], event_id: UUID, shift: Shift) -> tuple[list[Row], dict[UUID, UUID]]:
    ids = {row.id: new_id() for row in rows}
    return [_copy(row, ids[row.id], event_id, shift) for row in rows], ids


def _copy(row: Row, copy_id: UUID, event_id: UUID, shift: Shift) -> Row:
    names = {attribute.key for attribute in inspect(type(row)).column_attrs} - OWN
    columns = {name: shift.of(getattr(row, name)) if name in TIMES else getattr(row, name) for name in names}
    return type(row)(id=copy_id, event_id=event_id, **columns)


async def _write(session: AsyncSession, parts: Parts) -> None:
    session.add_all([*parts.types, *parts.lists])
    await session.flush()
    of_lists = [
        CheckInListType(list_id=list_id, ticket_type_id=type_id)
        for list_id, type_ids in parts.admitted.items()
        for type_id in type_ids
    ]
    session.add_all([*of_lists, *parts.gates, *parts.questions])
    await session.flush()


async def _tell(session: AsyncSession, author: Author, event_id: UUID, parts: Parts) -> None:
    published = ((Entity.TICKET_TYPE, parts.types), (Entity.LIST, parts.lists), (Entity.GATE, parts.gates))
    for entity, rows in published:
        await feed.publish(session, event_id, entity, [row.id for row in rows])
    changes: list[Change] = []
    for kind, made in (("ticket_type", parts.types), ("gate", parts.gates), ("question", parts.questions)):
        changes += [await _made(session, kind, row) for row in made]
    changes += [await _made(session, "list", row, ticket_type_ids=parts.admitted[row.id]) for row in parts.lists]
    await audit.write_all(session, author, changes)


async def _made(session: AsyncSession, kind: str, row: Part, **others: object) -> Change:
    await session.refresh(row)
    return Change(f"{kind}.created", kind, row.id, None, snapshot(row, **others), row.event_id)
