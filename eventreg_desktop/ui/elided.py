"""One line of text that gives way where there is little room: a label, a button."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QWidget

_BESIDE = 52
"""Pixels of a button that are not its text: icon, gap, edges."""


class ElidedLabel(QLabel):
    """A label of one line that is cut with an ellipsis, its whole text in the tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        # Where the screen begins, also a text that is written the other way: Qt would go by the text.
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)

    def set_whole(self, text: str) -> None:
        """Show as much of `text` as fits."""
        if text == self._whole:
            return
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        """Room for the whole text, where there is any."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(48, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut again for the new width."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


class ElidedButton(QToolButton):
    """A quiet button with an icon, whose text is cut with an ellipsis where there is little room."""

    def __init__(self, icon: QIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setIcon(icon)
        self.setIconSize(QSize(20, 20))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_whole(self, text: str, tip: str) -> None:
        """Show as much of `text` as fits; `tip` says what a click does."""
        if (text, tip) == (self._whole, self.toolTip()):
            return
        self._whole = text
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        """Room for the whole text, where there is any."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + _BESIDE, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The icon and a few letters."""
        return QSize(_BESIDE + 40, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut again for the new width."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        room = max(0, self.width() - _BESIDE + 4)
        text = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        self.setText(" " + text.replace("&", "&&"))
