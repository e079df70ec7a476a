"""The statements of erasure: each table that names people, and what takes the place of a name."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import TextClause, text

from server.erasure.persons import Persons
from server.sync.feed import Executor

LOCK = 7_340_002


async def lock_list(connection: Executor) -> None:
    """One erasure at a time, over all processes, until the transaction ends."""
    await connection.execute(_LOCK, {"lock": LOCK})


async def find_persons(connection: Executor, email: str) -> Persons:
    """Every row that this e-mail stands in."""
    return await _persons(connection, _BY_EMAIL, {"email": email})


async def still_there(connection: Executor, persons: Persons) -> Persons:
    """Those of these rows that name somebody (again), as after a restore."""
    return await _persons(connection, _NAMED, _ids(persons))


async def list_events(connection: Executor, persons: Persons) -> Sequence[UUID]:
    """The events that these rows are of."""
    return (await connection.execute(_EVENTS, _ids(persons))).scalars().all()


async def erase_registrations(connection: Executor, event: UUID, ids: Collection[UUID]) -> list[UUID]:
    """Leave these registrations of the event without a person; those that are of it."""
    return list((await connection.execute(_REGISTRATIONS, {"event": event, "ids": list(ids)})).scalars())


async def erase_companions(connection: Executor, registrations: Collection[UUID]) -> list[bytes]:
    """Take the names of companions from the tickets of these registrations; the serials of those that had one."""
    return list((await connection.execute(_COMPANIONS, {"ids": list(registrations)})).scalars())


async def erase_asides(connection: Executor, registrations: Collection[UUID]) -> None:
    """Delete what was written beside facts about the tickets of these registrations; the facts stay."""
    await connection.execute(_ASIDES, {"ids": list(registrations)})


async def erase_orders(connection: Executor, event: UUID, ids: Collection[UUID]) -> list[UUID]:
    """Leave these orders of the event without a buyer; those that are of it."""
    return list((await connection.execute(_ORDERS, {"event": event, "ids": list(ids)})).scalars())


async def erase_waiting(connection: Executor, event: UUID, ids: Collection[UUID]) -> list[UUID]:
    """Let these leave the waiting list of the event, nameless; an offer ends by itself. Those that are of it."""
    return list((await connection.execute(_WAITING, {"event": event, "ids": list(ids)})).scalars())


async def erase_users(connection: Executor, ids: Collection[UUID]) -> list[UUID]:
    """Leave these accounts without a person; nobody can sign in with them any more."""
    return list((await connection.execute(_USERS, {"ids": list(ids)})).scalars())


async def silence_mails(connection: Executor, persons: Persons) -> None:
    """Let mails to these that have not left yet, or could not, go to nobody and say nothing. Before rows are erased."""
    await connection.execute(_MAILS, _ids(persons))


async def drop_snapshots(connection: Executor, event: UUID) -> None:
    """Let the event's guest list be laid out anew for whoever asks next."""
    await connection.execute(_SNAPSHOTS, {"event": event})


async def find_role(connection: Executor, user: UUID) -> str | None:
    """What an account may do."""
    return (await connection.execute(_ROLE, {"id": user})).scalar_one_or_none()


def _ids(persons: Persons) -> dict[str, object]:
    return {
        "registrations": list(persons.registrations),
        "orders": list(persons.orders),
        "waiting": list(persons.waiting),
        "users": list(persons.users),
    }


async def _persons(connection: Executor, statement: TextClause, parameters: dict[str, object]) -> Persons:
    row = (await connection.execute(statement, parameters)).one()
    return Persons(
        registrations=tuple(row.registrations),
        orders=tuple(row.orders),
        waiting=tuple(row.waiting),
        users=tuple(row.users),
    )


_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
_BY_EMAIL = text(
    """
    SELECT ARRAY(SELECT id FROM registrations WHERE user_email = :email ORDER BY id) AS registrations,
        ARRAY(SELECT id FROM orders WHERE buyer_email = :email ORDER BY id) AS orders,
        ARRAY(SELECT id FROM waiting WHERE user_email = :email ORDER BY id) AS waiting,
        ARRAY(SELECT id FROM users WHERE email = :email) AS users
    """
)
_NAMED = text(
    """
    SELECT ARRAY(SELECT id FROM registrations
            WHERE id = ANY(CAST(:registrations AS uuid[])) AND NOT starts_with(user_email, 'erased:')) AS registrations,
        ARRAY(SELECT id FROM orders
            WHERE id = ANY(CAST(:orders AS uuid[])) AND NOT starts_with(buyer_email, 'erased:')) AS orders,
        ARRAY(SELECT id FROM waiting
            WHERE id = ANY(CAST(:waiting AS uuid[])) AND NOT starts_with(user_email, 'erased:')) AS waiting,
        ARRAY(SELECT id FROM users
            WHERE id = ANY(CAST(:users AS uuid[])) AND NOT starts_with(email, 'erased:')) AS users
    """
)
_EVENTS = text(
    """
    SELECT event_id FROM registrations WHERE id = ANY(CAST(:registrations AS uuid[]))
    UNION SELECT event_id FROM orders WHERE id = ANY(CAST(:orders AS uuid[]))
    UNION SELECT event_id FROM waiting WHERE id = ANY(CAST(:waiting AS uuid[]))
    ORDER BY 1
    """
)
_REGISTRATIONS = text(
    """
    UPDATE registrations SET user_email = 'erased:' || id, full_name = '', phone = NULL, phone_sealed = NULL,
        notes_sealed = NULL, answers_sealed = NULL, version = version + 1, updated_at = now()
    WHERE event_id = :event AND id = ANY(CAST(:ids AS uuid[])) RETURNING id
    """
)
_COMPANIONS = text(
    """
    UPDATE tickets SET holder_name = NULL, updated_at = now()
    WHERE registration_id = ANY(CAST(:ids AS uuid[])) AND holder_name IS NOT NULL RETURNING serial
    """
)
_ASIDES = text(
    """
    DELETE FROM asides USING tickets ticket, facts fact
    WHERE ticket.registration_id = ANY(CAST(:ids AS uuid[])) AND fact.serial = ticket.serial
        AND asides.hash = decode(CAST(convert_from(fact.raw, 'UTF8') AS json) ->> 'aside', 'hex')
    """
)
_ORDERS = text(
    """
    UPDATE orders SET buyer_email = 'erased:' || id, buyer_name = '', version = version + 1, updated_at = now()
    WHERE event_id = :event AND id = ANY(CAST(:ids AS uuid[])) RETURNING id
    """
)
_WAITING = text(
    """
    UPDATE waiting SET user_email = 'erased:' || id, full_name = '', phone_sealed = NULL, updated_at = now(),
        status = CASE status WHEN 'waiting' THEN 'left' ELSE status END
    WHERE event_id = :event AND id = ANY(CAST(:ids AS uuid[])) RETURNING id
    """
)
_USERS = text(
    """
    UPDATE users SET email = 'erased:' || id, first_name = NULL, last_name = NULL, is_active = false,
        password_hash = '', updated_at = now()
    WHERE id = ANY(CAST(:ids AS uuid[])) RETURNING id
    """
)
_MAILS = text(
    """
    UPDATE jobs SET data = (data - 'sealed') || '{"to": "erased:"}'
    WHERE type = 'send-email' AND data ->> 'to' IN (
        SELECT user_email FROM registrations WHERE id = ANY(CAST(:registrations AS uuid[]))
        UNION SELECT buyer_email FROM orders WHERE id = ANY(CAST(:orders AS uuid[]))
        UNION SELECT user_email FROM waiting WHERE id = ANY(CAST(:waiting AS uuid[]))
        UNION SELECT email FROM users WHERE id = ANY(CAST(:users AS uuid[]))
    )
    """
)
_SNAPSHOTS = text("DELETE FROM snapshots WHERE event_id = :event")
_ROLE = text("SELECT CAST(role AS text) FROM users WHERE id = :id")
