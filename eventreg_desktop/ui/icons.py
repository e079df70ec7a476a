"""Line icons in the colour of the text they stand beside.

Qt paints `currentColor` of an SVG black; so the colour is written into the SVG, one renderer for each colour.
"""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from eventreg_desktop import assets


class TintedIcon(QIconEngine):
    """A line icon that takes the palette's text colour for its mode, or one colour that it was given."""

    def __init__(self, name: str, colour: str | None, inverted_when_on: bool) -> None:
        super().__init__()
        self._name = name
        self._colour = colour
        self._inverted_when_on = inverted_when_on
        self._renderers: dict[str, QSvgRenderer] = {}

    def clone(self) -> QIconEngine:
        """Another engine for the same icon; Qt asks for it when an icon is copied and then changed."""
        return TintedIcon(self._name, self._colour, self._inverted_when_on)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon into `rect`."""
        colour = self._tint(mode, state)
        if colour not in self._renderers:
            self._renderers[colour] = QSvgRenderer(QByteArray(_svg(self._name, colour)))
        self._renderers[colour].render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon as pixels; `size` is in device pixels."""
        return self._picture(size, 1.0, mode, state)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """The icon at a display's scale; Qt gives `size` in logical pixels."""
        return self._picture(size, scale, mode, state)

    def _picture(self, size: QSize, scale: float, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size * scale)
        made.setDevicePixelRatio(scale)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
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
    """Draw the line icon `name` into `rect`, crisp at any size."""
    QSvgRenderer(QByteArray(_svg(name, colour))).render(painter, rect)


@lru_cache(maxsize=256)
def _svg(name: str, colour: str) -> bytes:
    return assets.icon(name).read_bytes().replace(b"currentColor", colour.encode("ascii"))
