"""The live picture: what the camera sees, with a soft frame and a hint. For any screen that looks through a camera."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from eventreg_desktop.ui import icons, style

Pixels = NDArray[np.uint8]
"""Height × width × 3, blue green red, as cameras give them."""
GROUND = "#0b0e13"
INK = "#dfe6f1"
_CENTRED = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class Sight:
    """How a picture is shown: while `words` say why no frame comes there is none; else `hint` lies over the frames.

    `icon` stands over the words; `edge` names the field of `Colours` that frames the picture boldly, empty for a quiet
    frame. An `urgent` hint is large, for who holds the code; `mirrored` shows the frames as a mirror would.
    """

    words: str = ""
    icon: str = "camera"
    hint: str = ""
    edge: str = ""
    urgent: bool = False
    mirrored: bool = False


class Picture(QWidget):
    """Paints the newest frame as large as it fits; without one, an icon and what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = QImage()
        self._pixels: Pixels | None = None
        self._sight = Sight()
        self.setAccessibleName(self.tr("Camera picture"))

    def show_frame(self, pixels: Pixels) -> None:
        """Show the newest frame, blue green red; it comes too often to be part of the state."""
        height, width, _ = pixels.shape
        self._pixels = np.ascontiguousarray(pixels)  # QImage borrows them
        self._frame = QImage(self._pixels.data, width, height, 3 * width, QImage.Format.Format_BGR888)
        self.update()

    def display(self, sight: Sight) -> None:
        """Show exactly this; a frame that was there goes where words stand."""
        if sight == self._sight and not sight.words:
            return
        if sight.words:
            self._frame, self._pixels = QImage(), None
        self._sight = sight
        self.setAccessibleDescription(sight.words or (sight.hint if sight.urgent else ""))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, frame or words, corners of a view-finder, hint, frame in the verdict's colour."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        clip = QPainterPath()
        clip.addRoundedRect(room, style.SCALE.corner, style.SCALE.corner)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), QColor(GROUND))
        if self._frame.isNull():
            self._paint_words(painter, room)
        else:
            frame = self._frame.flipped(Qt.Orientation.Horizontal) if self._sight.mirrored else self._frame
            painter.drawImage(_fit(frame, room), frame)
            _paint_finder(painter, room)
            self._paint_hint(painter, room)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge: str = getattr(style.colours(), self._sight.edge or "control_line")
        painter.setPen(QPen(QColor(edge), 4 if self._sight.edge else 1.5))
        painter.drawPath(clip)
        painter.end()

    def _paint_words(self, painter: QPainter, room: QRectF) -> None:
        side = min(64.0, room.height() * 0.28)
        mark = QRectF(room.center().x() - side / 2, room.center().y() - side, side, side)
        icons.draw(painter, self._sight.icon, mark, INK)
        painter.setPen(QColor(INK))
        painter.setFont(style.font(style.SCALE.body))
        below = QRectF(room.left() + 24, mark.bottom() + 12, room.width() - 48, room.bottom() - mark.bottom() - 20)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap), self._sight.words)

    def _paint_hint(self, painter: QPainter, room: QRectF) -> None:
        hint = self._sight.hint
        if not hint:
            return
        urgent = self._sight.urgent
        painter.setFont(style.font(style.SCALE.title if urgent else style.SCALE.body, bold=urgent))
        width = min(room.width() - 32, painter.fontMetrics().horizontalAdvance(hint) + 32)
        height = painter.fontMetrics().height() + 14
        pill = QRectF(room.center().x() - width / 2, room.bottom() - 14 - height, width, height)
        ground = QColor(GROUND)
        ground.setAlpha(205)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(QColor("#ffffff"))
        text = painter.fontMetrics().elidedText(hint, Qt.TextElideMode.ElideRight, int(pill.width() - 24))
        painter.drawText(pill, _CENTRED, text)


def _fit(frame: QImage, room: QRectF) -> QRectF:
    size = frame.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF(
        room.center().x() - size.width() / 2, room.center().y() - size.height() / 2, size.width(), size.height()
    )


def _paint_finder(painter: QPainter, room: QRectF) -> None:
    side = room.height() * 0.62
    box = QRectF(room.center().x() - side / 2, room.center().y() - side / 2, side, side)
    pen = QPen(QColor(255, 255, 255, 190), 3)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    arm = side * 0.14
    for x, inward in ((box.left(), arm), (box.right(), -arm)):
        for y, down in ((box.top(), arm), (box.bottom(), -arm)):
            path = QPainterPath()
            path.moveTo(x, y + down)
            path.lineTo(x, y)
            path.lineTo(x + inward, y)
            painter.drawPath(path)
