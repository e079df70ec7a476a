"""The door list on paper: a PDF of A4 pages, each with the names it begins and ends with."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter

from eventreg_core.clock import zone as event_zone
from eventreg_core.problems import Problem
from eventreg_desktop.door.door_list import Cancelled, DoorList, Line, Remark
from eventreg_desktop.work.printing.letters import face

translate = QCoreApplication.translate

Progress = Callable[[int, int], bool]
"""Told pages done and all pages; False stops."""

WIDTH, HEIGHT, MARGIN = 2100.0, 2970.0, 120.0
"""A4 in tenths of a millimetre."""
TOP, ROW = 400.0, 66.0
"""Where the first row begins, and how high each is."""
ROWS = int((HEIGHT - TOP - MARGIN - 60) // ROW)
"""On one page."""
DOTS_PER_INCH = 300
REMEMBERED = 2_000
"""Texts whose width is known: types and times come again and again, names do not."""
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
"""A name keeps its own direction, whatever the page's."""
INK, QUIET, FAINT = QColor("#000000"), QColor("#50596a"), QColor("#c3c9d4")


class NotWritten(Problem):
    """The file cannot be made there."""

    def __init__(self) -> None:
        super().__init__("not_written", "The file cannot be written there. Choose another folder.")


@dataclass(frozen=True, slots=True)
class Columns:
    """Left edge and width of each column, in tenths of a millimetre."""

    box: tuple[float, float] = (MARGIN, 44)
    name: tuple[float, float] = (MARGIN + 74, 800)
    ticket_type: tuple[float, float] = (MARGIN + 890, 470)
    code: tuple[float, float] = (MARGIN + 1376, 250)
    remark: tuple[float, float] = (MARGIN + 1640, 220)


COLUMNS = Columns()


def write_pdf(listed: DoorList, file: Path, progress: Progress) -> int:
    """Write the list to `file`, which is there whole or not at all; returns how many pages it has.

    `progress` is told after each page. Raises NotWritten, and Cancelled when `progress` says no.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        pages = _write(listed, part, progress)
        part.replace(file)
    except OSError as error:
        raise NotWritten from error
    except Problem:
        part.unlink(missing_ok=True)
        raise
    return pages


def _write(listed: DoorList, file: Path, progress: Progress) -> int:
    writer = QPdfWriter(str(file))
    writer.setTitle(f"{listed.event} · {listed.check_in_list}")
    writer.setCreator("EventReg")
    writer.setResolution(DOTS_PER_INCH)
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    painter = QPainter()
    if not painter.begin(writer):
        raise NotWritten
    painter.scale(DOTS_PER_INCH / 254, DOTS_PER_INCH / 254)
    page = _Page(painter, listed)
    try:
        for number in range(1, page.pages + 1):
            if number > 1:
                writer.newPage()
            page.draw(number)
            if not progress(number, page.pages):
                raise Cancelled
    finally:
        painter.end()
    return page.pages


class _Letters:
    """One size of letters, and how wide texts are in it."""

    def __init__(self, size: float, *, bold: bool = False) -> None:
        self.font = face(size, bold=bold)
        self._metrics = QFontMetricsF(self.font)
        self.below = (self._metrics.ascent() - self._metrics.descent()) / 2
        self.width = lru_cache(REMEMBERED)(self._metrics.horizontalAdvance)

    def fitted(self, text: str, wide: float) -> tuple[str, float]:
        """The text, or its beginning with an ellipsis, and how wide that is."""
        taken = self.width(text)
        if taken <= wide:
            return text, taken
        cut = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, wide)
        return cut, self.width(cut)


class _Page:
    """Draws one page after another; fonts and pens are made once."""

    def __init__(self, painter: QPainter, listed: DoorList) -> None:
        self._painter = painter
        self._listed = listed
        self._zone = event_zone(listed.zone)
        self._mirrored = QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._name, self._small = _Letters(40, bold=True), _Letters(31, bold=True)
        self._code, self._plain, self._quiet, self._title = (
            _Letters(36),
            _Letters(32),
            _Letters(28),
            _Letters(58, bold=True),
        )
        self.pages = max(1, math.ceil(len(listed.lines) / ROWS))
        painter.setLayoutDirection(QGuiApplication.layoutDirection())

    def draw(self, number: int) -> None:
        """Draw page `number`, from 1."""
        lines = self._listed.lines[(number - 1) * ROWS : number * ROWS]
        self._draw_head(number, lines)
        for at, line in enumerate(lines):
            self._draw_line(TOP + at * ROW, line)

    def _draw_head(self, number: int, lines: tuple[Line, ...]) -> None:
        listed, wide = self._listed, WIDTH - 2 * MARGIN
        page = translate("paper", "Page %1 of %2").replace("%1", _number(number)).replace("%2", _number(self.pages))
        count = translate("paper", "Tickets: %1").replace("%1", _number(len(listed.lines)))
        self._text((MARGIN, wide - 420), 110, 76, listed.event, self._title)
        self._text((MARGIN + wide - 420, 420), 110, 76, page, self._code, at_end=True)
        where = " · ".join(part for part in (listed.check_in_list, listed.venue, count) if part)
        self._text((MARGIN, wide), 186, 50, where, self._code)
        self._text((MARGIN, wide), 236, 46, self._as_of(), self._quiet, QUIET)
        if lines:
            names = (
                f"{_ISOLATE}{lines[0].name[:28]}{_END_OF_ISOLATE} – {_ISOLATE}{lines[-1].name[:28]}{_END_OF_ISOLATE}"
            )
            self._text((MARGIN, wide), 284, 52, names, self._plain, at_end=True)
        self._draw_titles()

    def _draw_titles(self) -> None:
        for column, title in (
            (COLUMNS.name, translate("paper", "Name")),
            (COLUMNS.ticket_type, translate("paper", "Ticket")),
            (COLUMNS.code, translate("paper", "Short code")),
        ):
            self._text(column, TOP - 58, 46, title, self._quiet, QUIET)
        self._painter.setPen(INK)
        self._painter.fillRect(QRectF(MARGIN, TOP - 6, WIDTH - 2 * MARGIN, 4), INK)

    def _as_of(self) -> str:
        listed = self._listed
        printed = translate("paper", "Printed %1").replace("%1", self._moment(listed.at.astimezone(self._zone)))
        if listed.fresh_at is None:
            return f"{printed} · " + translate("paper", "The guest list was not complete on this laptop")
        fresh = self._moment(listed.fresh_at.astimezone(self._zone))
        return f"{printed} · " + translate("paper", "Guest list of %1").replace("%1", fresh)

    def _draw_line(self, top: float, line: Line) -> None:
        left, side = self._placed(*COLUMNS.box), COLUMNS.box[1]
        box = QRectF(left, top + (ROW - side) / 2, side, side)
        self._painter.setPen(INK)
        if line.remark is not Remark.BLOCKED:
            self._painter.drawRect(box)
        if line.remark is Remark.IN:
            self._painter.drawLine(box.topLeft(), box.bottomRight())
            self._painter.drawLine(box.topRight(), box.bottomLeft())
        self._draw_name(top, line.name)
        self._text(COLUMNS.ticket_type, top, ROW, line.ticket_type, self._plain)
        self._text(COLUMNS.code, top, ROW, line.short_code, self._code)
        self._text(COLUMNS.remark, top, ROW, self._remark(line), self._plain)
        self._painter.fillRect(QRectF(MARGIN, top + ROW - 2, WIDTH - 2 * MARGIN, 1.5), FAINT)

    def _draw_name(self, top: float, name: str) -> None:
        wide = COLUMNS.name[1]
        if not name.isascii():
            name = f"{_ISOLATE}{name}{_END_OF_ISOLATE}"
        if self._name.width(name) <= wide:
            self._text(COLUMNS.name, top, ROW, name, self._name)
            return
        words = name.split()
        first = 0
        while first < len(words) and self._small.width(" ".join(words[: first + 1])) <= wide:
            first += 1
        if first in (0, len(words)):
            self._text(COLUMNS.name, top, ROW, name, self._small)
            return
        self._text(COLUMNS.name, top - 2, ROW / 2 + 4, " ".join(words[:first]), self._small)
        self._text(COLUMNS.name, top + ROW / 2 - 5, ROW / 2 + 4, " ".join(words[first:]), self._small)

    def _remark(self, line: Line) -> str:
        match line.remark:
            case Remark.IN:
                since = "" if line.since is None else f"{line.since.astimezone(self._zone):%H:%M}"
                return translate("paper", "in %1").replace("%1", since)
            case Remark.UNPAID:
                return translate("paper", "to pay")
            case Remark.BLOCKED:
                return translate("paper", "blocked")
            case Remark.NONE:
                return ""

    def _text(
        self, column: tuple[float, float], top: float, height: float, text: str, letters: _Letters,
        colour: QColor = INK, *, at_end: bool = False,
    ) -> None:  # fmt: skip
        """One line of text in the middle of its row, cut with an ellipsis where it is too long."""
        left, wide = column
        text, taken = letters.fitted(text, wide)
        x = self._placed(left, wide)
        if at_end is not self._mirrored:
            x += wide - taken
        self._painter.setFont(letters.font)
        self._painter.setPen(colour)
        self._painter.drawText(QPointF(x, top + height / 2 + letters.below), text)

    def _placed(self, left: float, wide: float) -> float:
        return WIDTH - left - wide if self._mirrored else left

    @staticmethod
    def _moment(local: datetime) -> str:
        return f"{local:%Y-%m-%d %H:%M}"


def _number(value: int) -> str:
    return QLocale().toString(value)
