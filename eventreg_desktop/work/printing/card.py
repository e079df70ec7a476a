"""One badge on its paper: name, ticket type, event, logo, and the ticket's QR code."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from eventreg_desktop import assets
from eventreg_desktop.door.badge import Badge, Paper, Template
from eventreg_desktop.door.code import modules
from eventreg_desktop.work.printing.letters import write

INK, QUIET, WHITE = "#000000", "#3c4657", "#ffffff"
PIXELS = 16
"""Of each module: drawn as a picture, so that no printer leaves hairlines between modules."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Where everything stands on one paper, in tenths of a millimetre: left, top, width, height.

    `alone` is the name's place on a badge without a code; `name_sizes` largest and smallest.
    """

    logo: QRectF
    event: QRectF
    name: QRectF
    alone: QRectF
    code: QRectF
    short_code: QRectF
    band: QRectF
    ticket_type: QRectF
    name_sizes: tuple[float, float]
    lines: int
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeading


SKETCHES = {
    Paper.CARD: Sketch(
        logo=QRectF(40, 32, 70, 70),
        event=QRectF(122, 32, 698, 70),
        name=QRectF(40, 118, 520, 282),
        alone=QRectF(40, 118, 780, 290),
        code=QRectF(572, 108, 264, 264),
        short_code=QRectF(572, 370, 264, 40),
        band=QRectF(0, 424, 860, 116),
        ticket_type=QRectF(40, 430, 780, 100),
        name_sizes=(150, 34),
        lines=3,
    ),
    Paper.A6: Sketch(
        logo=QRectF(70, 60, 150, 150),
        event=QRectF(250, 50, 740, 170),
        name=QRectF(60, 290, 930, 400),
        alone=QRectF(60, 290, 930, 400),
        code=QRectF(305, 900, 440, 440),
        short_code=QRectF(60, 1345, 930, 72),
        band=QRectF(0, 720, 1050, 150),
        ticket_type=QRectF(60, 730, 930, 130),
        name_sizes=(230, 50),
        lines=3,
        align=Qt.AlignmentFlag.AlignHCenter,
    ),
    Paper.ROLL: Sketch(
        logo=QRectF(40, 30, 76, 76),
        event=QRectF(130, 30, 830, 76),
        name=QRectF(40, 122, 600, 340),
        alone=QRectF(40, 122, 920, 340),
        code=QRectF(660, 116, 310, 310),
        short_code=QRectF(660, 424, 310, 44),
        band=QRectF(0, 484, 1000, 136),
        ticket_type=QRectF(40, 492, 920, 116),
        name_sizes=(180, 38),
        lines=3,
    ),
}


def draw(painter: QPainter, sheet: QRectF, paper: Paper, badge: Badge, template: Template, logo: Path | None) -> None:
    """Draw the badge on `sheet`, the whole page in the painter's pixels; `logo` is a picture file, else our mark."""
    width, height = paper.size
    painter.save()
    painter.translate(sheet.topLeft())
    painter.scale(sheet.width() / (width * 10), sheet.height() / (height * 10))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    sketch = SKETCHES[paper]
    _draw_band(painter, paper, sketch, badge, template)
    _draw_head(painter, paper, sketch, badge, template, logo)
    coded = bool(badge.token) and template.code
    box = sketch.name if coded else sketch.alone
    write(painter, box, badge.name, sketch.name_sizes, INK, lines=sketch.lines, bold=True, align=sketch.align)
    if coded:
        painter.drawImage(sketch.code, code(badge.token))
    _draw_short_code(painter, paper, sketch, badge, coded=coded)
    painter.restore()


def code(text: str) -> QImage:
    """The QR code of a token as `modules` has it; each of `PIXELS` by `PIXELS`."""
    framed = np.where(np.array(modules(text)), 0, 255).astype(np.uint8)
    dots = np.ascontiguousarray(np.kron(framed, np.ones((PIXELS, PIXELS), dtype=np.uint8)))
    side = dots.shape[0]
    grey = QImage(dots.tobytes(), side, side, side, QImage.Format.Format_Grayscale8)
    return grey.convertToFormat(QImage.Format.Format_Mono)  # a PDF keeps it exactly; what is grey becomes a JPEG


def _draw_band(painter: QPainter, paper: Paper, sketch: Sketch, badge: Badge, template: Template) -> None:
    ground = template.accent if paper.coloured else INK
    painter.fillRect(sketch.band, QColor(ground))
    size = (sketch.ticket_type.height() * 0.62, 30.0)
    write(painter, sketch.ticket_type, badge.ticket_type, size, WHITE, lines=2, bold=True, align=sketch.align)


def _draw_head(
    painter: QPainter, paper: Paper, sketch: Sketch, badge: Badge, template: Template, logo: Path | None
) -> None:
    box = QRectF(sketch.event)
    if template.logo:
        _draw_logo(painter, sketch.logo, logo)
    else:
        box.setLeft(sketch.logo.left())
    size = (min(64.0, box.height() * 0.52), 22.0)
    write(painter, box, badge.event, size, QUIET, lines=2 if paper is Paper.A6 else 1, bold=True)


def _draw_logo(painter: QPainter, box: QRectF, logo: Path | None) -> None:
    file = assets.logo() if logo is None else logo
    if file.suffix.lower() == ".svg":
        renderer = QSvgRenderer(str(file))
        renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        renderer.render(painter, box)
        return
    picture = QImage(str(file))
    if picture.isNull():
        return
    size = picture.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(0, 0, size.width(), size.height())
    target.moveCenter(box.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(target, picture)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)


def _draw_short_code(painter: QPainter, paper: Paper, sketch: Sketch, badge: Badge, *, coded: bool) -> None:
    centre = Qt.AlignmentFlag.AlignHCenter
    if coded:
        write(painter, sketch.short_code, badge.short_code, (sketch.short_code.height() * 0.8, 20), QUIET, align=centre)
    elif paper is Paper.A6:
        write(painter, QRectF(60, 960, 930, 300), badge.short_code, (110, 40), QUIET, align=centre)
    else:
        box = QRectF(sketch.event)
        box.setLeft(box.right() - 260)
        write(painter, box, badge.short_code, (40, 24), QUIET, align=Qt.AlignmentFlag.AlignTrailing)


def pictured(paper: Paper, badge: Badge, template: Template, logo: Path | None, width: int) -> QImage:
    """The badge as a picture `width` pixels wide, by the same drawing as on paper."""
    across, down = paper.size
    image = QImage(width, round(width * down / across), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    draw(painter, QRectF(0, 0, image.width(), image.height()), paper, badge, template, logo)
    painter.end()
    return image
