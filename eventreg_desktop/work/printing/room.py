"""Where badges are printed: a clerk who keeps the log, and a press for each printer. No scan ever waits for them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, Signal

from eventreg_core.problems import Problem
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.badge import Badge, PrintSetup, Template, Wanted, badge_of, list_types, usual
from eventreg_desktop.door.printed import list_printed
from eventreg_desktop.store import prints
from eventreg_desktop.store.db import STORE_PROBLEMS, Connection, snapshot
from eventreg_desktop.store.prints import Job
from eventreg_desktop.store.stores import Folder, Stores
from eventreg_desktop.work.printing.card import pictured
from eventreg_desktop.work.printing.job import print_once
from eventreg_desktop.work.printing.lane import Lane
from eventreg_desktop.work.printing.press import Press
from eventreg_desktop.work.printing.printers import Stopped, check_queue, list_printers

PATIENCE_S = 5.0
"""How long the end of the program waits for a printer that does not answer, in seconds."""
BROKEN = Problem("print_broken", "The program made a mistake with this badge. Look at the print log (Ctrl+J).")
CUT_SHORT = Problem(
    "print_unknown", "A badge was on its way when the program ended. Look at the printer, then at the log (Ctrl+J)."
)


class NoLog(Problem):
    """Without its log nothing is printed, or it might be printed twice."""

    def __init__(self) -> None:
        super().__init__("print_log", "The print log cannot be written, so nothing is printed. Free space on the disk.")


@dataclass(frozen=True, slots=True)
class Booth:
    """For which event badges are printed, and where its guests are read."""

    event: UUID
    name: str
    open_stores: Callable[[], Stores]


@dataclass(frozen=True, slots=True)
class Looks:
    """How this laptop prints, and how its badges look: by ticket type, and the picture file of the logo (or None)."""

    setup: PrintSetup
    templates: Mapping[int, Template]
    logo: Path | None = None

    def of(self, number: int) -> Template:
        """The look of one ticket type."""
        return self.templates.get(number) or usual(number)


class PrintRoom(QObject):
    """Takes what is wanted at any time, from the window's thread; says what became of it by signals."""

    listed = Signal(object)
    """Tuple of `Printed`, the newest first, whenever it is another."""
    has_badge = Signal(object)
    """The `Wanted` that was not printed: this ticket has a badge, and nobody said why it needs another."""
    types_known = Signal(object)
    """Tuple of `TypeHere`."""
    printers_found = Signal(object)
    """Tuple of names."""
    previewed = Signal(object)
    """A picture (`QImage`) of what was asked for last."""
    noticed = Signal(str, str)
    mended = Signal(str)

    def __init__(self, folder: Folder, clock: Clock, parent: QObject | None = None) -> None:
        """The log is opened at once, in its own thread; what was cut short is settled."""
        super().__init__(parent)
        self._folder = folder
        self._clock = clock
        self._clerk, self._finder = Lane("print-log"), Lane("printers")
        self._presses: dict[str, Press] = {}
        self._booth: Booth | None = None
        self._stores: Stores | None = None
        self._log: Connection | None = None
        self._names: dict[bytes, str] = {}
        self._troubles: set[str] = set()
        self._previews = 0
        self._clerk.do(partial(self._reported, self._open))

    def work_for(self, booth: Booth | None) -> None:
        """Print badges of this event from now on; None gives its guest list back."""
        self._clerk.do(partial(self._reported, self._move, booth))

    def print(self, wanted: Wanted, looks: Looks) -> None:
        """Print this, unless that was done."""
        self._clerk.do(partial(self._reported, self._queue, wanted, looks))

    def refresh(self) -> None:
        """List the log again: names may have come since."""
        self._clerk.do(partial(self._reported, self._list))

    def find_printers(self) -> None:
        """Ask the system which printers there are."""
        self._finder.do(partial(self._reported, self._find_printers))

    def preview(self, name: str, number: int, template: Template, looks: Looks, width: int) -> None:
        """Picture a badge of ticket type `number` (0: of none), `width` pixels wide; only the last that is asked."""
        self._previews += 1
        self._clerk.do(partial(self._reported, self._preview, self._previews, (name, number, template, looks, width)))

    def stop(self) -> None:
        """Print what was asked before, and give the files back; a printer that does not answer is left alone."""
        self._clerk.do(partial(self._reported, self._move, None))
        self._clerk.stop(PATIENCE_S)
        self._finder.stop(PATIENCE_S)
        for press in tuple(self._presses.values()):
            if not press.stop(PATIENCE_S):
                log.logger("printer").warning("the printer does not answer")

    def _open(self) -> None:
        self._log = self._opened_log()
        if prints.settle(self._log, self._now()):
            self._trouble(CUT_SHORT)

    def _move(self, booth: Booth | None) -> None:
        if self._stores is not None:
            self._stores.close()
            self._stores = None
        self._booth = booth
        if booth is None:
            if self._log is not None:
                self._log.close()
                self._log = None
            return
        self._list()
        with snapshot(self._opened(booth).mirror):
            self.types_known.emit(tuple(list_types(self._opened(booth).mirror)))

    def _queue(self, wanted: Wanted, looks: Looks) -> None:
        booth = self._booth
        if booth is None:
            return
        file, setup = self._opened_log(), looks.setup
        job = Job(
            uuid4(), booth.event, wanted.serial, setup.printer, setup.paper, self._now(), wanted.cause,
            wanted.automatic, wanted.again, wanted.operator,
        )  # fmt: skip
        mirror = self._opened(booth).mirror
        with snapshot(mirror):
            badge, number = badge_of(mirror, booth.name, wanted)
        if prints.add(file, job) is not None:
            if not wanted.automatic:
                self.has_badge.emit(wanted)
            return
        self._names[wanted.serial] = badge.name
        self._list()
        if setup.printer not in self._presses:
            self._presses[setup.printer] = Press(partial(self._opened_log, fresh=True))
        press = self._presses[setup.printer]
        press.do(partial(self._reported, self._print, press, job, badge, looks, number))
        if press.is_stuck(self._clock().mono_ns):
            raise Stopped

    def _print(self, press: Press, job: Job, badge: Badge, looks: Looks, number: int) -> None:
        try:
            file = press.begin(self._clock().mono_ns)
            print_once(file, job, badge, looks.of(number), looks.setup, looks.logo, self._now())
            self._mend()
            check_queue(looks.setup)
        finally:
            press.end()
            self.refresh()

    def _list(self) -> None:
        if self._booth is not None:
            mirror = self._opened(self._booth).mirror
            self.listed.emit(list_printed(self._opened_log(), mirror, self._booth.event, self._names))

    def _preview(self, asked: int, of: tuple[str, int, Template, Looks, int]) -> None:
        name, number, template, looks, width = of
        booth = self._booth
        if asked != self._previews or booth is None:
            return
        mirror = self._opened(booth).mirror
        with snapshot(mirror):
            kind = next((each.name for each in list_types(mirror) if each.number == number), "")
        badge = Badge(name, kind, booth.name, SAMPLE_CODE, SAMPLE_TOKEN)
        self.previewed.emit(pictured(looks.setup.paper, badge, template, looks.logo, width))

    def _find_printers(self) -> None:
        self.printers_found.emit(tuple(list_printers()))

    def _opened(self, booth: Booth) -> Stores:
        if self._stores is None:
            self._stores = booth.open_stores()
        return self._stores

    def _opened_log(self, *, fresh: bool = False) -> Connection:
        if self._log is not None and not fresh:
            return self._log
        try:
            made = prints.open_log(self._folder)
        except Problem as problem:
            raise NoLog from problem
        if not fresh:
            self._log = made
        return made

    def _reported(self, work: Callable[..., None], *given: object) -> None:
        with self._reporting():
            work(*given)

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Whatever goes wrong, say so and go on."""
        try:
            yield
        except STORE_PROBLEMS as problem:
            log.logger("printer").warning("not printed", code=problem.code)
            self._trouble(NoLog())
        except Problem as problem:
            log.logger("printer").warning("not printed", code=problem.code)
            self._trouble(problem)
        except Exception:  # noqa: BLE001 - a mistake of ours; scanning goes on
            log.logger("printer").exception("printing failed")
            self._trouble(BROKEN)

    def seen(self) -> None:
        """The operator looks at the log: what was cut short is known now."""
        self._clerk.do(partial(self._mended, CUT_SHORT.code))

    def _trouble(self, problem: Problem) -> None:
        self._troubles.add(problem.code)
        self.noticed.emit(problem.code, problem.sentence)

    def _mend(self) -> None:
        for code in self._troubles - {CUT_SHORT.code}:
            self._mended(code)

    def _mended(self, code: str) -> None:
        self._troubles.discard(code)
        self.mended.emit(code)

    def _now(self) -> datetime:
        return self._clock().wall.astimezone(UTC)


SAMPLE_CODE = "K7QX-2M4P"
SAMPLE_TOKEN = "EVENTREG" * 15
"""As many characters as a token has, and no ticket."""
