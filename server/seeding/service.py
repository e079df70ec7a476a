"""Fill an empty database, in one transaction: all of it is there afterwards, or nothing."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.problems import Problem
from eventreg_core.wire import Certificate
from server.auth.programs import hash_of, new_api_token
from server.clock import new_id
from server.events.models import EventRole
from server.seeding import guests, scans
from server.seeding.copying import Batch
from server.seeding.festivals import Festival, add_festival, festival
from server.seeding.guests import Issued
from server.seeding.indexes import put_aside, put_back
from server.seeding.people import People
from server.seeding.plan import Plan, sizes
from server.seeding.progress import Progress
from server.seeding.scans import Journal, Passing
from server.sync.feed import CHECK_BYTES, Entity
from server.users.models import UserRole

STAFF = (
    ("admin@example.org", UserRole.ADMIN),
    ("organizer@example.org", UserRole.ORGANIZER),
    ("door@example.org", UserRole.REGISTRATION_STAFF),
)
"""Accounts that are always made, besides those that the plan asks for."""
TEAM = (EventRole.ORGANIZER, EventRole.SUPERVISOR, EventRole.STAFF, EventRole.STAFF, EventRole.VIEWER)
"""What the accounts that share an event may do there."""
CERTIFICATE_LIFE = timedelta(days=400)
TOKEN_LIFE = timedelta(days=30)


class NotEmpty(Problem):
    """The database has events already: nothing is ever written beside real ones."""

    def __init__(self) -> None:
        sentence = "This database has events or users already. Seed an empty one: set EVENTREG_DATA to a new folder."
        super().__init__("not_empty", sentence)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What outside tools need of the first event: tickets that nobody showed yet, what signs them, who may scan.

    `api_token` is good for TOKEN_LIFE, with the rights of staff at this event alone.
    """

    event: Festival
    tickets: Sequence[Issued]
    signing_key: Ed25519PrivateKey
    api_token: str


@dataclass(slots=True)
class _Work:
    """What the parts of the work share."""

    connection: psycopg.Connection[Any]
    plan: Plan
    now: datetime
    data_keys: tuple[bytes, ...]
    password_hash: str
    progress: Progress
    rng: Random
    people: People
    users: list[UUID]
    batch: Batch


def seed(
    connection: psycopg.Connection[Any],
    plan: Plan,
    data_keys: tuple[bytes, ...],
    password_hash: str,
    progress: Progress,
    now: datetime,
) -> Seeded:
    """Write what the plan says, and commit. Raises NotEmpty where there is an event or a user already.

    Everybody's password is the one behind `password_hash`.
    """
    rng = Random(plan.seed)
    work = _Work(connection, plan, now, data_keys, password_hash, progress, rng, People(plan.seed), [], Batch())
    with connection.transaction():
        for setting in ("synchronous_commit = off", "maintenance_work_mem = '512MB'", "lock_timeout = '10s'"):
            connection.execute(f"SET LOCAL {setting}")
        known = connection.execute("SELECT EXISTS (SELECT FROM events) OR EXISTS (SELECT FROM users)").fetchone()
        if known is None or known[0]:
            raise NotEmpty
        aside = put_aside(connection)
        _add_users(work)
        seeded = _add_events(work)
        put_back(connection, aside, progress)
        progress.begin("commit", 1)
        # What is remembered of each list at the commit is looked up in tables that nobody has analysed: row by row of
        # all of them it would take minutes.
        for way in ("seqscan", "hashjoin", "mergejoin"):
            connection.execute(f"SET LOCAL enable_{way} = off")
    progress.end()
    return seeded


def _add_users(work: _Work) -> None:
    work.progress.begin("users", work.plan.users + len(STAFF))
    accounts = [(email, role, "") for email, role in STAFF]
    accounts += [
        (work.people.email(number), UserRole.REGISTRATION_STAFF, work.people.full_name(number))
        for number in range(work.plan.users)
    ]
    for number, (email, role, name) in enumerate(accounts, start=1):
        work.users.append(new_id())
        first, _, last = name.partition(" ")
        work.batch.add("users", work.users[-1], email, work.password_hash, role.value, first or None, last or None)
        if number % guests.AT_ONCE == 0 or number == len(accounts):
            work.batch.send(work.connection)
        work.progress.add(1)


def _add_events(work: _Work) -> Seeded:
    plan, connection = work.plan, work.connection
    drawn_numbers = connection.execute(
        "SELECT nextval(pg_get_serial_sequence('events', 'number')) FROM generate_series(1, %s)", [plan.events]
    ).fetchall()
    work.progress.begin("registrations", plan.registrations)
    seeded: Seeded | None = None
    # Persons repeat across events, never within one; those with accounts are among them.
    persons, first_person = max(plan.users, plan.largest, plan.registrations // 3), 0
    for index, size in enumerate(sizes(plan, work.rng)):
        if first_person + size > persons:
            first_person = 0
        made = festival(index, int(drawn_numbers[index][0]), work.rng, work.now, work.data_keys)
        device = new_id() if index == 0 else None
        fresh = _add_event(work, made, size, first_person, device)
        if device is not None:
            seeded = Seeded(made, fresh, made.signing_key(work.data_keys), _add_api_token(work, made))
        first_person += size
    work.batch.send(connection)
    assert seeded is not None, "a plan has an event"
    return seeded


def _add_event(work: _Work, made: Festival, size: int, first_person: int, device: UUID | None) -> list[Issued]:
    """Write one event and all that belongs to it; its settled tickets that were not shown at a door."""
    drawn = guests.draw(size, work.rng)
    add_festival(work.batch, made, drawn.sold, work.users[1], work.now)
    _add_team(work, made)
    if device is not None:
        _add_device(work, made, device)
    revision = _publish(work.batch, made.id, 0, made.published)
    valid: list[Issued] = []
    for written in guests.add_guests(work.batch, guests.guests_of(made, drawn, work.people, first_person, work.now)):
        # As registering does: the guests of a transaction, then their tickets.
        revision = _publish(work.batch, made.id, revision, ((Entity.GUEST, each) for each in written.registrations))
        revision = _publish(work.batch, made.id, revision, ((Entity.TICKET, each.hex()) for each in written.serials))
        valid += written.valid
        if work.batch.waiting >= guests.AT_ONCE:
            work.batch.send(work.connection)
        work.progress.add(len(written.registrations))
    settled = [each for each in valid if each.settled]
    came = scans.passings(made, [each.serial for each in settled], work.plan.scanned, work.rng, work.now)
    revision = _add_scans(work, made, came if made.state == "active" else [], revision, device)
    total = sum(drawn.sold)
    work.batch.add("event_heads", made.id, revision, total, total + total // 4 + 20)
    shown = {passing.serial for passing in came}
    return [each for each in settled if each.serial not in shown]


def _add_team(work: _Work, made: Festival) -> None:
    accounts = work.users[len(STAFF) :]
    chosen = work.rng.sample(accounts, min(len(TEAM), len(accounts)))
    for user, role in zip(chosen, TEAM, strict=False):
        work.batch.add("grants", made.id, user, role.value)


def _add_device(work: _Work, made: Festival, device: UUID) -> None:
    # Its private key is nowhere: this laptop has scanned, and it will not be back.
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    expires = work.now + CERTIFICATE_LIFE
    certificate = Certificate(device=device, public_key=public.hex(), events=(made.id,), expires=expires)
    work.batch.add(
        "devices",
        *(device, made.id, "Seeded laptop", os.urandom(32), work.now, public, msgspec.json.encode(certificate)),
        *(work.now, work.users[1]),
    )
    work.batch.add("device_events", device, made.id)


def _add_api_token(work: _Work, made: Festival) -> str:
    token, door = new_api_token(), work.users[2]
    work.batch.add("grants", made.id, door, EventRole.STAFF.value)
    about = (new_id(), hash_of(token), made.id, door, "Load tools", work.now + TOKEN_LIFE, work.users[1])
    work.batch.add("api_tokens", *about)
    return token


def _add_scans(work: _Work, made: Festival, came: Sequence[Passing], revision: int, device: UUID | None) -> int:
    journal = Journal(new_id(), device) if device is not None and came else None
    author = f"user:{work.users[2]}"
    ids = list(scans.add_scans(work.batch, made, came, journal, author, revision + 1))
    if journal is not None:
        head = journal.head
        work.batch.add("journals", journal.id, journal.device, head.seq, bytes.fromhex(head.hash))
    return _publish(work.batch, made.id, revision, ((Entity.FACT, str(each)) for each in ids))


def _publish(batch: Batch, event: UUID, revision: int, things: Iterable[tuple[Entity, str]]) -> int:
    """Put these into an event's feed after `revision`; the last revision then."""
    lines = []
    for kind, each in things:
        revision += 1
        lines.append(f"{event}\t{revision}\t{kind.value}\t{each}\t\\\\x{os.urandom(CHECK_BYTES).hex()}")
    batch.add_lines("changes", lines)
    return revision
