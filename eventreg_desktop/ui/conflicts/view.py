"""The office's window: sign in, then conflicts, and whether everything is in. Decides nothing."""

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.conflicts.conflicts import ConflictsPage
from eventreg_desktop.ui.conflicts.everything import Everything
from eventreg_desktop.ui.conflicts.sign_in import SignIn
from eventreg_desktop.ui.conflicts.state import OfficeState, Screen
from eventreg_desktop.ui.elided import ElidedLabel


class OfficeWindow(QMainWindow):
    """Shows one `OfficeState`, and tells what its user wants."""

    event_chosen = Signal(object)
    screen_chosen = Signal(object)
    refresh_asked = Signal()
    undo_asked = Signal()
    proof_asked = Signal(str)
    """The file that the proof goes to."""

    def __init__(self, app: QApplication, settings: QSettings) -> None:
        super().__init__()
        style.apply(app, style.remembered(settings))
        self.sign_in, self.conflicts, self.everything = SignIn(self), ConflictsPage(self), Everything(self)
        self.events = QComboBox(self)
        self.refresh = QToolButton(self)
        self.message, self.undo = ElidedLabel(self), QPushButton(self.tr("Take back  (Ctrl+Z)"), self)
        self.screens = QButtonGroup(self)
        self._stack, self._pages = QStackedWidget(self), QStackedWidget(self)
        self._screen: Screen | None = None
        self._lay_out()
        self._lay_keys()
        self.setWindowTitle(self.tr("EventReg office"))
        self.setMinimumSize(1024, 640)
        self.resize(1366, 768)

    def display(self, state: OfficeState) -> None:
        """Show exactly this state."""
        signing_in = state.screen is Screen.SIGN_IN
        self._stack.setCurrentWidget(self.sign_in if signing_in else self._inside)
        self.sign_in.display(state)
        self._pages.setCurrentWidget(self.everything if state.screen is Screen.EVERYTHING else self.conflicts)
        for button in self.screens.buttons():
            button.setChecked(button.property("screen") == state.screen)
        self._display_events(state)
        self._display_message(state)
        self.refresh.setEnabled(not state.busy)
        if state.screen is Screen.EVERYTHING:
            self.everything.display(state)
        elif not signing_in:
            self.conflicts.display(state)
        if state.screen is not self._screen:
            self._screen = state.screen
            self._focus(state.screen)

    def choose_file(self) -> None:
        """Ask where the proof goes."""
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Keep the proof"), "everything-is-in.pdf", "PDF (*.pdf)")
        if path:
            self.proof_asked.emit(path)

    def _focus(self, screen: Screen) -> None:
        match screen:
            case Screen.SIGN_IN:
                self.sign_in.begin()
            case Screen.CONFLICTS:
                self.conflicts.focus_list()
            case Screen.EVERYTHING:
                self.everything.table.setFocus()

    def _display_events(self, state: OfficeState) -> None:
        names = [(event.name, event.id) for event in state.events]
        shown = [(self.events.itemText(at), self.events.itemData(at).id) for at in range(self.events.count())]
        if names != shown:
            self.events.clear()
            for event in state.events:
                self.events.addItem(event.name, event)
        at = next((at for at, event in enumerate(state.events) if event == state.event), -1)
        if self.events.currentIndex() != at:
            self.events.setCurrentIndex(at)

    def _display_message(self, state: OfficeState) -> None:
        text = state.problem or state.said
        level = "trouble" if state.problem else ""
        if self.message.property("level") != level:
            self.message.setProperty("level", level)
            self.message.style().unpolish(self.message)
            self.message.style().polish(self.message)
        self.message.set_whole(text)
        self.undo.setVisible(state.undo is not None)
        self.undo.setEnabled(not state.busy)
        self._strip.setVisible(bool(text) or state.undo is not None)

    def _lay_keys(self) -> None:
        for keys, do in (
            ("F5", self.refresh.click),
            ("Ctrl+Z", self.undo.click),
            ("Ctrl+P", self.everything.proof.click),
            ("Ctrl+1", lambda: self.screen_chosen.emit(Screen.CONFLICTS)),
            ("Ctrl+2", lambda: self.screen_chosen.emit(Screen.EVERYTHING)),
        ):
            QShortcut(QKeySequence(keys), self._inside).activated.connect(do)

    def _lay_out(self) -> None:
        self._inside = QWidget(self)
        self._strip = QFrame(self)
        self._strip.setObjectName("strip")
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(20, 6, 20, 6)
        row.addWidget(self.message, 1)
        row.addWidget(self.undo)
        body = QVBoxLayout()
        body.setContentsMargins(20, 16, 20, 16)
        body.addWidget(self._pages)
        whole = QVBoxLayout(self._inside)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._header())
        whole.addLayout(body, 1)
        whole.addWidget(self._strip)
        self._pages.addWidget(self.conflicts)
        self._pages.addWidget(self.everything)
        self._stack.addWidget(self.sign_in)
        self._stack.addWidget(self._inside)
        self.setCentralWidget(self._stack)
        self.everything.proof_asked.connect(self.choose_file)
        self.refresh.clicked.connect(self.refresh_asked)
        self.undo.clicked.connect(self.undo_asked)
        self.events.activated.connect(lambda at: self.event_chosen.emit(self.events.itemData(at)))
        self.screens.buttonClicked.connect(lambda button: self.screen_chosen.emit(Screen(button.property("screen"))))

    def _header(self) -> QFrame:
        header = QFrame(self)
        header.setObjectName("header")
        row = QHBoxLayout(header)
        row.setContentsMargins(20, 10, 20, 10)
        row.setSpacing(style.SCALE.space)
        title = QLabel(self.tr("Reconcile"), self)
        title.setProperty("kind", "title")
        self.events.setAccessibleName(self.tr("Event"))
        self.events.setMinimumWidth(300)
        self.events.setMinimumHeight(style.SCALE.control)
        self.refresh.setIcon(icons.icon("refresh-cw"))
        self.refresh.setToolTip(self.tr("Look again  (F5)"))
        self.refresh.setAccessibleName(self.tr("Look again"))
        row.addWidget(title)
        row.addWidget(self.events)
        row.addStretch(1)
        pages = QHBoxLayout()
        pages.setSpacing(0)
        for screen, words, side, tip in (
            (Screen.CONFLICTS, self.tr("Conflicts"), "entry", "Ctrl+1"),
            (Screen.EVERYTHING, self.tr("Is everything in?"), "exit", "Ctrl+2"),
        ):
            button = QPushButton(words, self)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            for name, value in (("kind", "segment"), ("side", side), ("screen", screen)):
                button.setProperty(name, value)
            self.screens.addButton(button)
            pages.addWidget(button)
        row.addLayout(pages)
        row.addWidget(self.refresh)
        return header
