"""Whether all is well: every part that a door needs, in words, and how to mend what is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from eventreg_desktop.ui.door.ask import Ask, Choice, Matter
from eventreg_desktop.ui.door.selling import mend_stock
from eventreg_desktop.ui.door.state import CameraState, CameraStatus, DoorState, Level, NoticeLine, StatusLine

translate = QCoreApplication.translate


class Part(StrEnum):
    """What may be well or not, in the order in which it is told."""

    SERVER = "server"
    UNSENT = "unsent"
    LIST = "list"
    CLOCK = "clock"
    CAMERA = "camera"
    DISK = "disk"
    SOUND = "sound"
    PRINTER = "printer"
    KEYRING = "keyring"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class HealthLine:
    """How one part is: its words, and `mend`, what to do about it, empty where nothing is to be done."""

    part: Part
    level: Level
    icon: str
    text: str
    mend: str = ""


_TINTS = {Level.WELL: "admitted_text", Level.LOOK: "look_text", Level.TROUBLE: "stop_text"}
_WORST = (Level.TROUBLE, Level.LOOK)
_TOLD = {
    "no_sound": Part.SOUND,
    "keyring_in_memory": Part.KEYRING,
    "disk_full": Part.DISK,
    "disk_low": Part.DISK,
    "store_locked": Part.DISK,
    "store_damaged": Part.DISK,
    "store_unwritable": Part.DISK,
}
"""Which part a lasting trouble is of, by its code; a printer's codes begin with *print*."""


def health_of(state: DoorState) -> tuple[HealthLine, ...]:
    """Every part as it is now, in order."""
    connection, unsent, line, notices = state.connection, state.unsent, state.camera_line, state.notices
    guests, clock = state.guest_list, state.clock
    told = {part: notice for notice in notices if (part := _part_of(notice.code)) is not None}
    return (
        HealthLine(Part.SERVER, connection.level, connection.icon, connection.text, _mend_server(connection)),
        HealthLine(Part.UNSENT, unsent.level, unsent.icon, unsent.text, _mend_unsent(unsent)),
        HealthLine(Part.LIST, guests.level, guests.icon, guests.text, _mend_list(guests)),
        HealthLine(Part.CLOCK, clock.level, clock.icon, clock.text, _mend_clock(clock)),
        HealthLine(Part.CAMERA, line.level, line.icon, line.text, _mend_camera(state.camera)),
        _told(told, Part.DISK, "hard-drive", translate("health", "Room on the disk")),
        _told(told, Part.SOUND, "volume-2", translate("health", "Sound plays")),
        _told(told, Part.PRINTER, "printer", translate("health", "No trouble with printing")),
        _told(told, Part.KEYRING, "key-round", translate("health", "Sign-in is kept in the keyring")),
        *_stock(state.stock),
    )


def overall(lines: Sequence[HealthLine]) -> StatusLine:
    """The one line of the strip: all is well, or the worst that is not and how many more there are."""
    troubles = [line for level in _WORST for line in lines if line.level is level]
    if not troubles:
        return StatusLine(Level.WELL, "cloud-check", lines[0].text)
    worst, more = troubles[0], len(troubles) - 1
    text = worst.text
    if more:
        text += " · " + translate("health", "%1 more to look at").replace("%1", str(more))
    return StatusLine(worst.level, worst.icon, text)


def all_is_well(lines: Sequence[HealthLine]) -> bool:
    """Whether there is nothing to mend."""
    return all(line.level is Level.WELL for line in lines)


def ask_of(lines: Sequence[HealthLine]) -> Ask:
    """Every part with its words and what to do, the troubles first."""
    ordered = [line for level in (*_WORST, Level.WELL) for line in lines if line.level is level]
    well = all_is_well(lines)
    title = translate("health", "All is well") if well else translate("health", "What is wrong, and how to mend it")
    choices = tuple(
        Choice(line.part, line.text, line.mend, icon=line.icon, tint=_TINTS[line.level], enabled=False)
        for line in ordered
    )
    return Ask(Matter.HEALTH, "heart-pulse", title, choices=choices)


def _part_of(code: str) -> Part | None:
    return Part.PRINTER if code.startswith("print") else _TOLD.get(code)


def _told(told: dict[Part, NoticeLine], part: Part, icon: str, well: str) -> HealthLine:
    notice = told.get(part)
    if notice is None:
        return HealthLine(part, Level.WELL, icon, well)
    level = Level.TROUBLE if part is Part.DISK else Level.LOOK
    mend = {
        Part.DISK: translate("health", "Delete files or empty the bin; what was scanned is safe."),
        Part.SOUND: translate("health", "Plug in a loudspeaker, or turn it up; it is tried again by itself."),
        Part.PRINTER: translate("health", "Check paper and cable; entry goes on without a badge."),
        Part.KEYRING: translate("health", "Do not close the program tonight; afterwards the laptop enrols again."),
    }[part]
    return HealthLine(part, level, icon, notice.text, mend)


def _stock(line: StatusLine | None) -> tuple[HealthLine, ...]:
    """What is left to sell, where this laptop sells."""
    if line is None:
        return ()
    mend = "" if line.level is Level.WELL else mend_stock()
    return (HealthLine(Part.STOCK, line.level, line.icon, line.text, mend),)


def _mend_server(connection: StatusLine) -> str:
    if connection.level is Level.WELL:
        return ""
    return translate("health", "Scan on. Check Wi-Fi or cable; what waits is sent by itself.")


def _mend_unsent(unsent: StatusLine) -> str:
    return "" if unsent.level is Level.WELL else translate("health", "Do not switch off before they are sent.")


def _mend_list(guests: StatusLine) -> str:
    if guests.level is Level.WELL:
        return ""
    return translate("health", "Newer tickets are let in by their signature, with a note.")


def _mend_clock(clock: StatusLine) -> str:
    if clock.level is Level.WELL:
        return ""
    return translate("health", "Set the clock in the system's settings; every scan keeps its order.")


def _mend_camera(camera: CameraState) -> str:
    match camera.status:
        case CameraStatus.LOST:
            return translate("health", "Check its cable, or choose another under Camera; scanners and names work on.")
        case CameraStatus.NONE:
            return translate("health", "Choose one under Camera, or use a hand scanner.")
        case _:
            return ""
