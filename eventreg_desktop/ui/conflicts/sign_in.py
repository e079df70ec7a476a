"""Where an organizer signs in: the server's address, an e-mail and a password."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from eventreg_desktop import assets
from eventreg_desktop.ui import style
from eventreg_desktop.ui.conflicts.state import OfficeState

CARD_WIDTH = 480


class SignIn(QWidget):
    """A card in the middle."""

    asked = Signal(str, str, str)
    """Address, e-mail, password."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.address, self.email, self.password = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        self.button = QPushButton(self.tr("Sign in"), self)
        self.problem, self.progress = QLabel(self), QProgressBar(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.address.setPlaceholderText("https://tickets.example.org")
        self.button.setProperty("kind", "primary")
        self.problem.setProperty("kind", "error")
        self.problem.setWordWrap(True)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("At work"))
        self._lay_out()
        self.button.clicked.connect(self._ask)
        for line in (self.address, self.email, self.password):
            line.returnPressed.connect(self._ask)

    def display(self, state: OfficeState) -> None:
        """Show exactly this state."""
        for line, text in ((self.address, state.address), (self.email, state.email)):
            if text and not line.text():
                line.setText(text)
        for each in (self.address, self.email, self.password, self.button):
            each.setEnabled(not state.busy)
        self.progress.setVisible(state.busy)
        self.problem.setVisible(bool(state.problem))
        self.problem.setText(state.problem)
        self.problem.setAccessibleName(state.problem)

    def begin(self) -> None:
        """Put the cursor where something is missing."""
        lines = (self.address, self.email, self.password)
        next((line for line in lines if not line.text()), self.password).setFocus()

    def _ask(self) -> None:
        if self.address.text().strip() and self.email.text().strip() and self.password.text():
            self.asked.emit(self.address.text().strip(), self.email.text().strip(), self.password.text())
        else:
            self.begin()

    def _lay_out(self) -> None:
        card = QFrame(self)
        card.setProperty("kind", "card")
        card.setFixedWidth(CARD_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(36, 32, 36, 32)
        column.setSpacing(style.SCALE.gap)
        column.addLayout(self._head())
        fields = (
            (self.tr("&Server"), self.address),
            (self.tr("&E-mail"), self.email),
            (self.tr("&Password"), self.password),
        )
        for words, line in fields:
            label = QLabel(words, self)
            label.setProperty("kind", "section")
            label.setBuddy(line)
            line.setMinimumHeight(style.SCALE.control)
            column.addWidget(label)
            column.addWidget(line)
        column.addSpacing(style.SCALE.gap)
        for each in (self.button, self.problem, self.progress):
            column.addWidget(each)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(1)

    def _head(self) -> QHBoxLayout:
        mark, title = QLabel(self), QLabel(self.tr("Office"), self)
        mark.setPixmap(QIcon(str(assets.logo())).pixmap(QSize(40, 40), self.devicePixelRatioF()))
        title.setProperty("kind", "heading")
        row = QHBoxLayout()
        row.setSpacing(style.SCALE.space)
        row.addWidget(mark)
        row.addWidget(title, 1)
        return row
