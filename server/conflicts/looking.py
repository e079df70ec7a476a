"""The statements by which people look at conflicts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.conflict import Class
from server.checkins.models import CheckInList, Fact, Gate
from server.conflicts.models import Conflict, Settlement
from server.devices.models import Device
from server.paging import like_pattern
from server.registrations.models import Registration
from server.sync.models import Journal
from server.tickets.models import Ticket
from server.users.models import User

MOST_TOLD = 50
"""Facts of one conflict that are shown with it; a journal's may be thousands."""
State = Literal["open", "settled", "all"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which conflicts of an event: of a class, open or settled, on a list, with a text in a name or an e-mail."""

    event: UUID
    kind: Class | None = None
    state: State = "all"
    list: UUID | None = None
    text: str | None = None

    @property
    def clauses(self) -> tuple[ColumnElement[bool], ...]:
        """As conditions."""
        wished: list[ColumnElement[bool]] = [Conflict.event_id == self.event]
        if self.kind is not None:
            wished.append(Conflict.class_ == self.kind.value)
        if self.state == "open":
            wished.append(OPEN)
        if self.state == "settled":
            wished.append(~OPEN)
        if self.list is not None:
            wished.append(Conflict.list_id == self.list)
        if self.text:
            pattern = like_pattern(self.text)
            columns = (Registration.full_name, Registration.user_email, Device.name)
            wished.append(or_(*(column.ilike(pattern, escape="\\") for column in columns)))
        return tuple(wished)


OPEN = and_(Conflict.settled_at.is_(None), ~Conflict.gone)


@dataclass(frozen=True, slots=True)
class Listed:
    """A conflict with the names of its list, of the guest, and of the laptop that it is about."""

    conflict: Conflict
    list_name: str | None
    guest: str | None
    device: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One of a conflict's facts: when (corrected time), at which gate, by which device; None for the server's own."""

    id: UUID
    at: datetime
    kind: str
    gate: str | None
    device: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """How a conflict was settled once: when, by whom, for which facts; `undone_at`: taken back since."""

    conflict: UUID
    outcome: str
    at: datetime
    by: str | None
    facts: Sequence[UUID]
    undone_at: datetime | None


async def list_conflicts(
    session: AsyncSession, asked: Asked, limit: int, after: tuple[datetime, UUID] | None
) -> list[Listed]:
    """Conflicts, newest first."""
    statement = _selected(asked).order_by(Conflict.created_at.desc(), Conflict.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(Conflict.created_at, Conflict.id) < after)
    return [Listed(*row) for row in await session.execute(statement)]


async def count_conflicts(session: AsyncSession, asked: Asked) -> int:
    """How many there are."""
    counted = _selected(asked).with_only_columns(Conflict.id, maintain_column_froms=True).subquery()
    return await session.scalar(select(func.count()).select_from(counted)) or 0


async def count_open(session: AsyncSession, event: UUID) -> dict[str, int]:
    """How many are open, by class."""
    statement = select(Conflict.class_, func.count()).where(Conflict.event_id == event, OPEN).group_by(Conflict.class_)
    return {row[0]: row[1] for row in await session.execute(statement)}


async def get_listed(session: AsyncSession, conflict: Conflict) -> Listed:
    """One conflict with its names."""
    row = (await session.execute(_selected(Asked(conflict.event_id)).where(Conflict.id == conflict.id))).one()
    return Listed(*row)


async def list_told(session: AsyncSession, event_id: UUID, fact_ids: Iterable[UUID]) -> dict[UUID, Told]:
    """The facts with these ids, by id; of several with one id the one with the greater hash, as in the replay."""
    statement = (
        select(Fact.id, Fact.at, Fact.kind, Gate.name, Device.name)
        .outerjoin(Gate, Gate.id == Fact.gate_id)
        .outerjoin(Device, Device.id == Fact.device_id)
        .where(Fact.event_id == event_id, Fact.id.in_(list(fact_ids)))
        .order_by(Fact.hash)
    )
    return {row.id: Told(*row) for row in await session.execute(statement)}


async def list_decisions(session: AsyncSession, conflicts: Collection[UUID]) -> list[Decision]:
    """How these conflicts were settled, each time, oldest first."""
    who = func.nullif(func.trim(func.concat_ws(" ", User.first_name, User.last_name)), "")
    statement = (
        select(
            Settlement.conflict_id,
            Settlement.outcome,
            Settlement.created_at,
            func.coalesce(who, User.email),
            Settlement.fact_ids,
            Settlement.undone_at,
        )
        .outerjoin(User, User.id == Settlement.settled_by)
        .where(Settlement.conflict_id.in_(list(conflicts)))
        .order_by(Settlement.created_at, Settlement.id)
    )
    return [Decision(*row) for row in await session.execute(statement)]


async def list_place_serials(session: AsyncSession, conflict: Conflict) -> list[bytes]:
    """The serials that the place of a conflict ever had, of a duplicate those of its facts; none about a journal."""
    if conflict.class_ == Class.DUPLICATE_REGISTRATION:
        named = Fact.event_id == conflict.event_id, Fact.id.in_(conflict.fact_ids)
        return [serial for serial in await session.scalars(select(Fact.serial).distinct().where(*named)) if serial]
    if conflict.serial is not None:
        return [conflict.serial]
    if conflict.registration_id is None:
        return []
    mine = (Ticket.registration_id == conflict.registration_id) & (Ticket.place == conflict.place)
    return list(await session.scalars(select(Ticket.serial).where(mine)))


async def list_names(
    session: AsyncSession, event: UUID, devices: Collection[UUID]
) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """What the event's gates and these devices are called, wherever they enrolled."""
    gates = await session.execute(select(Gate.id, Gate.name).where(Gate.event_id == event))
    named = await session.execute(select(Device.id, Device.name).where(Device.id.in_(list(devices))))
    return {row[0]: row[1] for row in gates}, {row[0]: row[1] for row in named}


async def list_emails(session: AsyncSession, event: UUID, registrations: Collection[UUID]) -> dict[UUID, str]:
    """By what these registrations of one name are told apart."""
    wished = Registration.event_id == event, Registration.id.in_(list(registrations))
    return {
        row[0]: row[1] for row in await session.execute(select(Registration.id, Registration.user_email).where(*wished))
    }


def _selected(asked: Asked) -> Select[Conflict, str, str, str]:
    return (
        select(Conflict, CheckInList.name, Registration.full_name, Device.name)
        .outerjoin(CheckInList, CheckInList.id == Conflict.list_id)
        .outerjoin(Registration, Registration.id == Conflict.registration_id)
        .outerjoin(Journal, Journal.journal == Conflict.journal)
        .outerjoin(Device, Device.id == Journal.device_id)
        .where(*asked.clauses)
    )
