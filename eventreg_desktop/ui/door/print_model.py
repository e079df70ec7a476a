"""What the door knows of printing. Holds no widget, opens no file, asks no printer."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from eventreg_core.admission import Admitted, Kind, Reason
from eventreg_desktop.door.badge import Again, Paper, PrintSetup, Template, TypeHere, Wanted
from eventreg_desktop.door.door import Scanned
from eventreg_desktop.door.operators import Operator
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.printed import Printed
from eventreg_desktop.door.walk_in import Sold
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.door import print_wording as wording
from eventreg_desktop.ui.door.ask import Answer
from eventreg_desktop.ui.door.print_state import PaperList, PrintState

MOST_TOKENS = 5_000
"""Codes that were scanned here and may be printed again; in memory alone."""
_WAS_IN = (Reason.ALREADY_USED, Reason.ALREADY_INSIDE, Reason.ALREADY_TODAY)


class PrintModel(QObject):
    """Badges of whom the door judged, why they are printed again, and how this laptop prints."""

    changed = Signal(object)
    """One frozen `PrintState`, whenever it is another."""
    print_wanted = Signal(object)
    """A `Wanted`."""
    asked = Signal(object)
    """An `Ask`."""
    setup_changed = Signal(object)
    """The `PrintSetup`."""
    template_changed = Signal(int, object)
    """Number of a ticket type, and its `Template`."""
    logo_changed = Signal(str)
    preview_wanted = Signal()
    """The picture of a badge would be another."""
    printers_wanted = Signal()
    log_opened = Signal()
    list_wanted = Signal(bool)
    """A door list, sorted by the names' last words or not."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = PrintState()
        self._zone = "UTC"
        self._operator: str | None = None
        self._last: Outcome | None = None
        self._again: Wanted | None = None
        self._sale: Wanted | None = None
        self._tokens: OrderedDict[bytes, str] = OrderedDict()

    def placed(self, zone: str) -> None:
        """This laptop stands at an event of this zone; what was scanned elsewhere is forgotten."""
        self._zone = zone
        self._last = None
        self._again = self._sale = None
        self._tokens.clear()
        self._become(replace(self.state, badge="", types=(), number=0, lines=(), paper_list=PaperList()))

    def set_up(self, setup: PrintSetup, logo: str) -> None:
        """So this laptop printed the last time."""
        self._become(replace(self.state, setup=setup, logo=logo))

    @Slot(object)
    def judged(self, outcome: Outcome) -> None:
        """A scan was judged; the first admission of a guest prints, where that is wished."""
        self._last = outcome
        if outcome.serial is not None and isinstance(outcome.entered, Scanned):
            self._remember(outcome.serial, outcome.entered.text)
        wanted = _may_have_badge(outcome)
        self._become(replace(self.state, badge=wording.badge_offer() if wanted and self.state.setup.printer else ""))
        entry = isinstance(outcome.verdict, Admitted) and outcome.kind is Kind.ENTRY and outcome.fact is not None
        if wanted and entry and self.state.setup.automatic and self.state.setup.printer:
            self.print_wanted.emit(replace(self._wanted(outcome), cause=outcome.fact, automatic=True))

    @Slot(object)
    def sold(self, sold: Sold) -> None:
        """A ticket was sold to a walk-in; who does not come in at once takes it along."""
        if sold.token:
            self._remember(sold.serial, sold.token)
        if sold.outcome is None and sold.token:
            self._last = None
            self._sale = Wanted(
                sold.serial, sold.token, name=sold.name, ticket_type=sold.ticket_type, operator=self._operator
            )
            printing = bool(self.state.setup.printer)
            self._become(replace(self.state, badge=wording.badge_offer() if printing else ""))
            if printing and self.state.setup.automatic:
                self.print_wanted.emit(replace(self._sale, cause=sold.fact, automatic=True))

    @Slot(object)
    def operator_changed(self, operator: Operator | None) -> None:
        """Who prints from now on."""
        self._operator = None if operator is None else operator.id

    @Slot()
    def badge_asked(self) -> None:
        """The last guest's badge; where nobody has said how to print, that is asked."""
        if not self.state.setup.printer:
            self.set_up_asked(True)
        elif self._last is not None and _may_have_badge(self._last):
            self.print_wanted.emit(self._wanted(self._last))
        elif self._last is None and self._sale is not None:
            self.print_wanted.emit(self._sale)

    @Slot(int)
    def again_asked(self, row: int) -> None:
        """The badge of one line of the log once more."""
        if 0 <= row < len(self.state.lines):
            serial = self.state.lines[row].serial
            self.has_badge(Wanted(serial, self._tokens.get(serial, ""), operator=self._operator))

    @Slot(object)
    def has_badge(self, wanted: Wanted) -> None:
        """This ticket has a badge already: another one wants a reason."""
        self._again = wanted
        known = next((line.name for line in self.state.lines if line.serial == wanted.serial), wanted.name)
        self.asked.emit(wording.ask_again(known))

    def answer_again(self, answer: Answer) -> str:
        """Why: print it; what is wrong with the answer, empty when nothing is."""
        if not answer.picked or self._again is None:
            return wording.needs_reason()
        self.print_wanted.emit(replace(self._again, again=Again(answer.picked[0]), cause=None))
        self._again = None
        return ""

    @Slot(object)
    def listed(self, jobs: Sequence[Printed]) -> None:
        """The print log as it is now."""
        self._become(replace(self.state, lines=tuple(wording.line_of(each, self._zone) for each in jobs)))

    @Slot(bool)
    def log_asked(self, on: bool) -> None:
        """Show the print log in the place of the last scans, or those again."""
        self._become(replace(self.state, log=on))
        if on:
            self.log_opened.emit()

    @Slot(bool)
    def set_up_asked(self, on: bool) -> None:
        """Show how this laptop prints, or put that away."""
        self._become(replace(self.state, set_up=on))
        if on:
            self.printers_wanted.emit()
            self.preview_wanted.emit()

    @Slot(object)
    def printers_found(self, printers: Sequence[str]) -> None:
        """These are there."""
        self._become(replace(self.state, printers=tuple(printers)))

    @Slot(object)
    def types_known(self, types: Sequence[TypeHere]) -> None:
        """The event sells these."""
        number = self.state.number or (types[0].number if types else 0)
        self._become(replace(self.state, types=tuple(types), number=number))
        self.preview_wanted.emit()

    @Slot(str)
    def printer_picked(self, printer: str) -> None:
        """Print there from now on."""
        self._set(replace(self.state.setup, printer=printer))

    @Slot(str)
    def folder_picked(self, folder: str) -> None:
        """Keep files there."""
        self._set(replace(self.state.setup, folder=folder))

    @Slot(object)
    def paper_picked(self, paper: Paper) -> None:
        """Print on this."""
        self._set(replace(self.state.setup, paper=paper))

    @Slot(bool)
    def automatic_picked(self, on: bool) -> None:
        """Print at a guest's first admission, or only when asked."""
        self._set(replace(self.state.setup, automatic=on))

    @Slot(int)
    def type_picked(self, number: int) -> None:
        """Show this ticket type's look."""
        self._become(replace(self.state, number=number))
        self.preview_wanted.emit()

    def look_known(self, template: Template) -> None:
        """So the ticket type that is shown looks."""
        self._become(replace(self.state, template=template))

    @Slot(object)
    def look_picked(self, template: Template) -> None:
        """Let the ticket type that is shown look so."""
        self._become(replace(self.state, template=template))
        self.template_changed.emit(self.state.number, template)
        self.preview_wanted.emit()

    @Slot(str)
    def logo_picked(self, file: str) -> None:
        """Put this picture on badges; empty: our own mark."""
        self._become(replace(self.state, logo=file))
        self.logo_changed.emit(file)
        self.preview_wanted.emit()

    @Slot(bool)
    def order_picked(self, by_last: bool) -> None:
        """Sort door lists by last words, or by names as they are written."""
        self._become(replace(self.state, by_last=by_last))

    @Slot()
    def list_asked(self) -> None:
        """Make a door list, unless one is being made."""
        if self.state.paper_list.share is None:
            self._become(replace(self.state, set_up=True, paper_list=wording.reading()))
            self.printers_wanted.emit()
            self.preview_wanted.emit()
            self.list_wanted.emit(self.state.by_last)

    @Slot(int, int)
    def list_progressed(self, done: int, pages: int) -> None:
        """So far it is."""
        self._become(replace(self.state, paper_list=wording.making(done, pages)))

    @Slot(str, int)
    def list_made(self, file: str, pages: int) -> None:
        """It is there."""
        self._become(replace(self.state, paper_list=wording.made(file, pages)))

    @Slot(str)
    def list_not_made(self, sentence: str) -> None:
        """It is not there, and this is why."""
        self._become(replace(self.state, paper_list=PaperList(None, texts.problem(sentence))))

    def _wanted(self, outcome: Outcome) -> Wanted:
        serial = outcome.serial or b""
        return Wanted(
            serial,
            self._tokens.get(serial, ""),
            name=outcome.name or "",
            ticket_type=outcome.ticket_type or "",
            again=Again.TRIAL if outcome.rehearsal else None,
            operator=self._operator,
        )

    def _remember(self, serial: bytes, token: str) -> None:
        self._tokens[serial] = token
        self._tokens.move_to_end(serial)
        if len(self._tokens) > MOST_TOKENS:
            self._tokens.popitem(last=False)

    def _set(self, setup: PrintSetup) -> None:
        self._become(replace(self.state, setup=setup))
        self.setup_changed.emit(setup)
        self.preview_wanted.emit()

    def _become(self, state: PrintState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


def _may_have_badge(outcome: Outcome) -> bool:
    """Whoever is in, or was let in before; never who was stopped for another reason."""
    if outcome.serial is None:
        return False
    return isinstance(outcome.verdict, Admitted) or outcome.verdict.reason in _WAS_IN
