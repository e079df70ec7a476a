"""When a failed attempt is made again, and when it is not."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

WAITS_S = (1.0, 2.0, 4.0)
"""Seconds before the first, second and third retry; a job that fails once more is a dead letter."""
JITTER = 0.25
"""At most this part is added, so that what failed together does not come back together."""


def wait_after(failures: int, dice: Callable[[], float]) -> timedelta | None:
    """How long to wait after so many failed attempts (1 is the first); None: give up. `dice` gives 0 ≤ x < 1."""
    if failures > len(WAITS_S):
        return None
    return timedelta(seconds=WAITS_S[failures - 1] * (1 + JITTER * dice()))


class Backoff(BaseRetryStrategy):
    """The same in Procrastinate's words; what a stopping worker breaks off is begun again at once."""

    def __init__(self, now: Callable[[], datetime], dice: Callable[[], float]) -> None:
        self._now = now
        self._dice = dice

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None: the job is a dead letter."""
        if isinstance(exception, asyncio.CancelledError | JobAborted):
            return RetryDecision(retry_at=self._now())
        wait = wait_after(job.attempts + 1, self._dice)
        return None if wait is None else RetryDecision(retry_at=self._now() + wait)
