"""Invite laptops to an event, enrol them, and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.wire import Certificate, EnrolAnswer, EnrolRequest
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.auth.access import Level, access_row
from server.auth.tokens import Caller
from server.blanks import service as blanks
from server.clock import new_id
from server.devices import codes, queries
from server.devices.identity import Identity
from server.devices.models import Device, DeviceEvent
from server.errors import ApiProblem, not_found
from server.sync import feed

CODE_LIFE = timedelta(hours=24)
ANSWER_AGAIN = timedelta(minutes=10)
"""How long the same laptop gets the same answer, should the first one have been lost."""
CERTIFICATE_LIFE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Invited:
    """A device to be: `code` is shown once and kept as a hash only."""

    device: Device
    code: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A device with the number of its facts that are here without a gap, and whether one of its journals is forked.

    `held`: its facts of the event that do not count; `quarantined`: what it sent that could not be read.
    """

    device: Device
    facts: int
    forked: bool
    held: int
    quarantined: int


async def invite(
    session: AsyncSession, author: Author, event_id: UUID, name: str, secret: bytes, now: datetime
) -> Invited:
    """Make a code with which one laptop becomes a device of this event within 24 hours; its author is a user."""
    code = codes.new_code()
    device = Device(
        id=new_id(),
        event_id=event_id,
        name=name,
        enrol_code_hash=codes.hash_of(secret, code),
        enrol_expires_at=now + CODE_LIFE,
        created_by=author.user_id,
    )
    session.add(device)
    await session.flush()
    session.add(DeviceEvent(device_id=device.id, event_id=event_id))
    await audit.write(session, author, "device.invited", "device", device.id, None, {"name": name}, event_id=event_id)
    return Invited(device, code)


async def enrol(
    session: AsyncSession, author: Author, identity: Identity, secret: bytes, request: EnrolRequest, now: datetime
) -> EnrolAnswer:
    """Make a laptop a device; the same laptop may ask again for ten minutes and hears the same.

    Raises ApiProblem 404 `enrol_code_unknown`, 410 `enrol_code_used` or 410 `enrol_code_expired`.
    """
    device = await queries.lock_by_code(session, codes.hash_of(secret, request.code))
    if device is None:
        raise ApiProblem(
            404, "enrol_code_unknown", "This code is not known here. Check it for a slip, or ask the organizer."
        )
    public_key = bytes.fromhex(request.public_key)
    if device.enrolled_at is None:
        if now >= device.enrol_expires_at or device.revoked_at is not None:
            raise ApiProblem(410, "enrol_code_expired", "This code is over. Ask the organizer for a new one.")
        before = snapshot(device)
        await _enrol(session, device, request.name, public_key, now)
        await _audit(session, author, "device.enrolled", device, before)
    elif device.public_key != public_key or now >= device.enrolled_at + ANSWER_AGAIN:
        raise ApiProblem(
            410, "enrol_code_used", "This code was used already. Ask the organizer for a new one for this laptop."
        )
    return _answer(device, identity, now)


async def access_device(session: AsyncSession, caller: Caller, device_id: UUID, at_least: Level) -> Device:
    """One device, for a caller who may do at least this on its event; raises 404 `device_not_found` or 403."""
    missing = not_found("device_not_found", "There is no such device, or it is not shared with you.")
    statement = select(Device).where(Device.id == device_id)
    return await access_row(session, caller, statement, Device.event_id, at_least, missing)


async def revoke(session: AsyncSession, author: Author, device: Device, now: datetime) -> Device:
    """Trust a device no more: it may still push, but what it brings is held, and its unsold blanks are void.

    Harmless when repeated.
    """
    events = await queries.list_events(session, device.id)
    await feed.lock_heads(session, events)
    locked = await queries.lock(session, device.id) or device
    if locked.revoked_at is None:
        for event_id in events:
            await blanks.void_unsold(session, author, event_id, device.id)
        before = snapshot(locked)
        locked.revoked_at = now
        await session.flush()
        await _audit(session, author, "device.revoked", locked, before)
    return locked


async def lend(session: AsyncSession, author: Author, device: Device, event_id: UUID) -> Device:
    """Let a device work for one more event; harmless when it does already."""
    await queries.lock(session, device.id)
    if await queries.add_event(session, device.id, event_id):
        await _audit_lent(session, author, "device.lent", device, event_id)
    return device


async def call_back(session: AsyncSession, author: Author, device_id: UUID, event_id: UUID) -> None:
    """Let a device work for this event no more. What it tells of it from now on is set aside.

    Raises ApiProblem 404 `device_not_found`, 409 `home_event` for the event that it enrolled for: revoke it instead.
    """
    await feed.lock_heads(session, [event_id])
    device = await queries.lock(session, device_id)
    if device is None or event_id not in await queries.list_events(session, device_id):
        raise not_found("device_not_found", "This device does not work for this event.")
    if device.event_id == event_id:
        raise ApiProblem(409, "home_event", "This laptop was enrolled for this very event. Revoke it instead.")
    await blanks.void_unsold(session, author, event_id, device_id)
    await queries.remove_event(session, device_id, event_id)
    await _audit_lent(session, author, "device.called_back", device, event_id)


async def _audit_lent(session: AsyncSession, author: Author, action: str, device: Device, event_id: UUID) -> None:
    about = {"device": str(device.id), "name": device.name}
    before, after = (None, about) if action == "device.lent" else (about, None)
    await audit.write(session, author, action, "device_event", device.id, before, after, event_id=event_id)


async def list_devices(session: AsyncSession, event_id: UUID) -> Sequence[Listed]:
    """Every device of an event, newest first, those invited and those revoked too."""
    return [Listed(*row) for row in await queries.list_devices(session, event_id)]


async def _audit(session: AsyncSession, author: Author, action: str, device: Device, before: dict[str, Any]) -> None:
    after = snapshot(device)
    await audit.write(session, author, action, "device", device.id, before, after, event_id=device.event_id)


async def _enrol(session: AsyncSession, device: Device, name: str, public_key: bytes, now: datetime) -> None:
    device.name = device.name or name or "Laptop"
    device.public_key = public_key
    device.enrolled_at = now
    certificate = Certificate(
        device=device.id,
        public_key=public_key.hex(),
        events=tuple(await queries.list_events(session, device.id)),
        expires=now + CERTIFICATE_LIFE,
    )
    device.certificate = msgspec.json.encode(certificate)
    await session.flush()


def _answer(device: Device, identity: Identity, now: datetime) -> EnrolAnswer:
    assert device.certificate is not None, "an enrolled device has its certificate"
    return EnrolAnswer(
        device=device.id,
        name=device.name,
        event=device.event_id,
        server=identity.id,
        server_key=identity.public_key.hex(),
        certificate=device.certificate.decode(),
        signature=identity.key.sign(device.certificate).hex(),
        server_time=now,
    )
