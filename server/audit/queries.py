"""The statements of the audit: rows are inserted and read, never updated or deleted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import Author
from server.audit.models import AuditRow, PersonKey
from server.piped import Pipe, bytea_array, text_array, uuid_array
from server.sync.feed import Executor, Writer


@dataclass(frozen=True, slots=True)
class Row:
    """An audit row before it is written; `before` and `after` are as they are stored."""

    author: Author
    id: UUID
    action: str
    object_kind: str
    object_id: str
    event_id: UUID | None
    person_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of audit rows is asked for; `after` is the number of the last one seen."""

    limit: int
    event_id: UUID | None = None
    object_id: str | None = None
    after: int | None = None


async def insert(connection: Writer, rows: Sequence[Row]) -> None:
    """Write rows, one statement for all of them."""
    columns = {
        "kinds": text_array(row.author.kind for row in rows),
        "authors": uuid_array(row.author.id for row in rows),
        "addresses": text_array(row.author.address for row in rows),
        "requests": text_array(row.author.request_id for row in rows),
        "ids": uuid_array(row.id for row in rows),
        "actions": text_array(row.action for row in rows),
        "object_kinds": text_array(row.object_kind for row in rows),
        "object_ids": text_array(row.object_id for row in rows),
        "events": uuid_array(row.event_id for row in rows),
        "persons": uuid_array(row.person_id for row in rows),
        "before": text_array(_json(row.before) for row in rows),
        "after": text_array(_json(row.after) for row in rows),
    }
    await connection.execute(_INSERT, columns)


async def add_keys(connection: Executor, sealed: Mapping[UUID, bytes]) -> set[UUID]:
    """Keep keys of people who have none and never were erased; whose they are."""
    return set((await connection.execute(_ADD_KEYS, _keys(sealed))).scalars())


async def send_keys(pipe: Pipe, sealed: Mapping[UUID, bytes]) -> None:
    """As `add_keys`, where nobody can have a key yet."""
    await pipe.execute(_ADD_KEYS, _keys(sealed))


async def list_keys(connection: Executor, persons: Collection[UUID]) -> dict[UUID, bytes]:
    """The sealed keys of these people; nobody's who was erased."""
    statement = select(PersonKey.person_id, PersonKey.sealed).where(
        PersonKey.person_id.in_(list(persons)), PersonKey.sealed.is_not(None)
    )
    return {person: key for person, key in await connection.execute(statement) if key is not None}


async def destroy_key(connection: Executor, person: UUID, now: datetime) -> None:
    """Leave no key of this person, and let none be made again."""
    await connection.execute(_DESTROY_KEY, {"person": person, "now": now})


async def list_rows(session: AsyncSession, asked: Asked) -> Sequence[AuditRow]:
    """Rows, newest first."""
    statement = select(AuditRow).order_by(AuditRow.number.desc()).limit(asked.limit)
    if asked.event_id is not None:
        statement = statement.where(AuditRow.event_id == asked.event_id)
    if asked.object_id is not None:
        statement = statement.where(AuditRow.object_id == asked.object_id)
    if asked.after is not None:
        statement = statement.where(AuditRow.number < asked.after)
    return (await session.scalars(statement)).all()


def _keys(sealed: Mapping[UUID, bytes]) -> dict[str, object]:
    return {"ids": uuid_array(sealed), "keys": bytea_array(sealed.values())}


def _json(fields: dict[str, Any] | None) -> str | None:
    return None if fields is None else msgspec.json.encode(fields).decode()


_INSERT = text(
    """
    INSERT INTO audit (author_kind, author_id, address, request_id,
                       id, action, object_kind, object_id, event_id, person_id, before, after)
    SELECT author_kind, author_id, address, request_id,
           id, action, object_kind, object_id, event_id, person_id, CAST(before AS jsonb), CAST(after AS jsonb)
    FROM unnest(CAST(:kinds AS text[]), CAST(:authors AS uuid[]), CAST(:addresses AS text[]),
                CAST(:requests AS text[]), CAST(:ids AS uuid[]), CAST(:actions AS text[]),
                CAST(:object_kinds AS text[]), CAST(:object_ids AS text[]), CAST(:events AS uuid[]),
                CAST(:persons AS uuid[]),
                CAST(:before AS text[]), CAST(:after AS text[]))
        AS told (author_kind, author_id, address, request_id,
                 id, action, object_kind, object_id, event_id, person_id, before, after)
    """
)
_ADD_KEYS = text(
    """
    INSERT INTO person_keys (person_id, sealed)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS bytea[])) ORDER BY 1
    ON CONFLICT DO NOTHING
    RETURNING person_id
    """
)
_DESTROY_KEY = text(
    """
    INSERT INTO person_keys (person_id, sealed, erased_at) VALUES (:person, NULL, :now)
    ON CONFLICT (person_id) DO UPDATE
    SET sealed = NULL, erased_at = coalesce(person_keys.erased_at, excluded.erased_at)
    """
)
