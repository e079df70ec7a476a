"""The statements of devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.checkins.models import Fact
from server.devices.models import Device, DeviceEvent
from server.sync.feed import Executor
from server.sync.models import Journal, Quarantined


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device that has enrolled: its Ed25519 public key, its events, and whether it was revoked since.

    `held`: what it brings waits to be accepted, because of that or because an organizer holds it.
    """

    id: UUID
    public_key: bytes
    events: frozenset[UUID]
    revoked: bool
    held: bool


async def find_enrolled(connection: Executor, device_id: UUID) -> Enrolled | None:
    """A device that may sign its requests."""
    row = (await connection.execute(_ENROLLED, {"id": device_id})).one_or_none()
    return (
        Enrolled(device_id, row.public_key, frozenset(row.events), row.revoked, row.held) if row is not None else None
    )


async def lock_by_code(session: AsyncSession, code_hash: bytes) -> Device | None:
    """The device invited with this code, locked, so that a code is used once."""
    statement = select(Device).where(Device.enrol_code_hash == code_hash).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def lock(session: AsyncSession, device_id: UUID) -> Device | None:
    """One device as it is now, locked."""
    return await session.get(Device, device_id, with_for_update=True, populate_existing=True)


async def list_events(session: AsyncSession, device_id: UUID) -> list[UUID]:
    """The events that a device works for."""
    statement = select(DeviceEvent.event_id).where(DeviceEvent.device_id == device_id).order_by(DeviceEvent.event_id)
    return list(await session.scalars(statement))


async def add_event(session: AsyncSession, device_id: UUID, event_id: UUID) -> bool:
    """Let a device work for an event; False when it does already."""
    statement = insert(DeviceEvent).values(device_id=device_id, event_id=event_id).on_conflict_do_nothing()
    return (await session.execute(statement.returning(DeviceEvent.event_id))).first() is not None


async def remove_event(session: AsyncSession, device_id: UUID, event_id: UUID) -> None:
    """Let a device work for an event no more."""
    await session.execute(
        delete(DeviceEvent).where(DeviceEvent.device_id == device_id, DeviceEvent.event_id == event_id)
    )


async def list_devices(session: AsyncSession, event_id: UUID) -> Sequence[tuple[Device, int, bool, int, int]]:
    """Devices of an event, newest first; with how many facts of its journals are here, and whether one is forked.

    Then how many facts of this event are held, and how many pieces could not be read.
    """
    held = select(func.count()).where(Fact.event_id == event_id, Fact.held, Fact.device_id == Device.id)
    unreadable = select(func.count()).where(Quarantined.device_id == Device.id)
    statement = (
        select(
            Device,
            func.coalesce(func.sum(Journal.head_seq), 0),
            func.coalesce(func.bool_or(Journal.forked), False),
            held.scalar_subquery(),
            unreadable.scalar_subquery(),
        )
        .join(DeviceEvent, DeviceEvent.device_id == Device.id)
        .outerjoin(Journal, Journal.device_id == Device.id)
        .where(DeviceEvent.event_id == event_id)
        .group_by(Device.id)
        .order_by(Device.created_at.desc(), Device.id)
    )
    return [(device, int(facts), *others) for device, facts, *others in await session.execute(statement)]


_ENROLLED = text(
    """
    SELECT public_key, revoked_at IS NOT NULL AS revoked, coalesce(revoked_at, held_at) IS NOT NULL AS held,
           ARRAY(SELECT event_id FROM device_events WHERE device_id = devices.id) AS events
    FROM devices WHERE id = :id AND public_key IS NOT NULL
    """
)
