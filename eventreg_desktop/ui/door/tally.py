"""How full it is, at a glance: inside, expected, this door, and how fast people come."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from eventreg_desktop.ui import style
from eventreg_desktop.ui.door.state import Tally


class TallyCard(QFrame):
    """Shows one `Tally`; numbers large, their meaning below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.inside, self.expected, self.here = (_Number(self) for _ in range(3))
        self.plot = ArrivalsPlot(self)
        self._shown: Tally | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(style.SCALE.space)
        for each in (self.inside, self.expected, self.here):
            row.addWidget(each)
        row.addWidget(self.plot, 1)
        self.setFixedHeight(80)

    def display(self, tally: Tally | None) -> None:
        """Show exactly this; nothing before the first count."""
        shown = tally or Tally("–", "–", "–", "", (), "")
        if shown == self._shown:
            return
        self._shown = shown
        self.inside.display(shown.inside, self.tr("inside"))
        self.expected.display(shown.expected, self.tr("expected"))
        self.here.display(shown.here, self.tr("this door"))
        self.plot.display(shown.arrivals, shown.pace)
        self.setAccessibleName(shown.spoken)
        self.setToolTip(shown.spoken)


class _Number(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.number, self.meaning = QLabel(self), QLabel(self)
        self.number.setProperty("kind", "title")
        self.meaning.setProperty("kind", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(self.number)
        column.addWidget(self.meaning)
        column.addStretch(1)

    def display(self, number: str, meaning: str) -> None:
        self.number.setText(number)
        self.meaning.setText(meaning)


class ArrivalsPlot(QWidget):
    """Arrivals a minute of the last half hour as a small area; the present pace in words above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arrivals: tuple[int, ...] = ()
        self.pace = QLabel(self)
        self.pace.setProperty("kind", "caption")
        self.pace.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pace)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def minimumSizeHint(self) -> QSize:
        """A shape that can still be read."""
        return QSize(70, 60)

    def display(self, arrivals: tuple[int, ...], pace: str) -> None:
        """Show these; a minute each, the last is the present one."""
        self._arrivals = arrivals
        self.pace.setText(pace)
        self.setAccessibleName(pace)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line over a soft ground, and a base line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        worn = style.colours()
        room = QRectF(0, self.pace.height() + 4, self.width(), self.height() - self.pace.height() - 8)
        painter.setPen(QColor(worn.line))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        if len(self._arrivals) > 1 and max(self._arrivals) > 0:
            points = self._points(room)
            ground = QColor(worn.accent)
            ground.setAlphaF(0.18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawPolygon(QPolygonF([room.bottomLeft(), *points, room.bottomRight()]))
            painter.setPen(QColor(worn.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
        painter.end()

    def _points(self, room: QRectF) -> list[QPointF]:
        step, most = room.width() / (len(self._arrivals) - 1), max(self._arrivals)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        arrivals = self._arrivals[::-1] if mirrored else self._arrivals
        return [
            QPointF(room.left() + number * step, room.bottom() - room.height() * count / most)
            for number, count in enumerate(arrivals)
        ]
