"""Write down who changed what, with the change itself; read it; forget a person."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import sealing
from server.audit import fields, queries
from server.audit.author import Author
from server.audit.fields import Fields, snapshot
from server.audit.models import AuditRow
from server.audit.queries import Asked, Row
from server.clock import new_id
from server.piped import Pipe
from server.sync.feed import Executor

__all__ = [
    "Asked",
    "Author",
    "Change",
    "Shown",
    "forget",
    "known_keys",
    "list_rows",
    "send",
    "send_each",
    "snapshot",
    "write",
    "write_all",
    "write_each",
]
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Change:
    """One change to one thing. `action` reads `thing.verb`; `before` None: it was made; `after` None: it is gone.

    `person` is whose values are in it (the id of a user or a registration), needed where a field is personal.
    """

    action: str
    object_kind: str
    object_id: object
    before: Fields | None
    after: Fields | None
    event_id: UUID | None = None
    person: UUID | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the audit as it may be read now: values of a person who was erased are `{"erased": true}`."""

    row: AuditRow
    before: dict[str, Any] | None
    after: dict[str, Any] | None


async def write(
    session: Executor,
    author: Author,
    action: str,
    object_kind: str,
    object_id: object,
    before: Fields | None,
    after: Fields | None,
    *,
    event_id: UUID | None = None,
    person: UUID | None = None,
) -> None:
    """Write one change down, in the transaction that makes it; see `Change`.

    Of fields given before and after only those that differ are kept; `snapshot(row)` gives all of a row's.
    """
    await write_all(session, author, [Change(action, object_kind, object_id, before, after, event_id, person)])


async def write_all(session: Executor, author: Author, changes: Sequence[Change]) -> None:
    """As `write`, for any number of changes by one author, in at most three statements.

    Raises ValueError for a change with personal fields that does not say whose they are.
    """
    await write_each(session, [(author, change) for change in changes])


async def write_each(session: Executor, changes: Sequence[tuple[Author, Change]]) -> None:
    """As `write_all`, where each change has an author of its own."""
    if not changes:
        return
    differing = [fields.only_changed(change.before, change.after) for _, change in changes]
    told = list(zip(changes, differing, strict=True))
    persons = {_person(change) for (_, change), both in told if fields.are_personal(*both)}
    keys = await _keys_for(session, persons, changes[0][0].data_keys)
    await queries.insert(session, [_row(author, change, *both, keys) for (author, change), both in told])


async def send(pipe: Pipe, author: Author, change: Change) -> None:
    """As `write` through a pipe, for a change that tells nothing of anybody; raises ValueError for another."""
    both = fields.only_changed(change.before, change.after)
    if fields.are_personal(*both):
        raise ValueError(f"{change.action} holds somebody's values, and their key is not at hand")
    await queries.insert(pipe, [_row(author, change, *both, {})])


async def known_keys(session: Executor, author: Author, persons: Collection[UUID]) -> Mapping[UUID, bytes]:
    """The keys of these people, for `send_each`; made where they have none. Nobody's who was erased."""
    return await _keys_for(session, persons, author.data_keys)


async def send_each(pipe: Pipe, changes: Sequence[tuple[Author, Change]], keys: Mapping[UUID, bytes]) -> None:
    """As `write_each` through a pipe; whose key is not in `keys` did not exist before this transaction."""
    if not changes:
        return
    made = {_person(change): secrets.token_bytes(KEY_BYTES) for _, change in changes if change.person not in keys}
    data_keys = changes[0][0].data_keys
    await queries.send_keys(
        pipe, {person: sealing.seal(data_keys, key, key_purpose(person)) for person, key in made.items()}
    )
    all_keys = {**keys, **made}
    rows = [
        _row(author, change, *fields.only_changed(change.before, change.after), all_keys) for author, change in changes
    ]
    await queries.insert(pipe, rows)


async def forget(session: Executor, person: UUID, now: datetime) -> None:
    """Make a person's values unreadable in every row for ever, by destroying their key; the rows stay."""
    await queries.destroy_key(session, person, now)


async def list_rows(session: AsyncSession, data_keys: tuple[bytes, ...], asked: Asked) -> list[Shown]:
    """Rows of the audit, newest first."""
    rows = await queries.list_rows(session, asked)
    sealed = await queries.list_keys(session, {row.person_id for row in rows if row.person_id is not None})
    keys = {person: _unsealed(person, key, data_keys) for person, key in sealed.items()}
    return [_shown(row, keys.get(row.person_id) if row.person_id is not None else None) for row in rows]


async def _keys_for(session: Executor, persons: Collection[UUID], data_keys: tuple[bytes, ...]) -> Mapping[UUID, bytes]:
    if not persons:
        return {}
    made = {person: secrets.token_bytes(KEY_BYTES) for person in persons}
    sealed = {person: sealing.seal(data_keys, key, key_purpose(person)) for person, key in made.items()}
    new = await queries.add_keys(session, sealed)
    # A second statement: it sees what another transaction committed while the first one waited for it.
    known = await queries.list_keys(session, made.keys() - new) if len(new) < len(made) else {}
    return {person: made[person] for person in new} | {
        person: _unsealed(person, key, data_keys) for person, key in known.items()
    }


def _row(
    author: Author, change: Change, before: Fields | None, after: Fields | None, keys: Mapping[UUID, bytes]
) -> Row:
    row_id = new_id()
    key = keys.get(change.person) if change.person is not None else None
    return Row(
        author=author,
        id=row_id,
        action=change.action,
        object_kind=change.object_kind,
        object_id=str(change.object_id),
        event_id=change.event_id,
        person_id=change.person,
        before=fields.sealed(before, row_id, key),
        after=fields.sealed(after, row_id, key),
    )


def _shown(row: AuditRow, key: bytes | None) -> Shown:
    return Shown(row, fields.opened(row.before, row.id, key), fields.opened(row.after, row.id, key))


def _person(change: Change) -> UUID:
    if change.person is None:
        raise ValueError(f"{change.action} does not say whose values it holds")
    return change.person


def _unsealed(person: UUID, key: bytes, data_keys: tuple[bytes, ...]) -> bytes:
    return sealing.unseal(data_keys, key, key_purpose(person))


def key_purpose(person: UUID) -> bytes:
    """What a person's key is sealed for."""
    return b"person-key:" + person.bytes
