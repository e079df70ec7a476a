"""The tables of devices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Created, Model


class Device(Created, Model):
    """A laptop that an organizer invited by code, and that enrolled with its public key.

    `certificate` holds the bytes that were signed for it (device, key, events, expiry). Since `held_at` whatever it
    brings is held, as everything is that it brought before; `flagged_at`: it admitted faster than people can pass.
    """

    __tablename__ = "devices"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=func.gen_random_uuid())
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), index=True)
    name: Mapped[str]
    enrol_code_hash: Mapped[bytes] = mapped_column(unique=True)
    enrol_expires_at: Mapped[datetime]
    public_key: Mapped[bytes | None]
    certificate: Mapped[bytes | None]
    enrolled_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    flagged_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class DeviceEvent(Model):
    """One event that a device works for."""

    __tablename__ = "device_events"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
