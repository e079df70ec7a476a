"""Watches how much room the disk has left, so that it is said long before a scan cannot be kept."""

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

LOW = 300 * 1024 * 1024
"""Bytes: less is said."""
EVERY_MS = 60_000
CODE = "disk_low"


def free_bytes(folder: Path) -> int:
    """Room on the disk of this folder; raises OSError."""
    return shutil.disk_usage(folder).free


class DiskWatch(QObject):
    """Looks once a minute; one look takes microseconds."""

    noticed = Signal(str, str)
    """Code and sentence, when there is little room."""
    mended = Signal(str)
    """The code, when there is room again."""

    def __init__(self, folder: Path, free: Callable[[Path], int] = free_bytes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._free = free
        self._low = False
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and then steadily."""
        self.look()
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Look once; a disk that cannot be asked says nothing here, the door's own writing does."""
        try:
            low = self._free(self._folder) < LOW
        except OSError:
            return
        if low and not self._low:
            self.noticed.emit(CODE, "The disk is nearly full. Free some space now: soon no scan can be kept.")
        elif self._low and not low:
            self.mended.emit(CODE)
        self._low = low
