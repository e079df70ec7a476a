"""One badge goes to the printer, exactly once."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from eventreg_core.problems import Problem
from eventreg_desktop.door.badge import FILES, Badge, PrintSetup, Template
from eventreg_desktop.store import prints
from eventreg_desktop.store.db import Connection
from eventreg_desktop.store.prints import Job, JobState
from eventreg_desktop.work.printing.card import draw
from eventreg_desktop.work.printing.printers import FolderRefused, NotTaken, open_printer


def print_once(
    log: Connection, job: Job, badge: Badge, template: Template, setup: PrintSetup, logo: Path | None, now: datetime
) -> Job:
    """Print a queued job, and keep what became of it; returns the job as it ended.

    That it is on its way is on disk before the printer hears of it, so that no kill makes a second one. A job that has
    begun before is left as it is. Raises whatever went wrong, kept as the job's reason, when nothing was printed.
    """
    try:
        printer = open_printer(setup, job.id)
    except Problem as problem:
        prints.end(log, job.id, JobState.FAILED, problem.code, now)
        raise
    if not prints.begin(log, job.id):
        return job
    painter = QPainter()
    if not painter.begin(printer):
        refused = FolderRefused() if setup.printer == FILES else NotTaken()
        prints.end(log, job.id, JobState.FAILED, refused.code, now)
        raise refused
    page = printer.paperRect(printer.Unit.DevicePixel)
    draw(painter, QRectF(0, 0, page.width(), page.height()), setup.paper, badge, template, logo)
    if not painter.end():
        prints.end(log, job.id, JobState.UNKNOWN, "print_refused", now)
        raise NotTaken
    prints.end(log, job.id, JobState.PRINTED, None, now)
    return replace(job, state=JobState.PRINTED, ended=now)
