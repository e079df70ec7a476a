"""A quiet list whose rows have an icon, a name with a second line, and a state at the far end."""

from dataclasses import dataclass
from functools import cache
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.colours import Colours

ROW_HEIGHT = 46
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
"""A name keeps its own direction, whatever the screen's."""
_ROW = int(Qt.ItemDataRole.UserRole)
_START = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
_END = int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list; `tint` names the field of `Colours` for icon and state."""

    icon: str
    tint: str
    name: str
    second: str
    state: str
    time: str = ""

    def spoken(self) -> str:
        """The row for a screen reader."""
        return ", ".join(part for part in (self.time, self.name, self.second, self.state) if part)


class RowList(QListWidget):
    """Shows rows; whoever is marked stays so while others come in at the top, or become others."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(_RowPainter(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show exactly these rows, the first at the top."""
        if rows == self._rows:
            return
        before, self._rows = self._rows, rows
        if rows and before and rows[1:] == before[: len(rows) - 1]:  # one more at the top, as with every scan
            self.blockSignals(True)  # nobody marks another
            for gone in range(self.count() - 1, len(rows) - 2, -1):
                self.takeItem(gone)
            self.insertItem(0, _item(rows[0]))
            self.blockSignals(False)
            return
        if len(rows) == len(before):
            for number, (row, was) in enumerate(zip(rows, before, strict=True)):
                if row != was:
                    _tell(self.item(number), row)
            return
        self.clear()
        for row in rows:
            self.addItem(_item(row))


def _item(row: Row) -> QListWidgetItem:
    item = QListWidgetItem()
    item.setSizeHint(QSize(0, ROW_HEIGHT))
    _tell(item, row)
    return item


def _tell(item: QListWidgetItem, row: Row) -> None:
    item.setData(_ROW, row)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, row.spoken())


class _RowPainter(QStyledItemDelegate):
    """Paints one row."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = cast(Row, index.data(_ROW))
        worn = style.colours()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        picked = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(option.direction)
        _paint_ground(painter, rect, worn, picked)
        tint = worn.on_accent if picked else getattr(worn, row.tint)
        plain, quiet = (worn.on_accent, worn.on_accent) if picked else (worn.text, worn.muted)
        self._paint_row(painter, rect, row, (tint, plain, quiet))
        painter.restore()

    def _paint_row(self, painter: QPainter, rect: QRect, row: Row, inks: tuple[str, str, str]) -> None:
        tint, plain, quiet = inks
        inner = rect.adjusted(10, 0, -10, 0)
        mirrored = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        mark = QRect(inner.right() - 24 if mirrored else inner.left(), inner.center().y() - 12, 24, 24)
        icons.draw(painter, row.icon, QRectF(mark), tint)
        ends = _end_width(row)
        words = inner.adjusted(ends + 12, 0, -36, 0) if mirrored else inner.adjusted(36, 0, -ends - 12, 0)
        end = QRect(inner.left(), inner.top(), ends, inner.height())
        if not mirrored:
            end.moveRight(inner.right())
        if row.second:
            top = QRect(words.left(), words.top() + 3, words.width(), 22)
            low = QRect(words.left(), words.top() + 24, words.width(), 18)
            _write(painter, low, row.second, style.SCALE.caption, quiet)
        else:
            top = words
        _write(painter, top, row.name, style.SCALE.body, plain, bold=True)
        self._paint_end(painter, end, row, tint, quiet)

    def _paint_end(self, painter: QPainter, end: QRect, row: Row, tint: str, quiet: str) -> None:
        if not row.time:
            _write(painter, end, row.state, style.SCALE.body, tint, bold=True, flags=_END)
            return
        top = QRect(end.left(), end.top() + 3, end.width(), 22)
        low = QRect(end.left(), end.top() + 24, end.width(), 18)
        _write(painter, top, row.state, style.SCALE.body, tint, bold=True, flags=_END)
        _write(painter, low, row.time, style.SCALE.caption, quiet, flags=_END)


def _end_width(row: Row) -> int:
    state = QFontMetrics(_font(style.SCALE.body, True)).horizontalAdvance(row.state)
    return max(state, QFontMetrics(_font(style.SCALE.caption, False)).horizontalAdvance(row.time)) + 4


@cache
def _font(size: int, bold: bool) -> QFont:
    return style.font(size, bold=bold)


def _paint_ground(painter: QPainter, rect: QRect, worn: Colours, picked: bool) -> None:
    if picked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(worn.accent))
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 6, 6)
        return
    painter.fillRect(QRectF(rect.left() + 10, rect.bottom(), rect.width() - 20, 1), QColor(worn.line))


def _write(
    painter: QPainter, rect: QRect, text: str, size: int, colour: str, *, bold: bool = False, flags: int = _START
) -> None:
    painter.setFont(_font(size, bold))
    painter.setPen(QColor(colour))
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, flags, f"{_ISOLATE}{elided}{_END_OF_ISOLATE}")
