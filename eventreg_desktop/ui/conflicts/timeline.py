"""A timeline that one understands at a glance: what each door did, beside what was due."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from eventreg_desktop.admin.answers import Step
from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.colours import Colours
from eventreg_desktop.ui.conflicts import wording

STEP_HEIGHT = 62
TIME_WIDTH = 92
LINE_AT = TIME_WIDTH + 26
TEXT_AT = LINE_AT + 30
MARK = 30


class Timeline(QWidget):
    """Paints the steps from the first to the last; those that were not due stand out by ground, bar, icon and words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        self._zone = "UTC"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_steps(self, steps: tuple[Step, ...], zone: str) -> None:
        """Show exactly these."""
        if (steps, zone) == (self._steps, self._zone):
            return
        self._steps, self._zone = steps, zone
        self.setAccessibleName("; ".join(_spoken(step, zone) for step in steps))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Room for every step."""
        return QSize(520, STEP_HEIGHT * len(self._steps) + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint every step."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        worn = style.colours()
        for number, step in enumerate(self._steps):
            rect = QRect(0, 4 + number * STEP_HEIGHT, self.width(), STEP_HEIGHT)
            self._paint_line(painter, rect, number, worn)
            self._paint_step(painter, rect, step, worn)
        painter.end()

    def _paint_line(self, painter: QPainter, rect: QRect, number: int, worn: Colours) -> None:
        painter.setPen(QPen(QColor(worn.control_line), 2))
        middle = rect.center().y()
        top = rect.top() if number else middle
        low = rect.bottom() if number < len(self._steps) - 1 else middle
        painter.drawLine(LINE_AT, top, LINE_AT, low)

    def _paint_step(self, painter: QPainter, rect: QRect, step: Step, worn: Colours) -> None:
        due = wording.step_due(step)
        if due.wrong:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(worn.sunken))
            ground = QRectF(rect).adjusted(TEXT_AT - 8, 4, -1, -4)
            painter.drawRoundedRect(ground, 8, 8)
            painter.setBrush(QColor(worn.stop_text))
            painter.drawRect(QRectF(ground.left(), ground.top() + 6, 4, ground.height() - 12))
        self._paint_time(painter, rect, step, worn)
        self._paint_mark(painter, rect, step, worn)
        self._paint_words(painter, rect, step, worn)
        if due.words:
            _paint_due(painter, rect, due, worn)

    def _paint_time(self, painter: QPainter, rect: QRect, step: Step, worn: Colours) -> None:
        day, _, clock = wording.when(step.at, self._zone).partition(" ")
        clock = f"~ {clock}" if step.own_clock else clock
        top, low = QRect(0, rect.top() + 10, TIME_WIDTH, 22), QRect(0, rect.top() + 32, TIME_WIDTH, 18)
        _write(painter, top, clock, style.SCALE.body, worn.text, bold=True, end=True)
        _write(painter, low, day, style.SCALE.caption, worn.muted, end=True)

    def _paint_mark(self, painter: QPainter, rect: QRect, step: Step, worn: Colours) -> None:
        grounds = {"check_in": "admitted", "refused_scan": "stop"}
        ground = grounds.get(step.kind) if not step.undone else None
        circle = QRectF(LINE_AT - MARK / 2, rect.center().y() - MARK / 2, MARK, MARK)
        painter.setPen(Qt.PenStyle.NoPen if ground else QPen(QColor(worn.control_line), 2))
        painter.setBrush(QColor(getattr(worn, ground) if ground else worn.surface))
        painter.drawEllipse(circle)
        ink = getattr(worn, f"on_{ground}") if ground else worn.text
        icons.draw(painter, wording.STEP_ICONS.get(step.kind, "info"), circle.adjusted(6, 6, -6, -6), ink)

    def _paint_words(self, painter: QPainter, rect: QRect, step: Step, worn: Colours) -> None:
        width = max(60, (rect.width() - TEXT_AT) // 2 - 12)
        top = QRect(TEXT_AT + 6, rect.top() + 10, width, 22)
        low = QRect(TEXT_AT + 6, rect.top() + 32, width, 18)
        ink = worn.muted if step.undone else worn.text
        _write(painter, top, wording.step_title(step), style.SCALE.body, ink, bold=True, struck=step.undone)
        _write(painter, low, wording.step_place(step), style.SCALE.caption, worn.muted)


def _paint_due(painter: QPainter, rect: QRect, due: wording.Due, worn: Colours) -> None:
    left, ink = TEXT_AT + (rect.width() - TEXT_AT) // 2, getattr(worn, due.tint)
    icons.draw(painter, due.icon, QRectF(left, rect.center().y() - 10, 20, 20), ink)
    width = rect.width() - left - 42
    top = QRect(left + 30, rect.top() + (10 if due.second else 20), width, 22)
    _write(painter, top, due.words, style.SCALE.body, ink, bold=True)
    low = QRect(left + 30, rect.top() + 32, width, 18)
    _write(painter, low, due.second, style.SCALE.caption, worn.muted)


def _write(
    painter: QPainter,
    rect: QRect,
    text: str,
    size: int,
    colour: str,
    *,
    bold: bool = False,
    end: bool = False,
    struck: bool = False,
) -> None:
    font = style.font(size, bold=bold)
    font.setStrikeOut(struck)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    side = Qt.AlignmentFlag.AlignRight if end else Qt.AlignmentFlag.AlignLeft
    painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter), cut)


def _spoken(step: Step, zone: str) -> str:
    due = wording.step_due(step)
    parts = (wording.when(step.at, zone), wording.step_title(step), wording.step_place(step), due.words, due.second)
    return ", ".join(part for part in parts if part)
