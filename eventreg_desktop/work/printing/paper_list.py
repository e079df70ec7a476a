"""Makes the door list in a thread of its own, with progress, until it is done or cancelled."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from eventreg_core.clock import zone as event_zone
from eventreg_core.problems import Problem
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.door_list import By, read
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.work.printing.door_list import write_pdf
from eventreg_desktop.work.printing.lane import Lane

BREATH_S = 0.002
"""After each page other threads have so long for themselves, in seconds."""
PATIENCE_S = 5.0
BROKEN = Problem(
    "list_broken",
    "The program made a mistake with the door list. Try once more; if it happens again, send us the log.",
)


class ListMaker(QObject):
    """One door list at a time."""

    progressed = Signal(int, int)
    """Pages done, and all pages."""
    made = Signal(str, int)
    """The file, and its pages."""
    not_made = Signal(str)
    """Why not, as a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Lane("door-list")
        self._cancelled = Event()

    def make(
        self, open_stores: Callable[[], Stores], clock: Clock, event: UUID, check_in_list: UUID, by: By, folder: Path
    ) -> None:
        """Write this list into `folder`, under a name with the event's own time."""
        self._cancelled.clear()
        self._lane.do(partial(self._make, open_stores, clock, event, check_in_list, by, folder))

    def cancel(self) -> None:
        """Make no list after all; what was written of it goes."""
        self._cancelled.set()

    def stop(self) -> None:
        """Cancel, and end."""
        self.cancel()
        self._lane.stop(PATIENCE_S)

    def _make(
        self, open_stores: Callable[[], Stores], clock: Clock, event: UUID, check_in_list: UUID, by: By, folder: Path
    ) -> None:
        try:
            stores = open_stores()
            try:
                listed = read(stores, event, check_in_list, by, clock(), lambda: not self._cancelled.is_set())
            finally:
                stores.close()
            file = folder / f"door-list-{listed.at.astimezone(event_zone(listed.zone)):%Y-%m-%d-%H%M%S}.pdf"
            pages = write_pdf(listed, file, self._progress)
            self.made.emit(str(file), pages)
        except Problem as problem:
            log.logger("door-list").info("not made", code=problem.code)
            self.not_made.emit(problem.sentence)
        except Exception:  # noqa: BLE001 - a mistake of ours; scanning goes on
            log.logger("door-list").exception("not made")
            self.not_made.emit(BROKEN.sentence)

    def _progress(self, done: int, pages: int) -> bool:
        self.progressed.emit(done, pages)
        return not self._cancelled.wait(BREATH_S)
