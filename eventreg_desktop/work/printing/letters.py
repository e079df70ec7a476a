"""Letters on paper: text of any script in a box, as large as it fits. Sizes are in tenths of a millimetre."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QTextLayout, QTextOption

from eventreg_desktop import assets

STEP = 0.94
"""Each try is so much smaller than the one before."""


def load() -> None:
    """Make the fonts that ship known, for a program without a window."""
    if not set(assets.FAMILIES) <= set(QFontDatabase.families()):
        for file in assets.fonts():
            QFontDatabase.addApplicationFont(str(file))


def face(size: float, *, bold: bool = False) -> QFont:
    """The program's font, drawn as designed at any resolution."""
    made = QFont(assets.FAMILIES)
    made.setPixelSize(max(1, round(size)))
    made.setBold(bold)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def write(
    painter: QPainter,
    box: QRectF,
    text: str,
    size: tuple[float, float],
    colour: str,
    *,
    lines: int = 1,
    bold: bool = False,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeading,
) -> None:
    """Write `text` into the middle of the box's height: as large as it fits between `size` (largest, smallest).

    Words stay whole where they can; what does not fit at the smallest is cut with an ellipsis. Each text has the
    direction of its own script.
    """
    if not text:
        return
    at, least = size
    layout, fits = _laid(text, at, box, align, bold=bold, anywhere=False)
    while not (fits and layout.lineCount() <= lines) and at > least:
        at = max(least, at * STEP)
        layout, fits = _laid(text, at, box, align, bold=bold, anywhere=False)
    if not (fits and layout.lineCount() <= lines):
        layout = _cut(text, at, box, align, lines, bold=bold)
    painter.setPen(QColor(colour))
    top = box.top() + (box.height() - layout.boundingRect().height()) / 2
    layout.draw(painter, QPointF(box.left(), top))


def elided(text: str, font: QFont, width: float) -> str:
    """The text, or its beginning with an ellipsis, so that it is no wider than `width`."""
    metrics = QFontMetricsF(font)
    if metrics.horizontalAdvance(text) <= width:
        return text
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _laid(
    text: str, size: float, box: QRectF, align: Qt.AlignmentFlag, *, bold: bool, anywhere: bool
) -> tuple[QTextLayout, bool]:
    """The text in lines of the box's width, and whether it fits without a broken word."""
    option = QTextOption(align)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    mode = QTextOption.WrapMode
    option.setWrapMode(mode.WrapAtWordBoundaryOrAnywhere if anywhere else mode.WordWrap)
    option.setUseDesignMetrics(True)
    layout = QTextLayout(text, face(size, bold=bold))
    layout.setTextOption(option)
    layout.beginLayout()
    top, widest = 0.0, 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(box.width())
        line.setPosition(QPointF(0, top))
        top += line.height() * 0.92
        widest = max(widest, line.naturalTextWidth())
    layout.endLayout()
    return layout, widest <= box.width() and top <= box.height()


def _cut(text: str, size: float, box: QRectF, align: Qt.AlignmentFlag, lines: int, *, bold: bool) -> QTextLayout:
    """As much of the text as `lines` hold."""
    layout, _ = _laid(text, size, box, align, bold=bold, anywhere=True)
    if layout.lineCount() <= lines:
        return layout
    begins = layout.lineAt(lines - 1).textStart()
    last = elided(text[begins:], face(size, bold=bold), box.width() * 0.98)
    return _laid(text[:begins] + last, size, box, align, bold=bold, anywhere=True)[0]
