"""The statements of stored answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from sqlalchemy import text

from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Row:
    """What was answered under one key of one caller."""

    caller: str
    key: str
    request_hash: bytes
    status: int
    headers: Mapping[str, str]
    answer_sealed: bytes


async def try_locks(executor: Executor, numbers: Sequence[int]) -> list[bool]:
    """Which of these locks this transaction has from now on until it ends; waits for none of them."""
    rows = await executor.execute(_TRY_LOCKS, {"numbers": list(numbers)})
    return [row.locked for row in rows]


async def list_rows(executor: Executor, wanted: Sequence[tuple[str, str]]) -> list[Row]:
    """What was answered under these keys, each with its caller."""
    columns = {"callers": [caller for caller, _ in wanted], "keys": [key for _, key in wanted]}
    return [Row(*row) for row in await executor.execute(_ROWS, columns)]


async def insert(executor: Executor, rows: Sequence[Row]) -> None:
    """Write answers, one statement for all of them."""
    columns = {
        "callers": [row.caller for row in rows],
        "keys": [row.key for row in rows],
        "hashes": [row.request_hash for row in rows],
        "statuses": [row.status for row in rows],
        "headers": [msgspec.json.encode(row.headers).decode() for row in rows],
        "answers": [row.answer_sealed for row in rows],
    }
    await executor.execute(_INSERT, columns)


async def forget(executor: Executor, age: timedelta) -> None:
    """Drop answers older than `age`."""
    await executor.execute(_FORGET, {"age": age})


_TRY_LOCKS = text(
    """
    SELECT pg_try_advisory_xact_lock(asked.number) AS locked
    FROM unnest(CAST(:numbers AS bigint[])) WITH ORDINALITY AS asked (number, place) ORDER BY asked.place
    """
)
_ROWS = text(
    """
    SELECT caller, key, request_hash, status, headers, answer_sealed
    FROM unnest(CAST(:callers AS text[]), CAST(:keys AS text[])) AS wanted (caller, key)
    JOIN idempotency_keys USING (caller, key)
    """
)
_INSERT = text(
    """
    INSERT INTO idempotency_keys (caller, key, request_hash, status, headers, answer_sealed)
    SELECT caller, key, request_hash, status, CAST(headers AS jsonb), answer_sealed
    FROM unnest(CAST(:callers AS text[]), CAST(:keys AS text[]), CAST(:hashes AS bytea[]),
                CAST(:statuses AS smallint[]), CAST(:headers AS text[]), CAST(:answers AS bytea[]))
        AS given (caller, key, request_hash, status, headers, answer_sealed)
    """
)
_FORGET = text("DELETE FROM idempotency_keys WHERE created_at < now() - CAST(:age AS interval)")
