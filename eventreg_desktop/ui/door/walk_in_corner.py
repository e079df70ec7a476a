"""Selling on the door screen: its key, and its button in the row of what may be done."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from eventreg_desktop.ui import icons
from eventreg_desktop.ui.door.offers import OfferBar

KEY = "Ctrl+N"


class WalkInCorner(QObject):
    """The button is there while there is a stock; the key says, without one, how to get it."""

    asked = Signal()

    def __init__(self, screen: QWidget, offers: OfferBar) -> None:
        """Keys work while `screen` is shown."""
        super().__init__(screen)
        self.button = QPushButton(offers)
        self.button.setIcon(icons.icon("ticket"))
        self.button.clicked.connect(self.asked)
        row = offers.layout()
        assert isinstance(row, QHBoxLayout), "offers stand in a row"
        row.insertWidget(1, self.button)  # after the stretch
        QShortcut(QKeySequence(KEY), screen).activated.connect(self.asked)
        self.offer("")

    @Slot(str)
    def offer(self, text: str) -> None:
        """Offer it in these words, or not at all."""
        self.button.setText(f" {text}")
        self.button.setAccessibleName(text)
        self.button.setVisible(bool(text))
