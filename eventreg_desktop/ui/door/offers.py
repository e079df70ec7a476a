"""What may be done about the last verdict: one button each, with its key; those that mean nothing now are not there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.door.state import Offers


class OfferBar(QWidget):
    """A row of buttons; the keys work whether a button is there or not, and do nothing then."""

    override_asked = Signal()
    payment_asked = Signal()
    undo_asked = Signal()
    party_asked = Signal()
    badge_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.override, self.payment = self._button("shield-check"), self._button("banknote")
        self.party, self.undo = self._button("users"), self._button("undo-2")
        self.badge = self._button("printer")
        self.badge.setVisible(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.SCALE.gap)
        row.addStretch(1)
        for button, asked in (
            (self.override, self.override_asked),
            (self.payment, self.payment_asked),
            (self.party, self.party_asked),
            (self.badge, self.badge_asked),
            (self.undo, self.undo_asked),
        ):
            row.addWidget(button)
            button.clicked.connect(asked)
        self.setFixedHeight(style.SCALE.control)

    def display(self, offers: Offers) -> None:
        """Show exactly these."""
        for button, text in (
            (self.override, offers.override),
            (self.payment, offers.payment),
            (self.party, offers.party),
            (self.undo, offers.undo),
        ):
            _say(button, text)

    def display_badge(self, text: str) -> None:
        """Offer a badge in these words, or none."""
        _say(self.badge, text)

    def _button(self, mark: str) -> QPushButton:
        button = QPushButton(self)
        button.setIcon(icons.icon(mark))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button


def _say(button: QPushButton, text: str) -> None:
    button.setText(f" {text}".replace("&", "&&"))
    button.setAccessibleName(text)
    button.setVisible(bool(text))
