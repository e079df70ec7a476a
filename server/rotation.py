"""Seal everything anew with the first of DATA_KEYS, so that the older ones can be taken away."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text

from server import sealing
from server.audit.service import key_purpose
from server.checkins import asides
from server.db import Database
from server.devices import identity
from server.idempotency.service import purpose_of as purpose_of_answer
from server.imports.rows import purpose_of as purpose_of_row
from server.mail import sealed as mails
from server.orders import paying
from server.registrations import notes, phones
from server.tickets.keys import purpose_of

NIL = UUID(int=0)
AT_ONCE = 500
"""Rows in one transaction: short, so that no scan and no sale waits for it."""
AGAIN_S = 0.1
"""Before rows are looked at again that somebody held."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values are sealed with the data keys; `keys` name a row, `purpose` says what it was sealed for."""

    table: str
    keys: tuple[str, ...]
    column: str
    purpose: Callable[[Row[Any]], bytes]


COLUMNS = (
    SealedColumn("servers", ("id",), "private_key_sealed", lambda _: identity.PURPOSE),
    SealedColumn(
        "event_keys", ("event_id", "number"), "private_key_sealed", lambda row: purpose_of(row.event_id, row.number)
    ),
    SealedColumn("asides", ("hash",), "sealed", lambda _: asides.PURPOSE),
    SealedColumn("person_keys", ("person_id",), "sealed", lambda row: key_purpose(row.person_id)),
    SealedColumn("registrations", ("id",), "phone_sealed", lambda _: phones.PURPOSE),
    SealedColumn("registrations", ("id",), "notes_sealed", lambda _: notes.NOTES),
    SealedColumn("registrations", ("id",), "answers_sealed", lambda _: notes.ANSWERS),
    SealedColumn(
        "import_rows",
        ("import_id", "number"),
        "row_sealed",
        lambda row: purpose_of_row(row.import_id, row.number),
    ),
    SealedColumn("payments", ("id",), "reference_sealed", lambda _: paying.REFERENCE),
    SealedColumn("waiting", ("id",), "phone_sealed", lambda _: phones.PURPOSE),
    SealedColumn(
        "idempotency_keys",
        ("caller", "key", "request_hash"),
        "answer_sealed",
        lambda row: purpose_of_answer(row.caller, row.key, row.request_hash),
    ),
)
"""Every one; what waits in the queue to be mailed is sealed within its job's data."""


async def rotate(database: Database, data_keys: tuple[bytes, ...]) -> int:
    """Seal anew whatever the first key does not open, beside a working server; how many values that were.

    Cut short, it goes on when called again. Raises sealing.Unopenable for a value that none of the keys opens.
    """
    count = await _seal_plain_phones(database, data_keys)
    for column in COLUMNS:
        count += await _rotate_column(database, column, data_keys)
    return count + await _rotate_mails(database, data_keys)


async def _rotate_column(database: Database, column: SealedColumn, data_keys: tuple[bytes, ...]) -> int:
    count = 0
    while True:
        sealed, left = await _through(database, column, data_keys)
        count += sealed
        if not left:
            return count
        await asyncio.sleep(AGAIN_S)


async def _through(database: Database, column: SealedColumn, data_keys: tuple[bytes, ...]) -> tuple[int, int]:
    """Go once through a column: how many values were sealed anew, and how many are left for somebody held their rows.

    Nothing is locked while it is read and sealed, and no lock is waited for: most of these rows belong to events whose
    heads are not held here, and whoever holds one may be about to lock the same rows in another order.
    """
    sealed, left = 0, 0
    after: list[object] | None = None
    while True:
        async with database.begin() as connection:
            rows = (await connection.execute(_page(column, after), _named(after))).all()
        if not rows:
            return sealed, left
        fresh = [_sealed_anew(column, row, data_keys) for row in rows if _is_old(column, row, data_keys)]
        if fresh:
            async with database.begin() as connection:
                done = (await connection.execute(_update(column), fresh)).rowcount
            sealed, left = sealed + done, left + len(fresh) - done
        after = [getattr(rows[-1], key) for key in column.keys]


def _is_old(column: SealedColumn, row: Row[Any], data_keys: tuple[bytes, ...]) -> bool:
    return not sealing.opens(data_keys[0], row.sealed, column.purpose(row))


def _sealed_anew(column: SealedColumn, row: Row[Any], data_keys: tuple[bytes, ...]) -> dict[str, object]:
    plain = sealing.unseal(data_keys, row.sealed, column.purpose(row))
    names = {f"key{n}": getattr(row, key) for n, key in enumerate(column.keys)}
    return {"old": row.sealed, "fresh": sealing.seal(data_keys, plain, column.purpose(row)), **names}


async def _seal_plain_phones(database: Database, data_keys: tuple[bytes, ...]) -> int:
    count, after = 0, NIL
    while True:
        async with database.begin() as connection:
            rows = (await connection.execute(_PLAIN_PHONES, {"after": after, "limit": AT_ONCE})).all()
        if rows:
            told = [{"id": row.id, "old": row.phone, "sealed": phones.seal_phone(data_keys, row.phone)} for row in rows]
            async with database.begin() as connection:
                count += (await connection.execute(_SEAL_PHONE, told)).rowcount
            after = rows[-1].id
        elif after == NIL:
            return count
        else:
            # From the first on again: rows that somebody held were passed by.
            await asyncio.sleep(AGAIN_S)
            after = NIL


async def _rotate_mails(database: Database, data_keys: tuple[bytes, ...]) -> int:
    # A dead letter waits until somebody retries it: maybe longer than the older key is kept.
    count, after = 0, NIL
    while True:
        async with database.begin() as connection:
            rows = (await connection.execute(_MAILS, {"after": after, "limit": AT_ONCE})).all()
            for row in rows:
                fresh = mails.sealed_anew(data_keys, row.sealed)
                if fresh is not None:
                    await connection.execute(_SEAL_MAIL, {"id": row.id, "sealed": fresh})
                    count += 1
        if not rows:
            return count
        after = rows[-1].id


def _page(column: SealedColumn, after: Sequence[object] | None) -> TextClause:
    keys = ", ".join(column.keys)
    further = f"AND ({keys}) > ({', '.join(f':key{n}' for n in range(len(column.keys)))})" if after else ""
    return text(
        f"SELECT {keys}, {column.column} AS sealed FROM {column.table} WHERE {column.column} IS NOT NULL {further}"
        f" ORDER BY {keys} LIMIT {AT_ONCE}"
    )


def _named(after: Sequence[object] | None) -> dict[str, object]:
    return {f"key{n}": value for n, value in enumerate(after or ())}


def _update(column: SealedColumn) -> TextClause:
    # What somebody changed meanwhile was sealed with the first key by that.
    where = " AND ".join(f"{key} = :key{n}" for n, key in enumerate(column.keys))
    return text(
        f"UPDATE {column.table} SET {column.column} = :fresh WHERE ctid = ("
        f"SELECT ctid FROM {column.table} WHERE {where} AND {column.column} = :old FOR NO KEY UPDATE SKIP LOCKED)"
    )


_PLAIN_PHONES = text(
    "SELECT id, phone FROM registrations WHERE phone IS NOT NULL AND id > :after ORDER BY id LIMIT :limit"
)
_MAILS = text(
    "SELECT id, data ->> 'sealed' AS sealed FROM jobs WHERE data ->> 'sealed' IS NOT NULL AND id > :after"
    " ORDER BY id LIMIT :limit FOR NO KEY UPDATE"
)
_SEAL_MAIL = text("UPDATE jobs SET data = data || jsonb_build_object('sealed', CAST(:sealed AS text)) WHERE id = :id")
_SEAL_PHONE = text(
    """
    UPDATE registrations SET phone = NULL, phone_sealed = :sealed
    WHERE ctid = (SELECT ctid FROM registrations WHERE id = :id AND phone = :old FOR NO KEY UPDATE SKIP LOCKED)
    """
)
