"""The verdict, readable from three metres: a full ground of colour, a huge icon, a word, a name."""

from PySide6.QtCore import QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPixmap,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.door.state import Banner, Look

FLASH_MS = 350
"""A new verdict lights up for so long, so that two alike in a row are two."""

_GAP = 6.0
_SMALL = 0.75
"""A name that must shrink to less than this share of its size takes two lines instead."""
_TWICE = 1.7
"""Two lines hold so much more than one: the first ends between words."""
Line = tuple[str, QFont, float, int]
"""Text, font, height and alignment of one line (of several, where it wraps)."""
_LEADING = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
_UNCLIPPED = int(Qt.TextFlag.TextDontClip)
_WRAPPED = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class BannerPanel(QWidget):
    """Paints one `Banner`; text shrinks, a name wraps once, then it is cut: it never leaves the ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner: Banner | None = None
        self._light = 0.0
        self._painted: tuple[object, QPixmap] | None = None
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

    def settle(self) -> None:
        """Light up no longer, for whoever takes a picture now."""
        self._flash.setCurrentTime(FLASH_MS)

    def _lit(self, light: float) -> None:
        self._light = light
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The verdict, and its light while it is new; painted once, as the light changes sixty times a second."""
        if self._banner is None:
            return
        ground, ink = ground_of(self._banner.look)
        wanted = self._banner, ground, ink, self.size().toTuple(), self.devicePixelRatioF(), self.layoutDirection()
        if self._painted is None or self._painted[0] != wanted:
            self._painted = wanted, self._picture(self._banner, ground, ink)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._painted[1])
        self._paint_flash(painter, QRectF(self.rect()), ink)
        painter.end()

    def _picture(self, banner: Banner, ground: str, ink: str) -> QPixmap:
        """Ground, icon, then the words as one block in the middle of the height."""
        scale = self.devicePixelRatioF()
        made = QPixmap(self.size() * scale)
        made.setDevicePixelRatio(scale)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
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
        icons.draw(painter, banner.icon, icon, ink)
        _write(painter, words, banner, ink)
        painter.end()
        return made

    def _paint_flash(self, painter: QPainter, panel: QRectF, ink: str) -> None:
        if self._light <= 0.0:
            return
        veil = QColor(ink)
        veil.setAlphaF(self._light)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        painter.drawRoundedRect(panel, style.SCALE.corner * 1.6, style.SCALE.corner * 1.6)


def ground_of(look: Look) -> tuple[str, str]:
    """The ground that a verdict lies on, and the ink on it, `#rrggbb`."""
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
    lines = _fitting(banner, room)
    top = room.top() + max(0.0, (room.height() - _height(lines)) / 2)
    painter.setPen(QColor(ink))
    for text, font, height, flags in lines:
        painter.setFont(font)
        painter.drawText(QRectF(room.left(), top, room.width(), height), flags, text)
        top += height + _GAP


def _fitting(banner: Banner, room: QRectF) -> list[Line]:
    """The lines in the largest size that fits; a long name takes two lines where the height allows it."""
    wanted = max(0.6, min(1.8, room.height() / 330, room.width() / 560))
    lines = _shrunk(banner, room, wanted, 2)
    return lines if _height(lines) <= room.height() else _shrunk(banner, room, wanted, 1)


def _shrunk(banner: Banner, room: QRectF, scale: float, most: int) -> list[Line]:
    """The lines at `scale`, or less where they would be too high; a name on at most so many of them."""
    lines = _lines(banner, room.width(), scale, most)
    if (tall := _height(lines)) > room.height():
        lines = _lines(banner, room.width(), scale * room.height() / tall, most)
    return lines


def _height(lines: list[Line]) -> float:
    return sum(height for _, _, height, _ in lines) + _GAP * (len(lines) - 1)


def _lines(banner: Banner, width: float, scale: float, most: int) -> list[Line]:
    size = style.SCALE
    lines: list[Line] = []
    for text, large, least, bold, wraps in (
        (banner.word, size.word, 40, True, 1),
        (banner.headline, size.heading + 2, 20, True, 1),
        (banner.name, size.name, 28 if most == 1 else 22, True, most),
        (banner.ticket_type, size.title + 3, 16, False, 1),
    ):
        if text:
            lines += _fitted(text, width, style.font(int(large * scale), bold=bold), least, wraps)
    if banner.sentence:
        font = style.font(max(15, int((size.title - 1) * scale)))
        height = QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 1000), _WRAPPED, banner.sentence).height()
        lines.append((banner.sentence, font, height + 4, _WRAPPED | int(Qt.AlignmentFlag.AlignBottom)))
    return lines


def _fitted(text: str, width: float, font: QFont, least: int, most: int) -> list[Line]:
    """The text on one line, or on two where `most` allows and one would be small; smaller than `least` it is cut."""
    large = font.pixelSize()
    share = width / max(width, QFontMetricsF(font).horizontalAdvance(text))
    wraps = most > 1 and share < _SMALL
    font.setPixelSize(max(least, int(large * min(1.0, share * _TWICE if wraps else share))))
    metrics = QFontMetricsF(font)
    height = metrics.height() * (0.98 if font.bold() else 1.0)
    first, rest = _broken(text, font, width) if wraps else ("", text)
    last = (metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width), font, height, _LEADING)
    return [(first, font, height - _GAP, _LEADING | _UNCLIPPED), last] if first else [last]


def _broken(text: str, font: QFont, width: float) -> tuple[str, str]:
    """What fits on the first line, broken between words where there are any, and the rest."""
    layout = QTextLayout(text, font)
    between_words = QTextOption()
    between_words.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(between_words)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    layout.endLayout()
    end = line.textLength()
    return text[:end].rstrip(), text[end:]
