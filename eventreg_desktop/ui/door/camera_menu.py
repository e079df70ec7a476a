"""The button with the cameras that may be picked, how large their pictures are, and whether they are mirrored."""

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from eventreg_desktop.ui import icons
from eventreg_desktop.ui.door.state import CameraSet, DoorState

SIZES = ((640, 480), (1280, 720), (1920, 1080))


class CameraMenu(QToolButton):
    """Emits what the operator picks; shows what is in force."""

    picked = Signal(str)
    """A camera's number, file or address."""
    set_otherwise = Signal(object)
    """The `CameraSet` from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: object = None
        self._set = CameraSet()
        self.setIcon(icons.icon("camera"))
        self.setIconSize(QSize(22, 22))
        self.setText(" " + self.tr("Camera"))
        tip = self.tr("Choose the camera")
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setMenu(QMenu(self))

    def display(self, state: DoorState) -> None:
        """Show which cameras there are, which is in use, and how it is set."""
        shown = (state.cameras, state.camera.spec, state.camera_set)
        if shown != self._shown:
            self._shown, self._set = shown, state.camera_set
            self._fill(state)
        self.setEnabled(bool(state.cameras))

    def _fill(self, state: DoorState) -> None:
        menu = self.menu()
        menu.clear()
        cameras, sizes = QActionGroup(menu), QActionGroup(menu)
        cameras.triggered.connect(self._camera_triggered)
        sizes.triggered.connect(self._size_triggered)
        for camera in state.cameras:
            self._add(menu, camera.label, camera.spec, on=camera.spec == state.camera.spec, group=cameras)
        menu.addSection(self.tr("Picture size"))
        for across, down in SIZES:
            self._add(menu, f"{across} × {down}", (across, down), on=(across, down) == self._set.size, group=sizes)
        menu.addSeparator()
        mirror = self._add(menu, self.tr("Mirror the picture"), None, on=self._set.mirrored)
        mirror.triggered.connect(self._mirror_triggered)

    @staticmethod
    def _add(menu: QMenu, text: str, value: object, *, on: bool, group: QActionGroup | None = None) -> QAction:
        action = menu.addAction(text)
        action.setData(value)
        action.setCheckable(True)
        action.setChecked(on)
        if group is not None:
            group.addAction(action)
        return action

    def _camera_triggered(self, action: QAction) -> None:
        self.picked.emit(str(action.data()))

    def _size_triggered(self, action: QAction) -> None:
        across, down = action.data()
        self.set_otherwise.emit(CameraSet((across, down), self._set.mirrored))

    def _mirror_triggered(self, on: bool) -> None:
        self.set_otherwise.emit(CameraSet(self._set.size, on))


def remembered(settings: QSettings) -> CameraSet:
    """How this laptop's camera was set the last time."""
    named = {f"{across}x{down}": (across, down) for across, down in SIZES}
    usual = CameraSet()
    size = named.get(str(settings.value("camera_size", "")), usual.size)
    return CameraSet(size, str(settings.value("camera_mirrored", "no")) == "yes")


def remember(settings: QSettings, chosen: CameraSet) -> None:
    """For the next start."""
    settings.setValue("camera_size", f"{chosen.size[0]}x{chosen.size[1]}")
    settings.setValue("camera_mirrored", "yes" if chosen.mirrored else "no")
