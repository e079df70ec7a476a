"""The statements of registering: what an event has left, whom it knows, and the rows of all who got a place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.piped import Pipe, Rows, bytea_array, piped, text_array, uuid_array
from server.registrations.models import PaymentStatus
from server.registrations.places import OnSale
from server.sync import feed
from server.sync.feed import Executor
from server.tickets import service as tickets


@dataclass(frozen=True, slots=True)
class Open:
    """An event under its head's lock, and the database's time. `somebody_waits` for places that it would offer.

    `sells`: neither cancelled nor archived, so that its staff at least may register.
    """

    id: UUID
    number: int
    is_active: bool
    takes_money_at_door: bool
    reserved_places: int
    has_waiting_list: bool
    capacity: int | None
    sold: int
    offered: int
    now: datetime
    somebody_waits: bool = False
    sells: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """The registration that an e-mail has already, and the serial of its own ticket unless that is void.

    `last_place` of a cancelled one: the last that it ever had a ticket for.
    """

    id: UUID
    user_email: str
    status: str
    serial: bytes | None
    last_place: int


@dataclass(frozen=True, slots=True)
class Stand:
    """What there is to be judged once an event is locked; `head` is its revision, `key_number` that of its key.

    `codes` are short codes that no ticket of the event has.
    """

    head: int
    event: Open
    key_number: int
    has_questions: bool
    types: Sequence[OnSale]
    known: Mapping[str, Known]
    codes: Collection[str]


@dataclass(frozen=True, slots=True)
class _Beside:
    key_number: int
    has_questions: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A registration's row before it is written, new or revived."""

    id: UUID
    ticket_type_id: UUID
    user_email: str
    full_name: str
    phone_sealed: bytes | None
    payment_status: PaymentStatus
    qr_code: str | None
    order_id: UUID | None
    import_id: UUID | None
    notes_sealed: bytes | None
    answers_sealed: bytes | None
    language: str


@dataclass(frozen=True, slots=True)
class Written:
    """What the database adds to a row."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime


async def find_open(session: Executor, event_id: UUID) -> Open | None:
    """The event as it is now; the caller holds its head."""
    row = (await session.execute(_OPEN, {"event": event_id})).one_or_none()
    return None if row is None else Open(*row)


async def find_stand(
    connection: AsyncConnection, event_id: UUID, emails: Sequence[str], tickets_asked: int
) -> Stand | None:
    """Lock the event and then read what is needed to give out places, in one journey; None: no such event.

    `emails` are those of the askers: which of them are registered already.
    """
    async with piped(connection) as pipe:
        head = feed.send_lock(pipe, event_id)
        event = pipe.send(_OPEN, {"event": event_id}, Open)
        beside = pipe.send(_BESIDE, {"event": event_id}, _Beside)
        types = pipe.send(_ON_SALE, {"event": event_id}, OnSale)
        known = pipe.send(_KNOWN, {"event": event_id, "emails": text_array(emails)}, Known)
        codes = tickets.ask_codes(pipe, event_id, tickets_asked)
    revision, opened, more = head.first(), event.first(), beside.first()
    if revision is None or opened is None or more is None:
        return None
    return Stand(
        head=revision,
        event=opened,
        key_number=more.key_number,
        has_questions=more.has_questions,
        types=types.all(),
        known={each.user_email: each for each in known.all()},
        codes=codes.free(),
    )


async def list_on_sale(session: Executor, event_id: UUID) -> list[OnSale]:
    """The event's ticket types by number, as they are counted under its head."""
    return [OnSale(*row) for row in await session.execute(_ON_SALE, {"event": event_id})]


def send(pipe: Pipe, event_id: UUID, rows: Sequence[Row]) -> Rows[Written]:
    """Write registrations that are new or come back, one statement for all of them.

    Notes on somebody who comes back stay unless there are new ones.
    """
    columns = {
        "event_id": event_id,
        "ids": uuid_array(row.id for row in rows),
        "types": uuid_array(row.ticket_type_id for row in rows),
        "emails": text_array(row.user_email for row in rows),
        "names": text_array(row.full_name for row in rows),
        "phones": bytea_array(row.phone_sealed for row in rows),
        "payments": text_array(row.payment_status.value for row in rows),
        "codes": text_array(row.qr_code for row in rows),
        "orders": uuid_array(row.order_id for row in rows),
        "imports": uuid_array(row.import_id for row in rows),
        "notes": bytea_array(row.notes_sealed for row in rows),
        "answers": bytea_array(row.answers_sealed for row in rows),
        "languages": text_array(row.language for row in rows),
    }
    return pipe.send(_UPSERT, columns, Written)


_OPEN = text(
    """
    SELECT event.id, event.number, event.is_active, event.takes_money_at_door, event.reserved_places,
           event.has_waiting_list, head.capacity, head.sold, head.offered, now(),
           event.has_waiting_list AND event.is_active AND event.date > now()
               AND EXISTS (SELECT FROM waiting WHERE waiting.event_id = event.id AND waiting.status = 'waiting'),
           event.is_active OR event.inactive_as = 'draft'
    FROM events AS event JOIN event_heads AS head ON head.event_id = event.id
    WHERE event.id = :event
    """
)
_BESIDE = text(
    """
    SELECT number, EXISTS (SELECT FROM questions WHERE event_id = :event AND retired_at IS NULL)
    FROM event_keys WHERE event_id = :event AND state = 'current'
    """
)
_ON_SALE = text(
    """
    SELECT id, number, price_minor, quota, sold, offered, sale_from, sale_until, companions_allowed
    FROM ticket_types WHERE event_id = :event ORDER BY number
    """
)
_KNOWN = text(
    """
    SELECT registration.id, registration.user_email, registration.status, ticket.serial,
           CASE WHEN registration.status = 'cancelled' THEN coalesce(
               (SELECT max(had.place) FROM tickets AS had WHERE had.registration_id = registration.id), 0) ELSE 0 END
    FROM registrations AS registration
    LEFT JOIN tickets AS ticket ON ticket.registration_id = registration.id AND ticket.place = 0
        AND ticket.status NOT IN ('revoked', 'cancelled')
    WHERE registration.event_id = :event AND registration.user_email = ANY(CAST(:emails AS text[]))
    """
)
_UPSERT = text(
    """
    INSERT INTO registrations (event_id, id, ticket_type_id, user_email, full_name, phone_sealed, payment_status,
                               qr_code, order_id, import_id, notes_sealed, answers_sealed, language)
    SELECT :event_id, id, ticket_type_id, user_email, full_name, phone_sealed, CAST(payment AS payment_status),
           qr_code, order_id, import_id, notes_sealed, answers_sealed, language
    FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS uuid[]), CAST(:emails AS text[]), CAST(:names AS text[]),
                CAST(:phones AS bytea[]), CAST(:payments AS text[]), CAST(:codes AS text[]), CAST(:orders AS uuid[]),
                CAST(:imports AS uuid[]), CAST(:notes AS bytea[]), CAST(:answers AS bytea[]),
                CAST(:languages AS text[]))
        AS asked (id, ticket_type_id, user_email, full_name, phone_sealed, payment, qr_code, order_id, import_id,
                  notes_sealed, answers_sealed, language)
    ON CONFLICT (id) DO UPDATE SET
        ticket_type_id = excluded.ticket_type_id, full_name = excluded.full_name, phone = NULL,
        phone_sealed = excluded.phone_sealed, payment_status = excluded.payment_status, qr_code = excluded.qr_code,
        order_id = excluded.order_id, import_id = excluded.import_id,
        notes_sealed = coalesce(excluded.notes_sealed, registrations.notes_sealed),
        answers_sealed = excluded.answers_sealed, language = excluded.language, status = 'active',
        version = registrations.version + 1, updated_at = now()
    RETURNING id, version, created_at, updated_at
    """
)
