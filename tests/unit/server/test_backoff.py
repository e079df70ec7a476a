"""When what failed is tried again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.jobs import Job

from server.jobs.backoff import Backoff, wait_after
from server.jobs.jobs import forget_done_jobs
from server.jobs.tending import due_now
from server.tasks import TASKS

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


def job(attempts: int) -> Job:
    return Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="x", attempts=attempts)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 1), (2, 2), (3, 4)])
def test_a_failure_is_followed_by_retries_after_one_two_and_four_seconds_and_a_little(
    failures: int, seconds: int
) -> None:
    assert wait_after(failures, lambda: 0.0) == timedelta(seconds=seconds)
    latest = wait_after(failures, lambda: 0.999)
    assert latest is not None
    assert timedelta(seconds=seconds) < latest < timedelta(seconds=1.25 * seconds)


def test_after_three_retries_a_job_is_given_up() -> None:
    backoff = Backoff(lambda: NOW, lambda: 0.0)

    last = backoff.get_retry_decision(exception=ValueError(), job=job(2))
    assert last is not None
    assert last.retry_at == NOW + timedelta(seconds=4)
    assert backoff.get_retry_decision(exception=ValueError(), job=job(3)) is None


def test_what_a_stopping_worker_breaks_off_is_never_given_up() -> None:
    decision = Backoff(lambda: NOW, lambda: 0.0).get_retry_decision(exception=asyncio.CancelledError(), job=job(7))

    assert decision is not None
    assert decision.retry_at == NOW


def test_a_periodic_job_has_one_key_for_each_time_it_is_due() -> None:
    day = timedelta(days=1)
    keys = [due_now([forget_done_jobs], NOW + late)[0].key for late in (timedelta(), day - timedelta(hours=17), day)]

    assert keys[0] == keys[1] != keys[2]


def test_every_type_of_job_has_one_task() -> None:
    types = [task.type for task in TASKS]

    assert len(types) == len(set(types))
    assert {"send-email", "generate-qr-code"} <= set(types)
