"""Pictures of the door's window while a scenario is played: the same view as at the door, drawn without a screen."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from eventreg_core.admission import Refused
from eventreg_desktop.door.counts import Counts
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.store.mirror import EventHere
from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.ui import style
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import CameraState, CameraStatus, Place
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.ui.style import Scheme
from eventreg_desktop.work.opencv import Picture

SIZE = QSize(1366, 768)


class Pictures:
    """A `Watcher` that writes one PNG a verdict, `01-admitted.png`, into a folder."""

    def __init__(self, qt: QApplication, folder: Path) -> None:
        """Make the folder; pictures of an earlier play are taken away."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("[0-9][0-9]-*.png"):
            old.unlink()
        self._folder = folder
        self._count = 0
        style.apply(qt, Scheme.LIGHT)
        self._model, self._view = DoorModel(Place(), "UTC"), DoorView()
        self._model.changed.connect(self._view.display)
        self._model.synced(SyncState(Connection.ONLINE, 0, 0, 0.0, None))
        self._view.resize(SIZE)

    def stood(self, event: EventHere, check_in_list: str, gate: str | None) -> None:
        """The door stands at this list and gate, by name."""
        self._model.placed(Place(event.name, check_in_list, gate or ""), event.zone)

    def judged(self, outcome: Outcome, picture: Picture | None, counted: Callable[[], Counts]) -> None:
        """Draw the window as it is now."""
        self._count += 1
        status = CameraStatus.NONE if picture is None else CameraStatus.RUNNING
        self._model.camera_changed(CameraState(status))
        self._model.judged(outcome)
        self._model.counted(counted())
        if picture is not None:
            self._view.show_frame(picture)
        verdict = outcome.verdict
        name = verdict.reason if isinstance(verdict, Refused) else "admitted"
        QApplication.processEvents()
        self._view.banner.settle()
        self._view.grab().save(str(self._folder / f"{self._count:02d}-{name}.png"))
