"""The verdict, readable from three metres: a full ground of colour, a huge icon, a word, a name."""

from PySide6.QtCore import QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.door.state import Banner, Look

FLASH_MS = 350
"""A new verdict lights up for so long, so that two alike in a row are two."""

_GAP = 6.0
Line = tuple[str, QFont, float, int]
"""Text, font, height and alignment of one line (of several, where it wraps)."""
_LEADING = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
_WRAPPED = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class BannerPanel(QWidget):
    """Paints one `Banner`; text shrinks, then is cut with an ellipsis, and never leaves the ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner: Banner | None = None
        self._light = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._flash = QVariantAnimation(self, startValue=0.55, endValue=0.0, duration=FLASH_MS)
        self._flash.valueChanged.connect(self._lit)

    def minimumSizeHint(self) -> QSize:
        """Small enough for a 1024 × 640 window."""
        return QSize(420, 240)

    def display(self, banner: Banner, *, fresh: bool) -> None:
        """Show a banner; `fresh` lights it up and has it read aloud, for a new scan."""
        self._banner = banner
        spoken = ". ".join(
            part for part in (banner.word, banner.headline, banner.name, banner.ticket_type, banner.sentence) if part
        )
        self.setAccessibleName(spoken)
        if fresh:
            self._flash.start()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))
        self.update()

    def _lit(self, light: float) -> None:
        self._light = light
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, icon, then the words as one block in the middle of the height."""
        if self._banner is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        ground, ink = _colours_of(self._banner.look)
        panel = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(panel, style.SCALE.corner * 1.6, style.SCALE.corner * 1.6)
        mark = min(panel.width() * 0.22, panel.height() * 0.5)
        edge = max(24.0, panel.width() * 0.035)
        icon = QRectF(edge, (panel.height() - mark) / 2, mark, mark)
        words = panel.adjusted(edge * 1.9 + mark, edge * 0.7, -edge, -edge * 0.7)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            icon.moveRight(panel.width() - edge)
            words.moveRight(icon.left() - edge * 0.9)
        icons.draw(painter, self._banner.icon, icon, ink)
        _write(painter, words, self._banner, ink)
        self._paint_flash(painter, panel, ink)
        painter.end()

    def _paint_flash(self, painter: QPainter, panel: QRectF, ink: str) -> None:
        if self._light <= 0.0:
            return
        veil = QColor(ink)
        veil.setAlphaF(self._light)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        painter.drawRoundedRect(panel, style.SCALE.corner * 1.6, style.SCALE.corner * 1.6)


def _colours_of(look: Look) -> tuple[str, str]:
    worn = style.colours()
    match look:
        case Look.READY:
            return worn.sunken, worn.muted
        case Look.ADMITTED:
            return worn.admitted, worn.on_admitted
        case Look.LOOK | Look.ASK:
            return worn.look, worn.on_look
        case Look.STOP:
            return worn.stop, worn.on_stop


def _write(painter: QPainter, room: QRectF, banner: Banner, ink: str) -> None:
    """The lines of a banner, top to bottom, the whole block in the middle of `room`."""
    scale = max(0.6, min(1.8, room.height() / 330, room.width() / 560))
    lines = _lines(banner, room.width(), scale)
    if (tall := _height(lines)) > room.height():
        lines = _lines(banner, room.width(), scale * room.height() / tall)
    top = room.top() + max(0.0, (room.height() - _height(lines)) / 2)
    painter.setPen(QColor(ink))
    for text, font, height, flags in lines:
        painter.setFont(font)
        painter.drawText(QRectF(room.left(), top, room.width(), height), flags, text)
        top += height + _GAP


def _height(lines: list[Line]) -> float:
    return sum(height for _, _, height, _ in lines) + _GAP * (len(lines) - 1)


def _lines(banner: Banner, width: float, scale: float) -> list[Line]:
    size = style.SCALE
    wanted = (
        (banner.word, size.word, 40, True),
        (banner.headline, size.heading + 2, 20, True),
        (banner.name, size.name, 28, True),
        (banner.ticket_type, size.title + 3, 16, False),
    )
    lines = [_fitted(text, width, int(large * scale), least, bold) for text, large, least, bold in wanted if text]
    if banner.sentence:
        font = style.font(max(15, int((size.title - 1) * scale)))
        height = QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 1000), _WRAPPED, banner.sentence).height()
        lines.append((banner.sentence, font, height + 4, _WRAPPED | int(Qt.AlignmentFlag.AlignBottom)))
    return lines


def _fitted(text: str, width: float, large: int, least: int, bold: bool) -> Line:
    """The text in the largest size from `least` to `large` that fits `width`; cut at the least one."""
    font = style.font(large, bold=bold)
    needed = QFontMetricsF(font).horizontalAdvance(text)
    if needed > width:
        font = style.font(max(least, int(large * width / needed)), bold=bold)
    metrics = QFontMetricsF(font)
    height = metrics.height() * (0.98 if bold else 1.0)
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width), font, height, _LEADING
