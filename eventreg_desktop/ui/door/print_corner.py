"""Printing on the door screen: the panel at the left, the log in the place of the last scans, and their keys."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from eventreg_desktop.ui.door.offers import OfferBar
from eventreg_desktop.ui.door.print_log import PrintLog
from eventreg_desktop.ui.door.print_panel import PrintPanel
from eventreg_desktop.ui.door.print_state import PrintState


class PrintCorner(QObject):
    """One `PrintState` in, what the operator asks for out. The view gives its widgets their room."""

    badge_asked = Signal()
    log_asked = Signal(bool)
    set_up_asked = Signal(bool)
    list_asked = Signal()
    room_needed = Signal()
    """Something came or went."""
    left = Signal()
    """What had the focus is gone."""

    def __init__(self, screen: QWidget, offers: OfferBar) -> None:
        """Keys work while `screen` is shown."""
        super().__init__(screen)
        self._offers = offers
        self.setting_up = self.logging = False
        self.panel, self.log = PrintPanel(screen), PrintLog(screen)
        offers.badge_asked.connect(self.badge_asked)
        self.panel.list_asked.connect(self.list_asked)
        self.panel.closed.connect(self._leave_panel)
        self.log.closed.connect(self._leave_log)
        for key, act in (
            ("Ctrl+P", self.badge_asked.emit),
            ("Ctrl+J", self._toggle_log),
            ("Ctrl+Shift+P", self._toggle_panel),
            ("Ctrl+Shift+D", self.list_asked.emit),
        ):
            QShortcut(QKeySequence(key), screen).activated.connect(act)

    @Slot(object)
    def display(self, state: PrintState) -> None:
        """Show what is printed, and how."""
        opened = state.set_up and not self.setting_up
        closed = (self.setting_up and not state.set_up) or (self.logging and not state.log)
        self.setting_up, self.logging = state.set_up, state.log
        self._offers.display_badge(state.badge)
        self.panel.display(state)
        self.log.display(state)
        self.room_needed.emit()
        if opened:
            self.panel.open()
        elif closed:
            self.left.emit()

    def _toggle_log(self) -> None:
        self.log_asked.emit(not self.logging)

    def _leave_log(self) -> None:
        self.log_asked.emit(False)

    def _toggle_panel(self) -> None:
        self.set_up_asked.emit(not self.setting_up)

    def _leave_panel(self) -> None:
        self.set_up_asked.emit(False)
