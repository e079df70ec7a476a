"""The statements of jobs; the queue below them is Procrastinate's, reached by its own functions where it has one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.piped import number_array, text_array, uuid_array
from server.sync.feed import Executor, Writer


@dataclass(frozen=True, slots=True)
class Row:
    """A job before it is written; `delay` None: at once. Of jobs that wait, higher `priority` begins first."""

    id: UUID
    key: str | None
    type: str
    data: Mapping[str, Any]
    delay: timedelta | None
    priority: int


@dataclass(frozen=True, slots=True)
class Due:
    """What a worker needs of a job."""

    type: str
    key: str | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that failed each time; `number` is its place in the queue."""

    id: UUID
    type: str
    data: dict[str, Any]
    attempts: int
    created_at: datetime
    error: str | None
    number: int


async def enqueue(session: Executor, rows: Sequence[Row]) -> dict[str, UUID]:
    """Write jobs whose keys are new and put them in the queue, one statement; the ids of all that have a key."""
    await put(session, rows)
    keys = [row.key for row in rows if row.key is not None]
    if not keys:
        return {}
    # A second statement: it sees what another transaction committed while the first one waited for it.
    return {row.key: row.id for row in await session.execute(_IDS, {"keys": keys})}


async def put(session: Writer, rows: Sequence[Row]) -> None:
    """As `enqueue`, for who does not ask for ids."""
    columns = {
        "ids": uuid_array(row.id for row in rows),
        "keys": text_array(row.key for row in rows),
        "types": text_array(row.type for row in rows),
        "data": text_array(json.dumps(row.data) for row in rows),
        "delays": number_array(None if row.delay is None else row.delay.total_seconds() for row in rows),
        "priorities": number_array(int(row.priority) for row in rows),
    }
    await session.execute(_ENQUEUE, columns)


async def lock_due(session: AsyncSession, job_id: UUID) -> Due | None:
    """A job that is not done yet, held until the transaction ends; waits for whoever else does it."""
    row = (await session.execute(_LOCK_DUE, {"id": job_id})).one_or_none()
    return None if row is None else Due(row.type, row.key, row.data)


async def finish(session: AsyncSession, job_id: UUID) -> None:
    """Mark a job as done, in the transaction of what it did."""
    await session.execute(_FINISH, {"id": job_id})


async def note_error(session: AsyncSession, job_id: UUID, error: str) -> None:
    """Say why an attempt failed."""
    await session.execute(_NOTE_ERROR, {"id": job_id, "error": error})


async def list_dead(session: AsyncSession, limit: int, after: int) -> list[DeadLetter]:
    """Dead letters in the order in which they were put in the queue."""
    rows = await session.execute(_DEAD, {"limit": limit, "after": after})
    return [DeadLetter(*row) for row in rows]


async def revive(session: AsyncSession, job_id: UUID) -> DeadLetter | None:
    """Put a dead letter back in the queue with attempts counted anew; None if there is none."""
    row = (await session.execute(_REVIVE, {"id": str(job_id)})).one_or_none()
    return None if row is None else DeadLetter(*row)


async def take_up(session: AsyncSession, lost: Mapping[str, Any]) -> list[int]:
    """Put jobs back whose worker is gone; see `tending.take_up`, which knows the figures."""
    return list((await session.scalars(_TAKE_UP, lost)).all())


async def forget_done(session: AsyncSession, age: timedelta) -> int:
    """Drop the keys of jobs done longer ago than `age`."""
    return len((await session.scalars(_FORGET, {"age": age})).all())


_ENQUEUE = text(
    """
    WITH asked AS (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[]), CAST(:types AS text[]),
                             CAST(:data AS text[]), CAST(:delays AS double precision[]), CAST(:priorities AS integer[]))
            WITH ORDINALITY AS asked (id, key, type, data, delay, priority, number)
    ), fresh AS (
        INSERT INTO jobs (id, key, type, data)
        SELECT id, key, type, CAST(data AS jsonb) FROM asked ORDER BY key, number
        ON CONFLICT (key) DO NOTHING
        RETURNING id
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(
        CAST(ROW('default', type, priority, NULL, NULL, jsonb_build_object('id', id),
                 now() + make_interval(secs => delay)) AS procrastinate_job_to_defer_v1)
        ORDER BY number
    ))
    FROM asked JOIN fresh USING (id)
    """
)
_IDS = text("SELECT key, id FROM jobs WHERE key = ANY(:keys)")
_LOCK_DUE = text("SELECT type, key, data FROM jobs WHERE id = :id AND done_at IS NULL FOR UPDATE")
_FINISH = text(
    """
    WITH gone AS (DELETE FROM jobs WHERE id = :id AND key IS NULL)
    UPDATE jobs SET done_at = now(), data = '{}', error = NULL WHERE id = :id AND key IS NOT NULL
    """
)
_NOTE_ERROR = text("UPDATE jobs SET error = :error WHERE id = :id AND done_at IS NULL")
_DEAD = text(
    """
    SELECT jobs.id, jobs.type, jobs.data, queued.attempts, jobs.created_at, jobs.error, queued.id
    FROM procrastinate_jobs AS queued JOIN jobs ON jobs.id = CAST(queued.args ->> 'id' AS uuid)
    WHERE queued.status = 'failed' AND queued.id > :after
    ORDER BY queued.id
    LIMIT :limit
    """
)
_REVIVE = text(
    """
    WITH revived AS (
        UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL
        WHERE args ->> 'id' = :id AND status = 'failed'
        RETURNING id, args ->> 'id' AS job_id, attempts
    )
    SELECT jobs.id, jobs.type, jobs.data, revived.attempts, jobs.created_at, jobs.error, revived.id
    FROM revived JOIN jobs ON jobs.id = CAST(revived.job_id AS uuid)
    """
)
_TAKE_UP = text(
    """
    WITH lost AS (
        SELECT queued.id, (
            SELECT count(*) FROM procrastinate_events WHERE job_id = queued.id AND type = 'started'
        ) AS starts
        FROM procrastinate_jobs AS queued LEFT JOIN procrastinate_workers AS worker ON worker.id = queued.worker_id
        WHERE queued.status = 'doing' AND (
            worker.id IS NULL
            OR worker.last_heartbeat < now() - make_interval(secs => :stalled_s)
            OR queued.worker_id = :mine AND queued.id <> ALL(CAST(:running AS bigint[])) AND now() > (
                SELECT max(at) FROM procrastinate_events WHERE job_id = queued.id AND type = 'started'
            ) + make_interval(secs => :unrecorded_s)
        )
        FOR UPDATE OF queued SKIP LOCKED
    )
    UPDATE procrastinate_jobs AS queued
    SET status = CAST(CASE WHEN lost.starts < :most_starts THEN 'todo' ELSE 'failed' END AS procrastinate_job_status),
        scheduled_at = NULL, worker_id = NULL
    FROM lost WHERE queued.id = lost.id
    RETURNING queued.id
    """
)
_FORGET = text("DELETE FROM jobs WHERE done_at < now() - CAST(:age AS interval) RETURNING id")
