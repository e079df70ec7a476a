"""The print log: every badge that was wanted, and what became of it. A file beside the journal; no names.

A job goes *queued*, *printing*, and then *printed* (the printer has taken it) or *failed* (it has not). *Printing* is
on disk before the first byte leaves, so that after a kill it is known what may lie at the printer: such a job is
*unknown*. Nothing is ever sent twice.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from eventreg_desktop.store import db
from eventreg_desktop.store.anchor import moment, unix_ms
from eventreg_desktop.store.db import Connection, StoreDamaged, telling, transaction
from eventreg_desktop.store.stores import Folder

CLOSED = "print_closed"
"""Why a job failed that had not begun when the program ended."""


class JobState(StrEnum):
    """What became of a job."""

    QUEUED = "queued"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Job:
    """One badge that was wanted. `again` and `why` are codes; `asked` and `ended` are UTC; `operator` an id."""

    id: UUID
    event: UUID
    serial: bytes
    printer: str
    paper: str
    asked: datetime
    cause: UUID | None = None
    automatic: bool = False
    again: str | None = None
    operator: str | None = None
    state: JobState = JobState.QUEUED
    why: str | None = None
    ended: datetime | None = None


def open_log(folder: Folder) -> Connection:
    """A connection to the log of this folder, made if it is missing; raises Problem as `db.connect` does.

    A damaged one is replaced: it stops nobody, and what it held is lost to the screen alone.
    """
    path = folder.path / "prints.db"
    try:
        return _ready(path)
    except StoreDamaged:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        return _ready(path)


def settle(file: Connection, now: datetime) -> list[Job]:
    """Say of what was cut short when the program ended how far it came; returns those that may lie at the printer."""
    with transaction(file):
        cut_short = [_job(row) for row in file.execute(f"{_JOBS} WHERE state = 'printing' ORDER BY number")]
        file.execute("UPDATE jobs SET state = 'unknown', ended = ? WHERE state = 'printing'", (unix_ms(now),))
        file.execute(
            "UPDATE jobs SET state = 'failed', why = ?, ended = ? WHERE state = 'queued'", (CLOSED, unix_ms(now))
        )
    return cut_short


def add(file: Connection, job: Job) -> Job | None:
    """Queue a job; None when it is queued. The job that stands in its way where this fact, or without a reason this
    ticket, has one that did not fail: then nothing is queued.
    """
    with transaction(file):
        before = _find_before(file, job)
        if before is None:
            file.execute(
                "INSERT INTO jobs (id, event, serial, cause, automatic, again, operator, printer, paper, state, asked)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)",
                (str(job.id), str(job.event), job.serial, _text(job.cause), job.automatic, job.again, job.operator,
                 job.printer, job.paper, unix_ms(job.asked)),
            )  # fmt: skip
    return before


def begin(file: Connection, job: UUID) -> bool:
    """Note that the job is on its way to the printer; only once true for each, and only the first time it is asked."""
    with transaction(file):
        changed = file.execute("UPDATE jobs SET state = 'printing' WHERE id = ? AND state = 'queued'", (str(job),))
        return bool(changed.rowcount == 1)


def end(file: Connection, job: UUID, state: JobState, why: str | None, now: datetime) -> None:
    """Note what became of a job; what has ended stays as it ended."""
    with transaction(file):
        file.execute(
            "UPDATE jobs SET state = ?, why = ?, ended = ? WHERE id = ? AND state IN ('queued', 'printing')",
            (state, why, unix_ms(now), str(job)),
        )


def find_last(file: Connection, event: UUID, serial: bytes) -> Job | None:
    """The newest job of this ticket that did not fail: it has a badge, or is about to have one."""
    with telling():
        row = file.execute(
            f"{_JOBS} WHERE event = ? AND serial = ? AND state <> 'failed' AND again IS NOT 'trial'"
            " ORDER BY number DESC LIMIT 1",
            (str(event), serial),
        ).fetchone()
    return None if row is None else _job(row)


def list_newest(file: Connection, event: UUID, most: int) -> list[Job]:
    """The newest `most` jobs of this event, the newest first."""
    with telling():
        rows = file.execute(f"{_JOBS} WHERE event = ? ORDER BY number DESC LIMIT ?", (str(event), most)).fetchall()
    return [_job(row) for row in rows]


_JOBS = (
    "SELECT id, event, serial, printer, paper, asked, cause, automatic, again, operator, state, why, ended FROM jobs"
)


def _ready(path: Path) -> Connection:
    file = db.connect(path)
    try:
        db.check(file)
        db.migrate(file, "prints")
    except BaseException:
        file.close()
        raise
    return file


def _find_before(file: Connection, job: Job) -> Job | None:
    if job.cause is not None:
        row = file.execute(f"{_JOBS} WHERE cause = ? AND state <> 'failed'", (str(job.cause),)).fetchone()
        if row is not None:
            return _job(row)
    return None if job.again is not None else find_last(file, job.event, job.serial)


def _job(row: Any) -> Job:
    job, event, serial, printer, paper, asked, cause, automatic, again, operator, state, why, ended = row
    return Job(
        UUID(job),
        UUID(event),
        serial,
        printer,
        paper,
        moment(asked),
        None if cause is None else UUID(cause),
        bool(automatic),
        again,
        operator,
        JobState(state),
        why,
        None if ended is None else moment(ended),
    )


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
