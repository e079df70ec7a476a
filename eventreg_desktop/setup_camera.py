"""The camera while a laptop is set up: it looks for an enrolment code, from when somebody asks until it is let go."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from eventreg_desktop.ui.setup.model import SetupModel
from eventreg_desktop.ui.setup.view import SetupView
from eventreg_desktop.work.camera_thread import CameraThread


class SetupCamera(QObject):
    """At most one camera, in a thread of its own, shown on the set-up screen and heard by its model."""

    def __init__(self, view: SetupView, model: SetupModel, spec: Callable[[], str], parent: QObject) -> None:
        """Nothing is opened yet; `spec` tells the camera's number, file or address when it is wanted."""
        super().__init__(parent)
        self._view = view
        self._model = model
        self._spec = spec
        self._camera: CameraThread | None = None

    @Slot(bool)
    def wanted(self, on: bool) -> None:
        """Look, or let the camera go; when this returns another may open it."""
        self.stop()
        if not on:
            return
        camera = CameraThread(self._spec(), loop=True)
        camera.pictured.connect(self._view.show_frame)
        camera.saw.connect(self._model.saw)
        camera.running.connect(self._model.camera_runs)
        camera.failed.connect(self._model.camera_lost)
        self._camera = camera
        camera.start()

    def stop(self) -> None:
        """Let the camera go; twice is once."""
        if self._camera is not None:
            self._camera.stop()
            self._camera.deleteLater()
            self._camera = None
