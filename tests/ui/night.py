"""One night at a festival door: outcomes, candidates and frames that the window's tests and pictures show."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import qrcode
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QTransform

from eventreg_core.admission import Admitted, Kind, Note, Reason, Refused
from eventreg_desktop.door.outcome import Candidate, Outcome
from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.ui.door.state import CameraChoice, CameraState, CameraStatus, Place

ZONE = "Europe/Berlin"
NOON = datetime(2026, 11, 22, 13, 2, 31, tzinfo=UTC)
PLACE = Place("Lakeside Festival 2026", "Main entrance", "Gate A")
SERIAL = bytes.fromhex("0123456789abcdef")
WELL = SyncState(Connection.ONLINE, 0, 0, 2.0, None)
OFFLINE = SyncState(Connection.OFFLINE, 3, 0, 900.0, None)
CAMERAS = (CameraChoice("0", "Integrated Webcam"), CameraChoice("1", "USB Camera"))
RUNNING = CameraState(CameraStatus.RUNNING, "0")
LONG_NAME = "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff Sr."

ADMITTED = Outcome(Admitted(SERIAL), Kind.ENTRY, "Zoë Müller", "Weekend pass", None, None, NOON, ZONE, 0, 4.1, 1.2)


def admitted(name: str, ticket_type: str, *, after_s: int = 0) -> Outcome:
    """A clean admission, some seconds after noon."""
    return replace(ADMITTED, name=name, ticket_type=ticket_type, at=NOON + timedelta(seconds=after_s))


def noted(note: Note) -> Outcome:
    """An admission with a remark."""
    return replace(ADMITTED, verdict=Admitted(SERIAL, (note,)), name=None)


def refused(reason: Reason, *, after_s: int = 0, repeated: int = 0) -> Outcome:
    """A refusal; nobody's name is known where the ticket is not."""
    known = reason not in (Reason.UNREADABLE, Reason.WRONG_EVENT, Reason.BAD_SIGNATURE, Reason.UNKNOWN_TICKET)
    second = reason in (Reason.ALREADY_USED, Reason.ALREADY_INSIDE, Reason.ALREADY_TODAY)
    return replace(
        ADMITTED,
        verdict=Refused(reason, SERIAL if known else None),
        name="Łukasz Wójcik" if known else None,
        ticket_type="Day ticket Saturday" if known else None,
        first_at=NOON - timedelta(minutes=60) if second else None,
        first_gate="Main gate" if second else None,
        at=NOON + timedelta(seconds=after_s),
        repeated=repeated,
    )


FOUND = (
    Candidate(b"\x01" * 8, "Anna Müller", "Weekend pass", "K7QP-2M", "valid", None),
    Candidate(b"\x02" * 8, "Jürgen Müller", "Day ticket Saturday", "R3WD-9T", "valid", NOON - timedelta(hours=1)),
    Candidate(b"\x03" * 8, "Müller-Lüdenscheidt, Friederike", "Crew", "B8ZX-4C", "unpaid", None),
    Candidate(b"\x04" * 8, "Tobias Mülleneisen", "Weekend pass", "M2NV-7H", "cancelled", None),
)


def shift() -> list[Outcome]:
    """The last scans of a lively minute, oldest first."""
    return [
        admitted("Siobhán O'Brien", "Weekend pass", after_s=0),
        refused(Reason.UNREADABLE, after_s=9),
        admitted("李", "Day ticket Saturday", after_s=15),
        admitted("محمد العربي", "Weekend pass", after_s=22),
        refused(Reason.UNPAID, after_s=31),
        admitted(LONG_NAME, "Backstage and all areas, with companion", after_s=38),
        admitted("Bo", "Crew", after_s=44),
    ]


def frame() -> NDArray[np.uint8]:
    """1280 × 720: a phone that shows a ticket's code, held a little askew in dim light."""
    image = QImage(1280, 720, QImage.Format.Format_BGR888)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    light = QLinearGradient(0, 0, 1280, 720)
    for at, colour in ((0.0, "#39424f"), (0.55, "#232a35"), (1.0, "#141920")):
        light.setColorAt(at, QColor(colour))
    painter.fillRect(image.rect(), light)
    painter.setTransform(QTransform().translate(650, 366).rotate(-7))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#0d0f12"))
    painter.drawRoundedRect(QRectF(-205, -330, 410, 700), 44, 44)
    painter.setBrush(QColor("#f4f6f2"))
    painter.drawRoundedRect(QRectF(-187, -312, 374, 664), 28, 28)
    painter.setBrush(QColor("#15181d"))
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data("R1%A0B:CDE KF/QW23" * 6 + "ABCDEFGHIJKL")
    code.make()
    modules = code.get_matrix()
    side = 316 / len(modules)
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            if dark:
                painter.drawRect(QRectF(-158 + column * side, -190 + row * side, side + 0.4, side + 0.4))
    painter.end()
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(720, 1280, 3).copy()
