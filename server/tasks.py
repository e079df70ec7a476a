"""Every type of job that a worker of this version can do."""

from server.jobs.jobs import forget_done_jobs
from server.jobs.tasks import Task

TASKS: tuple[Task, ...] = (forget_done_jobs,)
