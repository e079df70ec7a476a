"""What a slice's jobs.py is written with: the task of one type of job, and what it is given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.db import Database
from server.settings import Settings
from server.storage import Storage


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt at a job: its id, its transaction, what this server is set to, its files, and its database.

    What the task writes by `session` is committed together with the note that the job is done. A long one may commit
    parts before that, in a transaction of `database` at a time, if it can be cut short between any two of them.
    """

    job_id: UUID
    session: AsyncSession
    settings: Settings
    storage: Storage
    database: Database


Perform = Callable[[Work, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Task:
    """How jobs of one type are done; with `every`, one is due each time that so much has passed since 1970."""

    type: str
    perform: Perform
    every: timedelta | None = None


def task(type: str, *, every: timedelta | None = None) -> Callable[[Perform], Task]:
    """Make a function the task of a type of job: `async def f(work, data)`; list it in `server.tasks`.

    It may be called again after it was killed in the middle, never after it was committed. Anything it raises is a
    failed attempt. It must end within 25 seconds: its transaction is open as long as it runs.
    """
    return lambda perform: Task(type, perform, every)
