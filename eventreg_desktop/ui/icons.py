"""Line icons in the colour of the text they stand beside.

Qt paints `currentColor` of an SVG black; so the colour is written into the SVG. What was drawn once is kept as pixels:
a busy screen paints the same few icons many times a second.
"""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from eventreg_desktop import assets


class TintedIcon(QIconEngine):
    """A line icon that takes the palette's text colour for its mode, or one colour that it was given."""

    def __init__(self, name: str, colour: str | None, inverted_when_on: bool) -> None:
        super().__init__()
        self._name = name
        self._colour = colour
        self._inverted_when_on = inverted_when_on

    def clone(self) -> QIconEngine:
        """Another engine for the same icon; Qt asks for it when an icon is copied and then changed."""
        return TintedIcon(self._name, self._colour, self._inverted_when_on)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon into `rect`."""
        draw(painter, self._name, QRectF(rect), self._tint(mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon as pixels; `size` is in device pixels."""
        return self._picture(size, 1.0, mode, state)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """The icon at a display's scale; Qt gives `size` in logical pixels."""
        return self._picture(size, scale, mode, state)

    def _picture(self, size: QSize, scale: float, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        device = size * scale
        made = QPixmap.fromImage(_drawn(self._name, self._tint(mode, state), device.width(), device.height()))
        made.setDevicePixelRatio(scale)
        return made

    def _tint(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        palette = QGuiApplication.palette()
        if mode is QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText).name()
        if mode is QIcon.Mode.Selected or (self._inverted_when_on and state is QIcon.State.On):
            return palette.color(QPalette.ColorRole.HighlightedText).name()
        return self._colour or palette.color(QPalette.ColorRole.WindowText).name()


def icon(name: str, colour: str | None = None, *, inverted_when_on: bool = False) -> QIcon:
    """The line icon `name`; without a colour it follows the palette.

    `inverted_when_on` is for buttons whose ground takes the accent colour while they are on.
    """
    return QIcon(TintedIcon(name, colour, inverted_when_on))


def draw(painter: QPainter, name: str, rect: QRectF, colour: str) -> None:
    """Draw the line icon `name` into `rect`, crisp at any size: on whole pixels of the device."""
    scale = painter.device().devicePixelRatioF()
    width, height = round(rect.width() * scale), round(rect.height() * scale)
    image = _drawn(name, colour, width, height)
    at = QPointF(round(rect.left() * scale) / scale, round(rect.top() * scale) / scale)
    painter.drawImage(QRectF(at.x(), at.y(), width / scale, height / scale), image)


@lru_cache(maxsize=256)
def _drawn(name: str, colour: str, width: int, height: int) -> QImage:
    """The icon in so many pixels of the device; never changed by who gets it."""
    made = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(0)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(_svg(name, colour))).render(painter, QRectF(0, 0, width, height))
    painter.end()
    return made


@lru_cache(maxsize=256)
def _svg(name: str, colour: str) -> bytes:
    return assets.icon(name).read_bytes().replace(b"currentColor", colour.encode("ascii"))
