"""What the door shows of printing, as frozen values. Knows no Qt."""

from dataclasses import dataclass, field
from uuid import UUID

from eventreg_desktop.door.badge import PrintSetup, Template, TypeHere


@dataclass(frozen=True, slots=True)
class PrintLine:
    """One job of the print log: local time, who, what ticket and why again, what became of it."""

    id: UUID
    serial: bytes
    icon: str
    tint: str
    name: str
    second: str
    said: str
    time: str


@dataclass(frozen=True, slots=True)
class PaperList:
    """The door list in the making: `share` of it in thousandths, None when none is made; what is `said` of it."""

    share: int | None = None
    said: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class PrintState:
    """Printing as the screen shows it. `printers`: None while they are looked for. `badge`: the offer's words."""

    setup: PrintSetup = field(default_factory=PrintSetup)
    printers: tuple[str, ...] | None = None
    types: tuple[TypeHere, ...] = ()
    number: int = 0
    template: Template = field(default_factory=Template)
    logo: str = ""
    lines: tuple[PrintLine, ...] = ()
    set_up: bool = False
    log: bool = False
    badge: str = ""
    by_last: bool = False
    paper_list: PaperList = PaperList()
