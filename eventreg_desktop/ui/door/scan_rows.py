"""The last scans as rows of their list."""

from PySide6.QtCore import QCoreApplication

from eventreg_desktop.ui.door.state import Look, ScanLine
from eventreg_desktop.ui.rows import Row

translate = QCoreApplication.translate

_TINTS = {
    Look.READY: "muted",
    Look.ADMITTED: "admitted_text",
    Look.LOOK: "look_text",
    Look.ASK: "look_text",
    Look.STOP: "stop_text",
}


def row_of(line: ScanLine) -> Row:
    """One scan: who, what ticket, what was said and when; what was taken back is quiet."""
    name = line.name or _nameless(line.look)
    icon, tint = ("undo-2", "muted") if line.undone else (line.icon, _TINTS[line.look])
    said = translate("DoorView", "%1 (rehearsal)").replace("%1", line.said) if line.rehearsal else line.said
    return Row(icon, tint, name, line.ticket_type, said, line.time)


def _nameless(look: Look) -> str:
    match look:
        case Look.ADMITTED:
            return translate("DoorView", "Guest without a name")
        case Look.LOOK:
            return translate("DoorView", "Guest not in the list yet")
        case _:
            return translate("DoorView", "No guest known")
