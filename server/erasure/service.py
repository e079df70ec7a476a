"""Erase a person: everywhere their name stood, in the audit by destroying its key, on doors through the feed.

Tickets keep serial, type and status, so that nobody enters twice by them. What was done stays done, by nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author, system
from server.audit.service import Change
from server.auth import service as auth
from server.clock import utc_now
from server.db import Database
from server.erasure import queries
from server.erasure.persons import Persons, add_to_list, read_list
from server.errors import ApiProblem
from server.storage import Storage
from server.sync import feed
from server.sync.feed import Entity
from server.sync.snapshots import file_of, wait_for_build
from server.users.models import UserRole


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where people are remembered: the database, and the storage with snapshots and the list of who was erased."""

    database: Database
    storage: Storage


async def find(database: Database, email: str) -> Persons:
    """Every row that would be erased; raises ApiProblem 409 `is_staff` for who organizes or administers."""
    async with database.begin() as connection:
        persons = await queries.find_persons(connection, email)
        for user in persons.users:
            if await queries.find_role(connection, user) != UserRole.REGISTRATION_STAFF:
                sentence = "This person organizes events or administers. Take the role away first, then erase them."
                raise ApiProblem(409, "is_staff", sentence, field="email")
    return persons


async def erase(keeping: Keeping, author: Author, persons: Persons, now: datetime) -> None:
    """Leave nobody's name in these rows, one event after the other; the same again does no harm.

    They are put on the list first: should this be cut short, the next start of a server completes it.
    """
    async with keeping.database.sessions.begin() as session:
        await queries.lock_list(session)
        await add_to_list(keeping.storage, persons)
        await queries.silence_mails(session, persons)
        events = await queries.list_events(session, persons)
    for event in events:
        async with keeping.database.sessions.begin() as session:
            await _erase_at(session, author, event, persons, now)
        await keeping.storage.delete(file_of(event))
    async with keeping.database.sessions.begin() as session:
        for user in await queries.erase_users(session, persons.users):
            await auth.end_sessions(session, author, user, now)
            await auth.tell_role(session, user, None)
            await _forgotten(session, author, "user", [user], None, now)


async def apply_list(keeping: Keeping, data_keys: tuple[bytes, ...]) -> int:
    """Erase again whoever a restored database remembers; how many rows there were. Before anything is served."""
    persons = await read_list(keeping.storage)
    if not persons:
        return 0
    async with keeping.database.begin() as connection:
        back = await queries.still_there(connection, persons)
    if back:
        await erase(keeping, system(data_keys), back, utc_now())
    return sum(len(ids) for ids in (back.registrations, back.orders, back.waiting, back.users))


async def _erase_at(session: AsyncSession, author: Author, event: UUID, persons: Persons, now: datetime) -> None:
    # A guest list that is laid out just now has read who they are, and would be kept after the others are dropped.
    await wait_for_build(session, event)
    await feed.lock_heads(session, [event])
    registrations = await queries.erase_registrations(session, event, persons.registrations)
    serials = await queries.erase_companions(session, registrations)
    await queries.erase_asides(session, registrations)
    orders = await queries.erase_orders(session, event, persons.orders)
    waiting = await queries.erase_waiting(session, event, persons.waiting)
    await feed.publish(session, event, Entity.GUEST, registrations)
    await feed.publish(session, event, Entity.TICKET, serials)
    await queries.drop_snapshots(session, event)
    for kind, ids in (("registration", registrations), ("order", orders), ("waiting", waiting)):
        await _forgotten(session, author, kind, ids, event, now)


async def _forgotten(
    session: AsyncSession, author: Author, kind: str, ids: Iterable[UUID], event: UUID | None, now: datetime
) -> None:
    """Destroy the keys of these rows' values in the audit, and write down that it was done."""
    each = list(ids)
    for person in each:
        await audit.forget(session, person, now)
    told = [Change("person.erased", kind, person, None, {"erased": True}, event) for person in each]
    await audit.write_all(session, author, told)
