"""Jobs whose worker dies, stops or loses its database: taken up again, done once, never lost."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from server.jobs.jobs import forget_done_jobs
from server.jobs.tasks import Task, Work, task
from server.settings import Settings
from tests.integration.conftest import Postgres, Rows
from tests.integration.doing import PATIENCE_S, defer, doing, slower, trace, until, waiting, write

Data = dict[str, Any]


@pytest.fixture
def done(sql: Rows) -> Callable[[], list[Any]]:
    return trace(sql)


def test_what_a_vanished_worker_had_in_hand_is_taken_up(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    for what in ("silent", "gone"):
        defer(settings, "write", {"what": what})
    sql.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    sql.execute(
        "UPDATE procrastinate_jobs SET status = 'doing',"
        " worker_id = CASE WHEN id = (SELECT min(id) FROM procrastinate_jobs)"
        " THEN (SELECT id FROM procrastinate_workers) END"
    )
    with doing(settings, [write]):
        until(lambda: sorted(done()) == ["gone", "silent"])
        until(lambda: waiting(sql) == 0)


def test_a_job_that_takes_its_worker_down_every_time_ends_as_a_dead_letter(settings: Settings, sql: Rows) -> None:
    defer(settings, "write", {"what": "poison"})
    sql.execute(
        "INSERT INTO procrastinate_events (job_id, type)"
        " SELECT id, 'started' FROM procrastinate_jobs, generate_series(1, 20)"
    )
    sql.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    with doing(settings, [write]):
        until(lambda: waiting(sql) == 0)

    assert sql.execute("SELECT status::text FROM procrastinate_jobs").fetchall() == [{"status": "failed"}]


def test_a_job_that_was_committed_before_its_worker_died_is_not_done_again(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    for key in (None, "keyed"):
        defer(settings, "write", {"what": "once"}, key=key)
    with doing(settings, [write]):
        until(lambda: waiting(sql) == 0)
    sql.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        " SELECT 'default', 'write', jsonb_build_object('id', id)"
        " FROM (SELECT id FROM jobs UNION ALL SELECT gen_random_uuid()) AS again"
    )
    with doing(settings, [write]):
        until(lambda: waiting(sql) == 0)

    assert done() == ["once", "once"]


def test_two_workers_that_hold_the_same_job_do_it_one_after_the_other_and_once(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    began: list[UUID] = []
    other_waits = threading.Event()

    @task("slow")
    async def slow(work: Work, data: Data) -> None:
        began.append(work.job_id)
        await asyncio.to_thread(other_waits.wait, PATIENCE_S)
        await write.perform(work, data)

    job_id = defer(settings, "slow", {"what": "slow"})
    sql.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        " VALUES ('default', 'slow', jsonb_build_object('id', %s::text))",
        [job_id],
    )
    with doing(settings, [slow]), doing(settings, [slow]):
        try:
            until(lambda: _somebody_waits_for_a_lock(sql))
        finally:
            other_waits.set()
        until(lambda: waiting(sql) == 0)

    assert (done(), began) == (["slow"], [job_id])


def _somebody_waits_for_a_lock(sql: Rows) -> bool:
    found = sql.execute(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return found.fetchone() is not None


def test_a_worker_outlives_a_restart_of_the_database(
    settings: Settings, sql: Rows, postgres: Postgres, done: Callable[[], list[Any]]
) -> None:
    with doing(settings, [write]):
        defer(settings, "write", {"what": "before"})
        until(lambda: done() == ["before"])
        with psycopg.connect(postgres.address("postgres"), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND application_name LIKE 'eventreg%%'",
                [str(settings.database_url).rpartition("/")[2]],
            )
        defer(settings, "write", {"what": "after"})
        until(lambda: done() == ["before", "after"])


def test_a_stopping_worker_puts_back_what_does_not_end_in_time(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    began: list[UUID] = []

    @task("endless")
    async def endless(work: Work, data: Data) -> None:
        began.append(work.job_id)
        await asyncio.get_running_loop().create_future()

    defer(settings, "endless", {"what": "put back"})
    with doing(settings, [endless], slower(grace_s=0.1)):
        until(lambda: len(began) == 1)

    assert sql.execute("SELECT status::text FROM procrastinate_jobs").fetchall() == [{"status": "todo"}]
    assert sql.execute("SELECT * FROM procrastinate_workers").fetchall() == []
    with doing(settings, [Task("endless", write.perform)]):
        until(lambda: done() == ["put back"])


class BrokenOnce(timedelta):
    """A period that is a bug when it is first looked at."""

    broken = True

    def total_seconds(self) -> float:
        if BrokenOnce.broken:
            BrokenOnce.broken = False
            raise ZeroDivisionError
        return super().total_seconds()


def test_a_worker_outlives_a_bug_in_what_it_looks_after(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    defer(settings, "write", {"what": "after the bug"})
    with doing(settings, [write, Task("daily", forget_done_jobs.perform, every=BrokenOnce(days=1))]):
        until(lambda: done() == ["after the bug"] and not BrokenOnce.broken)
        until(lambda: sql.execute("SELECT 1 AS n FROM jobs WHERE type = 'daily' AND done_at IS NOT NULL").rowcount == 1)
