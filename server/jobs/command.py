"""`eventreg-server worker`: a process that does jobs and nothing else."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from types import FrameType

from eventreg_core.problems import Problem
from server.db import open_database
from server.erasure.service import Keeping, apply_list
from server.jobs.tasks import Task
from server.jobs.worker import Pace, work
from server.mailer import mailer_of
from server.ready import ready_database
from server.settings import Settings
from server.sms import sms_of
from server.storage import open_storage


class NeedsDatabase(Problem):
    """A worker of its own works on a database that several programs share."""

    def __init__(self) -> None:
        sentence = (
            "A worker needs DATABASE_URL. A server that brings its own database does the jobs itself; start that one."
        )
        super().__init__("needs_database", sentence)


class NeedsPublicUrl(Problem):
    """Mails that leave this machine hold links, and a worker does not know where its server is reached."""

    def __init__(self) -> None:
        sentence = (
            "A worker that sends mails (SMTP_URL) needs PUBLIC_URL, the address at which guests reach the server."
            " Set it to the server's."
        )
        super().__init__("needs_public_url", sentence)


def do_jobs(settings: Settings, at_once: int) -> None:
    """Do every type of job, so many at once; see `run_worker`."""
    from server.tasks import TASKS  # which knows every slice, also this one

    run_worker(settings, TASKS, Pace(at_once=at_once))


def run_worker(settings: Settings, tasks: Sequence[Task], pace: Pace) -> None:
    """Do jobs until SIGINT or SIGTERM; jobs in hand are ended or put back before this returns.

    Raises NeedsDatabase, NeedsPublicUrl, and what `ready_database` raises.
    """
    if settings.database_url is None:
        raise NeedsDatabase
    # A wrong address is said now, and not by a failed job.
    mailer_of(settings)
    sms_of(settings)
    open_storage(settings)
    if settings.public_url is None:
        if settings.smtp_url is not None:
            raise NeedsPublicUrl
        print("PUBLIC_URL is not set: links in mails lead to this machine.", file=sys.stderr, flush=True)
    with (
        ready_database(settings, alone=False) as url,
        asyncio.Runner(loop_factory=_loop) as runner,
    ):
        runner.run(_run(replace(settings, database_url=url), tasks, pace))


async def _run(settings: Settings, tasks: Sequence[Task], pace: Pace) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def leave(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, leave) for number in numbers}
    print("Doing jobs. Stop with Ctrl-C.", flush=True)
    try:
        await begin(settings, tasks, pace, stop)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def begin(settings: Settings, tasks: Sequence[Task], pace: Pace, stop: asyncio.Event) -> None:
    """Do jobs until `stop` is set; before the first one, erase again whoever a restored database remembers.

    No mail may leave for somebody who was erased, also where no server has started on that database yet.
    """
    assert settings.database_url is not None, "a worker is started with the address of a database"
    database = open_database(settings.database_url, pool_size=1)
    try:
        await apply_list(Keeping(database, open_storage(settings)), settings.data_keys)
    finally:
        await database.close()
    await work(settings, tasks, pace, stop)


def _loop() -> asyncio.AbstractEventLoop:
    # psycopg cannot use the loop that Windows has by default.
    return asyncio.SelectorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()
