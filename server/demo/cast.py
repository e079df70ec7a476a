"""The demo video's script: who holds what before the camera, in which order, and what the door must say."""

from dataclasses import dataclass
from enum import StrEnum

from eventreg_core.admission import Reason
from server.demo.props import Look


class Part(StrEnum):
    """What somebody holds."""

    GOOD = "good"
    UNPAID = "unpaid"
    CANCELLED = "cancelled"
    FOREIGN = "foreign"
    """A ticket of the other event."""
    MENU = "menu"
    """No ticket at all: the QR code on a bar's table."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One code before the camera. `star` counts STARS from 0; `expected` None is an admission."""

    part: Part
    star: int
    expected: Reason | None = None

    @property
    def look(self) -> Look:
        """On what it is shown: most have a phone, some a print-out."""
        if self.part is Part.MENU:
            return Look.MENU
        return (Look.PHONE, Look.PAPER, Look.DARK_PHONE)[self.star % 3]


MENU_TEXT = "https://menu.example.org/lakeside-bar?table=12"
SCENES: tuple[Scene, ...] = (
    Scene(Part.GOOD, 0),
    Scene(Part.GOOD, 1),
    Scene(Part.GOOD, 2),
    Scene(Part.MENU, 2, Reason.UNREADABLE),
    Scene(Part.GOOD, 3),
    Scene(Part.GOOD, 4),
    Scene(Part.GOOD, 0, Reason.ALREADY_USED),
    Scene(Part.GOOD, 5),
    Scene(Part.UNPAID, 10, Reason.UNPAID),
    Scene(Part.GOOD, 6),
    Scene(Part.CANCELLED, 11, Reason.CANCELLED),
    Scene(Part.GOOD, 7),
    Scene(Part.FOREIGN, 12, Reason.WRONG_EVENT),
    Scene(Part.GOOD, 8),
    Scene(Part.GOOD, 9),
)


def part_of(star: int) -> Part:
    """What this guest's registration must be like for the script to come true."""
    return next((scene.part for scene in SCENES if scene.star == star and scene.part is not Part.MENU), Part.GOOD)
