"""One attempt at a job: its task, its transaction, and what is noted when it fails."""

from collections.abc import Mapping
from uuid import UUID

import structlog
from procrastinate import JobContext
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.problems import Problem
from server.db import Database
from server.jobs import queries
from server.jobs.tasks import Task, Work
from server.jobs.tending import Running
from server.settings import Settings
from server.storage import Storage

log = structlog.get_logger("server.jobs")


class UnknownTask(Problem):
    """A job of a type that this version of the server cannot do; a newer one deferred it."""

    def __init__(self, type_: str) -> None:
        super().__init__("unknown_task", f"This version does not know jobs of type {type_}. Update this worker.")


class Attempts:
    """The attempts of one worker, and which of them it has in hand."""

    def __init__(self, tasks: Mapping[str, Task], settings: Settings, database: Database, storage: Storage) -> None:
        self._tasks = tasks
        self._settings = settings
        self._database = database
        self._storage = storage
        self._in_hand: set[int] = set()
        self._worker: int | None = None

    @property
    def running(self) -> Running:
        """What is in hand now."""
        return Running(self._worker, frozenset(self._in_hand))

    async def attempt(self, context: JobContext, id: str) -> None:
        """Do the job of this id, unless it is done; what it raises leads to a retry or a dead letter."""
        number = context.job.id
        assert number is not None, "a job that runs is in the queue"
        self._worker = context.job.worker_id
        self._in_hand.add(number)
        try:
            await self._do(UUID(id))
        except Exception as error:
            await self._note(UUID(id), context.job.attempts + 1, error)
            raise
        finally:
            self._in_hand.discard(number)

    async def _do(self, job_id: UUID) -> None:
        async with self._database.sessions.begin() as session:
            due = await queries.lock_due(session, job_id)
            if due is None:
                # Committed before, and its worker was killed before it could take it off the queue.
                return
            task = self._tasks.get(due.type)
            if task is None:
                raise UnknownTask(due.type)
            await task.perform(self._work(job_id, session), due.data)
            await queries.finish(session, job_id)
        log.info("job done", job=str(job_id), type=due.type)

    def _work(self, job_id: UUID, session: AsyncSession) -> Work:
        return Work(job_id, session, self._settings, self._storage, self._database)

    async def _note(self, job_id: UUID, attempt: int, error: Exception) -> None:
        # What a Problem says is meant for people; other errors may quote what they choked on.
        reason = error.sentence if isinstance(error, Problem) else type(error).__name__
        bug = None if isinstance(error, Problem) else error
        log.warning("job failed", job=str(job_id), attempt=attempt, reason=reason, exc_info=bug)
        async with self._database.sessions.begin() as session:
            await queries.note_error(session, job_id, reason)
