"""The strip at the foot: in words, whether all is well; and the lasting troubles above it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.door.state import DoorState, Level, NoticeLine, StatusLine
from eventreg_desktop.ui.elided import ElidedLabel

_TINTS = {Level.WELL: "admitted_text", Level.LOOK: "look_text", Level.TROUBLE: "stop_text"}
_ICON = 20


class StatusItem(QWidget):
    """An icon and its words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = QLabel(self)
        self._mark.setFixedSize(_ICON, _ICON)
        self._text = ElidedLabel(self)
        self._shown: tuple[StatusLine, str] | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.SCALE.gap)
        layout.addWidget(self._mark)
        layout.addWidget(self._text, 1)

    def display(self, line: StatusLine) -> None:
        """Show the line; what is well stays quiet."""
        tint: str = getattr(style.colours(), _TINTS[line.level])
        if (line, tint) == self._shown:
            return
        self._shown = line, tint
        mark = icons.icon(line.icon, tint)
        self._mark.setPixmap(mark.pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))
        self._text.setProperty("level", line.level.value)
        self._text.style().unpolish(self._text)
        self._text.style().polish(self._text)
        self._text.set_whole(line.text)


class StatusStrip(QFrame):
    """All is well, or what is not; unsent scans, camera."""

    health_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.overall, self.unsent, self.camera = StatusItem(self), StatusItem(self), StatusItem(self)
        self.mend = QPushButton(self)
        self.mend.setProperty("kind", "link")
        self.mend.clicked.connect(self.health_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.SCALE.space, 0, style.SCALE.space, 0)
        layout.setSpacing(style.SCALE.space * 2)
        layout.addWidget(self.overall, 1)
        layout.addWidget(self.mend)
        for each in (self.unsent, self.camera):
            each.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            layout.addWidget(each)
        self.setFixedHeight(44)

    def display(self, state: DoorState) -> None:
        """Show whether all is well, what waits, and what the camera does."""
        self.overall.display(state.overall)
        self.mend.setText(self.tr("All parts (F12)") if state.well else self.tr("What to do (F12)"))
        self.unsent.display(state.unsent)
        self.camera.display(state.camera_line)


class Notices(QWidget):
    """Lasting troubles, one card each; they never cover anything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[NoticeLine, ...] = ()
        self._cards = QVBoxLayout(self)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(style.SCALE.gap)

    def display(self, notices: tuple[NoticeLine, ...]) -> None:
        """Show exactly these."""
        if notices != self._shown:
            self._shown = notices
            self.dress()

    def dress(self) -> None:
        """Make the cards anew, in the colours worn now."""
        while (item := self._cards.takeAt(0)) is not None:
            card = item.widget()
            if card is not None:
                card.hide()  # and stays so: a layout shows its newest a moment later, without a parent as a window
                card.deleteLater()
        for notice in self._shown:
            self._cards.addWidget(_card(notice, self))


def _card(notice: NoticeLine, parent: QWidget) -> QFrame:
    card = QFrame(parent)
    card.setProperty("kind", "notice")
    mark = QLabel(card)
    colour = style.colours().look_text
    mark.setPixmap(icons.icon("info", colour).pixmap(QSize(_ICON, _ICON), parent.devicePixelRatioF()))
    text = QLabel(notice.text, card)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setWordWrap(True)
    text.setProperty("kind", "notice")
    row = QHBoxLayout(card)
    row.setContentsMargins(12, 8, 12, 8)
    row.setSpacing(10)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    return card
