"""Does jobs until told to stop: Procrastinate fetches them, `attempts` does each in one transaction."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import psycopg
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import SQLAlchemyError

from server.clock import utc_now
from server.db import CONNECT_SECONDS, WATCHED, Database, open_database
from server.jobs import tending
from server.jobs.attempts import Attempts
from server.jobs.backoff import Backoff
from server.jobs.tasks import Task
from server.settings import Settings
from server.storage import open_storage

DATABASE_AWAY = (ConnectorException, psycopg.Error, SQLAlchemyError, OSError)
log = structlog.get_logger("server.jobs")


@dataclass(frozen=True, slots=True)
class Pace:
    """How many jobs at once, and how often a worker looks; seconds.

    `poll_s` bounds how late a retry begins (new jobs come by NOTIFY); `stalled_s` how long the jobs of a killed worker
    wait; `grace_s` how long a stopping worker lets its jobs go on; `again_s` the pause when the database was away.
    """

    at_once: int = 4
    poll_s: float = 1.0
    heartbeat_s: float = 2.0
    stalled_s: float = 15.0
    tend_s: float = 5.0
    grace_s: float = 8.0
    again_s: float = 1.0


async def work(settings: Settings, tasks: Sequence[Task], pace: Pace, stop: asyncio.Event) -> None:
    """Do jobs until `stop` is set; begins again by itself, whether the database was away or we made a mistake."""
    url = settings.direct_url or settings.database_url
    if url is None:
        raise RuntimeError("a worker is started with the address of a database")
    # Connections of its own, so that jobs never take one from requests; one more to look after things. A job's own
    # transaction and the part that it commits before are two.
    database = open_database(url, pool_size=2 * pace.at_once + 1)
    storage = await asyncio.to_thread(open_storage, settings)
    attempts = Attempts({task.type: task for task in tasks}, settings, database, storage)
    try:
        while not stop.is_set():
            try:
                await _work_once(_app(url, tasks, attempts), _Tending(database, tasks, attempts, pace), pace, stop)
            except DATABASE_AWAY as error:
                log.warning("worker begins again", kind=type(error).__name__)
            except Exception as error:
                # Beside requests nobody would notice that it ended: no mail would leave any more.
                log.error("worker begins again", exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pace.again_s)
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def working(settings: Settings, tasks: Sequence[Task], pace: Pace) -> AsyncIterator[None]:
    """Do jobs beside something else, as long as the block runs."""
    stop = asyncio.Event()
    worker = asyncio.create_task(work(settings, tasks, pace, stop), name="jobs")
    try:
        yield
    finally:
        stop.set()
        await worker


def _app(url: str, tasks: Sequence[Task], attempts: Attempts) -> App:
    connector = PsycopgConnector(
        conninfo=url,
        min_size=1,
        max_size=2,
        kwargs={"application_name": "eventreg jobs", "connect_timeout": CONNECT_SECONDS, **WATCHED},
    )
    app = App(connector=connector)
    backoff = Backoff(utc_now, random.random)
    for task in tasks:
        app.task(name=task.type, retry=backoff, pass_context=True)(attempts.attempt)
    return app


@dataclass(frozen=True, slots=True)
class _Tending:
    database: Database
    tasks: Sequence[Task]
    attempts: Attempts
    pace: Pace

    async def go_on(self) -> None:
        while True:
            async with self.database.sessions.begin() as session:
                running, stalled_s = self.attempts.running, self.pace.stalled_s
                lost = await tending.take_up(session, running, stalled_s, unrecorded_s=2 * stalled_s)
                await tending.defer_periodic(session, self.tasks, utc_now())
            if lost:
                log.warning("jobs of a lost worker taken up", count=len(lost))
            await asyncio.sleep(self.pace.tend_s)


async def _work_once(app: App, tending_: _Tending, pace: Pace, stop: asyncio.Event) -> None:
    async with app.open_async():
        # Cancelled, it lets its jobs end, puts back those that do not, and takes its name off the list of workers.
        fetching = app.run_worker_async(
            concurrency=pace.at_once,
            fetch_job_polling_interval=pace.poll_s,
            update_heartbeat_interval=pace.heartbeat_s,
            stalled_worker_timeout=pace.stalled_s,
            shutdown_graceful_timeout=pace.grace_s,
            delete_jobs="successful",
            install_signal_handlers=False,
        )
        parts = [asyncio.create_task(part) for part in (fetching, tending_.go_on(), _until(stop))]
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            outcomes = await asyncio.gather(*parts, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()
