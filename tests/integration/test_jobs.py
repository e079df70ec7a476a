"""Jobs: deferred in the transaction that causes them, done once, retried, and never lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.problems import Problem
from server import jobs
from server.jobs import NewJob, Priority
from server.jobs.backoff import WAITS_S
from server.jobs.jobs import forget_done_jobs
from server.jobs.tasks import Task, Work, task
from server.settings import Settings
from tests.integration.arrange import made, refused
from tests.integration.conftest import Rows
from tests.integration.doing import QUICK, defer, doing, in_session, trace, until, waiting, write

Data = dict[str, Any]


@pytest.fixture
def done(sql: Rows) -> Callable[[], list[Any]]:
    return trace(sql)


def failing(times: int, tried: list[int]) -> Task:
    @task("fail")
    async def fail(work: Work, data: Data) -> None:
        tried.append(1)
        await write.perform(work, data)
        if len(tried) <= times:
            raise Problem("no_mail_server", "The mail server does not answer.")

    return fail


def test_a_job_is_done_after_its_transaction_and_never_without_it(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    async def caused_and_undone(session: AsyncSession) -> None:
        await jobs.defer(session, "write", {"what": "phantom"})
        raise InterruptedError

    with pytest.raises(InterruptedError):
        in_session(settings, caused_and_undone)
    defer(settings, "write", {"what": "first"})
    with doing(settings, [write]):
        until(lambda: done() == ["first"])
        defer(settings, "write", {"what": "second"})
        until(lambda: done() == ["first", "second"] and waiting(sql) == 0)

    assert sql.execute("SELECT * FROM jobs").fetchall() == []


def test_a_second_job_with_the_same_key_is_none_before_and_after_the_first_is_done(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    first = defer(settings, "write", {"what": "once"}, key="once")
    assert defer(settings, "write", {"what": "twice"}, key="once") == first
    with doing(settings, [write]):
        until(lambda: waiting(sql) == 0)
        assert defer(settings, "write", {"what": "thrice"}, key="once") == first
        defer(settings, "write", {"what": "other"}, key="other")
        until(lambda: waiting(sql) == 0)

    assert done() == ["once", "other"]
    kept = sql.execute("SELECT data FROM jobs WHERE key = 'once'").fetchone()
    assert kept == {"data": {}}


def test_many_jobs_are_deferred_in_one_statement_and_equal_keys_among_them_are_one_job(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    wanted = [jobs.NewJob("write", {"what": str(number)}, key=f"{number % 3}") for number in range(6)]

    ids = in_session(settings, lambda session: jobs.defer_many(session, wanted))

    assert ids[:3] == ids[3:]
    with doing(settings, [write]):
        until(lambda: waiting(sql) == 0)
    assert sorted(done()) == ["0", "1", "2"]


def test_a_mail_that_somebody_waits_for_goes_before_the_thousands_of_an_import(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    async def wanted(session: AsyncSession) -> None:
        bulk = [NewJob("write", {"what": f"import {n}"}, priority=Priority.BULK) for n in range(3)]
        await jobs.defer_many(session, bulk)
        await jobs.defer(session, "write", {"what": "a ticket"})
        await jobs.defer(session, "write", {"what": "a new password"}, priority=Priority.SOON)

    in_session(settings, wanted)
    with doing(settings, [write], replace(QUICK, at_once=1)):
        until(lambda: waiting(sql) == 0)

    assert done() == ["a new password", "a ticket", "import 0", "import 1", "import 2"]


def test_a_delayed_job_waits_for_its_time(settings: Settings, sql: Rows, done: Callable[[], list[Any]]) -> None:
    defer(settings, "write", {"what": "tomorrow"}, delay=timedelta(days=1))
    defer(settings, "write", {"what": "soon"}, delay=timedelta(milliseconds=200))
    defer(settings, "write", {"what": "now"})
    with doing(settings, [write]):
        until(lambda: len(done()) == 2)

    assert set(done()) == {"now", "soon"}
    left = sql.execute("SELECT scheduled_at - now() > '23 hours' AS waits FROM procrastinate_jobs").fetchall()
    assert left == [{"waits": True}]


def test_a_job_that_fails_is_tried_again_and_leaves_nothing_of_the_failed_attempts(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.jobs.backoff.WAITS_S", (0.05, 0.1, 0.2))
    tried: list[int] = []
    defer(settings, "fail", {"what": "at last"})
    with doing(settings, [failing(2, tried)]):
        until(lambda: waiting(sql) == 0)

    assert (len(tried), done()) == (3, ["at last"])


def test_a_job_that_fails_four_times_is_a_dead_letter_that_an_admin_can_see_and_retry(
    settings: Settings,
    sql: Rows,
    admin: httpx.Client,
    organizer: httpx.Client,
    done: Callable[[], list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.jobs.backoff.WAITS_S", (0.05, 0.05, 0.05))
    tried: list[int] = []
    job_id = defer(settings, "fail", {"what": "x", "context": {"link": "secret"}, "sealed": "words"}, key="mail")
    with doing(settings, [failing(len(WAITS_S) + 1, tried)]):
        until(lambda: waiting(sql) == 0)
        (letter,) = made(admin.get("/jobs/dead"), 200)["items"]
        assert (letter["id"], letter["type"], letter["attempts"]) == (str(job_id), "fail", 4)
        assert (letter["data"], letter["error"]) == ({"what": "x"}, "The mail server does not answer.")
        assert set(letter) == {"id", "type", "data", "attempts", "created_at", "error"}
        refused(organizer.get("/jobs/dead"), 403, "forbidden")
        refused(organizer.post(f"/jobs/{job_id}/retry"), 403, "forbidden")
        assert (done(), len(tried)) == ([], 4)

        assert made(admin.post(f"/jobs/{job_id}/retry"), 200)["attempts"] == 0
        until(lambda: done() == ["x"])
        until(lambda: waiting(sql) == 0)

    assert made(admin.get("/jobs/dead"), 200)["items"] == []
    refused(admin.post(f"/jobs/{job_id}/retry"), 404, "job_not_found")


def test_dead_letters_come_in_pages_oldest_first(settings: Settings, sql: Rows, admin: httpx.Client) -> None:
    ids = [str(defer(settings, "fail", {})) for _ in range(3)]
    sql.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    sql.execute("UPDATE procrastinate_jobs SET status = 'failed'")

    first = made(admin.get("/jobs/dead", params={"limit": 2}), 200)
    second = made(admin.get("/jobs/dead", params={"limit": 2, "cursor": first["next_cursor"]}), 200)

    assert [job["id"] for job in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None
    refused(admin.get("/jobs/dead", params={"cursor": "WyJ4Il0"}), 422, "invalid")


def test_a_job_of_a_type_that_nobody_knows_is_kept_as_a_dead_letter(settings: Settings, sql: Rows) -> None:
    defer(settings, "of-a-later-version", {})
    with doing(settings, [write]):
        until(lambda: waiting(sql) == 0)

    assert sql.execute("SELECT status::text FROM procrastinate_jobs").fetchall() == [{"status": "failed"}]
    assert sql.execute("SELECT type FROM jobs").fetchall() == [{"type": "of-a-later-version"}]


def test_a_periodic_job_is_done_once_for_each_time_it_is_due_however_many_workers_there_are(
    settings: Settings, sql: Rows, done: Callable[[], list[Any]]
) -> None:
    @task("daily", every=timedelta(days=20_000))
    async def daily(work: Work, _data: Data) -> None:
        await write.perform(work, {"what": "day"})

    with doing(settings, [daily]), doing(settings, [daily]):
        until(lambda: done() == ["day"])
        defer(settings, "daily", {"what": "another"})
        until(lambda: waiting(sql) == 0)
    with doing(settings, [daily]):
        until(lambda: len(done()) == 2)

    keys = sql.execute("SELECT key, done_at IS NOT NULL AS done FROM jobs").fetchall()
    assert keys == [{"key": "daily@1", "done": True}]


def test_keys_of_jobs_done_long_ago_are_forgotten(settings: Settings, sql: Rows) -> None:
    sql.execute(
        "INSERT INTO jobs (id, key, type, data, done_at) VALUES"
        " (gen_random_uuid(), 'old', 'x', '{}', now() - interval '31 days'),"
        " (gen_random_uuid(), 'new', 'x', '{}', now() - interval '29 days'),"
        " (gen_random_uuid(), 'waits', 'x', '{}', NULL)"
    )
    defer(settings, "forget-done-jobs", {})
    with doing(settings, [Task("forget-done-jobs", forget_done_jobs.perform)]):
        until(lambda: waiting(sql) == 0)

    assert {row["key"] for row in sql.execute("SELECT key FROM jobs")} == {"new", "waits"}
