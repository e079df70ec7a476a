"""What only the database knows: jobs that wait, conflicts nobody settled."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.db import Database

WITHIN_S = 2.0
"""A scrape that waits for the database tells nothing at all."""
log = structlog.get_logger("server.metrics")


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows counted now; `up` is False, and nothing counted, where the database did not answer in time."""

    up: bool
    conflicts_open: int = 0
    jobs: Mapping[str, int] = field(default_factory=dict)


async def count(database: Database) -> Counted:
    """Count what is open; never raises for a database that is away."""
    try:
        async with asyncio.timeout(WITHIN_S), database.begin() as connection:
            await connection.execute(_PATIENCE)
            conflicts = (await connection.execute(_CONFLICTS)).scalar_one()
            has_jobs = (await connection.execute(_HAS_JOBS)).scalar_one()
            rows = (await connection.execute(_JOBS)).all() if has_jobs else []
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        log.warning("database not counted", kind=type(error).__name__)
        return Counted(up=False)
    return Counted(True, conflicts, dict.fromkeys(JOB_STATES, 0) | {row.status: row.jobs for row in rows})


JOB_STATES = ("todo", "doing", "failed")
"""Waiting, running, and given up after the last retry."""
_PATIENCE = text("SELECT set_config('statement_timeout', '2000', true)")
_CONFLICTS = text("SELECT count(*) FROM conflicts WHERE settled_at IS NULL AND NOT gone")
_HAS_JOBS = text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
_JOBS = text(
    "SELECT status::text AS status, count(*) AS jobs FROM procrastinate_jobs"
    " WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
)
