"""The set-up screen: one card in the middle. Decides nothing."""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from eventreg_desktop import assets
from eventreg_desktop.ui import style
from eventreg_desktop.ui.picture import Pixels
from eventreg_desktop.ui.setup.enrol import EnrolForm
from eventreg_desktop.ui.setup.place import PlaceForm
from eventreg_desktop.ui.setup.state import SetupState, Step

CARD_WIDTH = 620


class SetupView(QWidget):
    """Shows the step that the set-up is at, and emits what the operator enters."""

    text_entered = Signal(str)
    """The whole enrolment text."""
    typed = Signal(str, str, str)
    """Address, code, pin."""
    place_picked = Signal(object)
    """A `PlacePicked`."""
    camera_toggled = Signal(bool)
    """Whether to look through the camera."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.enrol, self.place = EnrolForm(self), PlaceForm(self)
        self.title, self.progress_text, self.error = QLabel(self), QLabel(self), QLabel(self)
        self.progress = QProgressBar(self)
        self._lay_out()
        self.enrol.text_entered.connect(self.text_entered)
        self.enrol.typed.connect(self.typed)
        self.enrol.camera_toggled.connect(self.camera_toggled)
        self.place.place_picked.connect(self.place_picked)

    @Slot(object)
    def display(self, state: SetupState) -> None:
        """Show exactly this state."""
        choosing = state.step is Step.PLACE or bool(state.lists)
        self.title.setText(self.tr("Where does this laptop stand?") if choosing else self.tr("Set up this door"))
        form = self.place if choosing else self.enrol
        working = state.step is Step.WORKING
        for each in (self.enrol, self.place):
            each.setVisible(each is form)
            each.setEnabled(not working)
        self.progress.setVisible(working)
        self.progress_text.setVisible(working)
        self.progress_text.setText(state.progress)
        self.error.setVisible(bool(state.error))
        self.error.setText(state.error)
        self.error.setAccessibleName(state.error)
        self.enrol.display(state.text, state.eye, state.eye_words)
        if choosing:
            self.place.display(state.event, state.lists, state.place)
        if not working and self.isVisible():
            form.setFocus()

    @Slot(object)
    def show_frame(self, pixels: Pixels) -> None:
        """Show the newest camera frame: height × width × 3, blue green red."""
        self.enrol.picture.show_frame(pixels)

    def entered(self, text: str) -> None:
        """A scanner typed this into the window."""
        self.enrol.text.setText(text)
        self.text_entered.emit(text)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the first field."""
        super().showEvent(event)
        (self.enrol if self.place.isHidden() else self.place).setFocus()

    def _lay_out(self) -> None:
        self.title.setProperty("kind", "heading")
        self.error.setProperty("kind", "error")
        self.error.setWordWrap(True)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("At work"))
        self.place.hide()
        card = QFrame(self)
        card.setProperty("kind", "card")
        card.setFixedWidth(CARD_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(40, 36, 40, 36)
        column.setSpacing(style.SCALE.space)
        column.addLayout(self._head())
        for each in (self.enrol, self.place, self.error, self.progress, self.progress_text):
            column.addWidget(each)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        middle = QHBoxLayout()  # not an alignment: that would ignore how high wrapped text is
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(1)

    def _head(self) -> QHBoxLayout:
        mark = QLabel(self)
        mark.setPixmap(QIcon(str(assets.logo())).pixmap(QSize(44, 44), self.devicePixelRatioF()))
        row = QHBoxLayout()
        row.setSpacing(style.SCALE.space)
        row.addWidget(mark)
        row.addWidget(self.title, 1)
        return row
