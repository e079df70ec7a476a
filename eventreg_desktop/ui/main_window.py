"""The window: one screen at a time, its size and colours remembered, and the keys that work everywhere."""

from typing import Protocol

from PySide6.QtCore import QByteArray, QCoreApplication, QSettings, Qt, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget

from eventreg_desktop.door.reading import as_coded
from eventreg_desktop.ui import languages, style
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.ui.languages import Language
from eventreg_desktop.ui.setup.view import SetupView
from eventreg_desktop.ui.style import Scheme
from eventreg_desktop.ui.wedge import Wedge


class Screen(Protocol):
    """What every screen does with the text of a scanner that types."""

    def entered(self, text: str) -> None:
        """A scanner typed this."""


class MainWindow(QMainWindow):
    """Holds the screens, which do not know each other; the scanner's text goes to the one that is shown."""

    def __init__(self, app: QApplication, settings: QSettings) -> None:
        super().__init__()
        self._app = app
        self._settings = settings
        style.apply(app, style.remembered(settings))
        languages.speak(app, languages.remembered(settings))
        self.setup, self.door = SetupView(self), DoorView(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.setup)
        self._stack.addWidget(self.door)
        self.setCentralWidget(self._stack)
        self.setWindowTitle(QCoreApplication.translate("MainWindow", "EventReg door"))
        self.setMinimumSize(1024, 640)
        self.wedge = Wedge(app, self)
        self.wedge.scanned.connect(self._scanned)
        self.door.scheme_picked.connect(self._scheme_picked)
        self.door.language_picked.connect(self._language_picked)
        self.door.full_screen_asked.connect(self._toggle_full_screen)
        QShortcut(QKeySequence(Qt.Key.Key_F11), self).activated.connect(self._toggle_full_screen)
        app.styleHints().colorSchemeChanged.connect(self._desktop_changed)
        self._restore_size()

    @Slot()
    def show_setup(self) -> None:
        """Show the set-up screen."""
        self._stack.setCurrentWidget(self.setup)

    @Slot()
    def show_door(self) -> None:
        """Show the door screen."""
        self._stack.setCurrentWidget(self.door)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the size for the next start."""
        if not self.isFullScreen():
            self._settings.setValue("geometry", self.saveGeometry())
        self._settings.sync()
        super().closeEvent(event)

    def _restore_size(self) -> None:
        kept = self._settings.value("geometry")
        if not isinstance(kept, QByteArray) or not self.restoreGeometry(kept):
            self.resize(1366, 768)

    def _scanned(self, text: str) -> None:
        screen: Screen = self.door if self._stack.currentWidget() is self.door else self.setup
        screen.entered(as_coded(text))

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _language_picked(self, language: Language) -> None:
        languages.remember(self._settings, language)

    def _scheme_picked(self, scheme: Scheme) -> None:
        style.remember(self._settings, scheme)
        style.apply(self._app, scheme)

    def _desktop_changed(self) -> None:
        if style.remembered(self._settings) is Scheme.SYSTEM:
            style.apply(self._app, Scheme.SYSTEM)
