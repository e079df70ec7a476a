"""A ticket's QR code, large enough to be photographed: black on white, whatever the colours of the window."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from eventreg_desktop.door.code import Modules, modules

LEAST, AROUND = 240, 380
"""Pixels of a side at least, and those of the window that everything else needs."""
_ROUND = 8.0


class CodePicture(QWidget):
    """A square as large as there is room for; not there where there is nothing to show."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._panel = parent
        self._rows: Modules = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Code of the ticket"))
        self.setVisible(False)

    def display(self, text: str) -> None:
        """Show this token, or nothing."""
        self._rows = modules(text) if text else ()
        self._make_room()
        self.setVisible(bool(text))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay as large as there is room for."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self.setFixedHeight(max(LEAST, min(self._panel.width() - 24, self.window().height() - AROUND)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """White card, black modules, on whole pixels."""
        if not self._rows:
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        side = int(min(self.width(), self.height()) * ratio) // len(self._rows) / ratio
        left = (self.width() - side * len(self._rows)) // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("white"))
        painter.drawRoundedRect(QRectF(left, 0, side * len(self._rows), side * len(self._rows)), _ROUND, _ROUND)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for down, row in enumerate(self._rows):
            for across, dark in enumerate(row):
                if dark:
                    painter.fillRect(QRectF(left + across * side, down * side, side, side), QColor("black"))
        painter.end()
