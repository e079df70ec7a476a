"""Workers for tests: in a thread of this process, quick, and stopped for certain."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.db import open_database
from server.jobs.tasks import Task, Work, task
from server.jobs.worker import Pace, work
from server.settings import Settings
from tests.integration.conftest import Rows

QUICK = Pace(poll_s=0.05, heartbeat_s=0.1, stalled_s=10.0, tend_s=0.1, grace_s=5.0, again_s=0.05)
PATIENCE_S = 120.0


@contextmanager
def doing(settings: Settings, tasks: Sequence[Task], pace: Pace = QUICK) -> Iterator[None]:
    """A worker at work as long as the block runs."""
    ready: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    begun = threading.Event()

    async def run() -> None:
        stop = asyncio.Event()
        ready.append((asyncio.get_running_loop(), stop))
        begun.set()
        await work(settings, tasks, pace, stop)

    thread = threading.Thread(target=lambda: _run(run), name="worker")
    thread.start()
    assert begun.wait(PATIENCE_S), "the worker did not begin"
    try:
        yield
    finally:
        loop, stop = ready[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the worker did not stop"


def _run(main: Callable[[], Any]) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(main())


def until(condition: Callable[[], bool], what: str = "what the test waits for", patience_s: float = PATIENCE_S) -> None:
    """Wait for a condition of the outside world, looking often."""
    deadline, never = monotonic() + patience_s, threading.Event()
    while not condition():
        assert monotonic() < deadline, f"did not happen: {what}"
        never.wait(0.02)


def defer(
    settings: Settings, type: str, data: dict[str, Any], *, key: str | None = None, delay: timedelta | None = None
) -> UUID:
    """Defer one job in a transaction of its own."""
    job_id: UUID = in_session(settings, lambda session: jobs.defer(session, type, data, key=key, delay=delay))
    return job_id


def in_session(settings: Settings, use: Callable[[AsyncSession], Any]) -> Any:
    """Run a use case in one transaction, committed unless it raises."""
    assert settings.database_url is not None
    url = settings.database_url

    async def run() -> Any:
        database = open_database(url)
        try:
            async with database.sessions.begin() as session:
                return await use(session)
        finally:
            await database.close()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(run())


def slower(**seconds: float) -> Pace:
    """The quick pace with some of its figures changed."""
    return replace(QUICK, **seconds)  # type: ignore[arg-type]


def waiting(sql: Rows) -> int:
    """How many jobs are not done and not dead."""
    row = sql.execute("SELECT count(*) AS n FROM procrastinate_jobs WHERE status <> 'failed'").fetchone()
    assert row is not None
    return int(row["n"])


@task("write")
async def write(work: Work, data: dict[str, Any]) -> None:
    """A job that leaves a trace: see `trace`."""
    await work.session.execute(text("INSERT INTO written (what) VALUES (:what)"), data)


def trace(sql: Rows) -> Callable[[], list[Any]]:
    """Begin to keep what `write` does; gives what it has done so far."""
    sql.execute("CREATE TABLE written (number bigserial, what text)")
    sql.execute("GRANT INSERT ON written TO PUBLIC")
    sql.execute("GRANT USAGE ON SEQUENCE written_number_seq TO PUBLIC")
    return lambda: [row["what"] for row in sql.execute("SELECT what FROM written ORDER BY number")]


def waits_for_a_lock(sql: Rows) -> bool:
    """Whether somebody waits for what another transaction holds."""
    # Not pg_stat_activity, which stays as it was first seen for a whole transaction.
    return sql.execute("SELECT 1 AS one FROM pg_locks WHERE NOT granted").fetchone() is not None
