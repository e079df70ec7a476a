"""What the print log shows: each job with whom it was for, as far as the guest list says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventreg_desktop.store import people, prints
from eventreg_desktop.store.db import Connection, snapshot
from eventreg_desktop.store.prints import JobState as JobState

MOST = 200
"""So many of the newest jobs are shown."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One job as it is shown; `again` and `why` are codes, `asked` is UTC."""

    id: UUID
    serial: bytes
    name: str
    ticket_type: str
    state: JobState
    asked: datetime
    printer: str
    automatic: bool = False
    again: str = ""
    why: str = ""


def list_printed(log: Connection, mirror: Connection, event: UUID, names: Mapping[bytes, str]) -> tuple[Printed, ...]:
    """The newest jobs of this event, the newest first; `names` says whom the guest list does not know (yet)."""
    jobs = prints.list_newest(log, event, MOST)
    with snapshot(mirror):
        shown = people.list_shown(mirror, list({job.serial for job in jobs}))
    return tuple(
        Printed(
            job.id,
            job.serial,
            (shown[job.serial].name if job.serial in shown else "") or names.get(job.serial, ""),
            shown[job.serial].ticket_type if job.serial in shown else "",
            job.state,
            job.asked,
            job.printer,
            job.automatic,
            job.again or "",
            job.why or "",
        )
        for job in jobs
    )
