"""What is done later: `jobs.defer()` in a use case, `@jobs.task()` in a slice's jobs.py, `eventreg-server worker`."""

from server.jobs.service import NewJob, Priority, defer, defer_many, send_many
from server.jobs.tasks import Task, Work, task

__all__ = ["NewJob", "Priority", "Task", "Work", "defer", "defer_many", "send_many", "task"]
