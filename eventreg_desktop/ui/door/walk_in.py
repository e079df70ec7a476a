"""Selling beside the scanning: what is asked, what is wrong with an answer, and what is sold. Holds no widget."""

from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from eventreg_core.facts import PayMethod
from eventreg_desktop.door.annul import WhyNot
from eventreg_desktop.door.counts import Shelf
from eventreg_desktop.door.door import Taken
from eventreg_desktop.door.walk_in import Sale, Sold
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.door import asking, selling
from eventreg_desktop.ui.door.ask import Answer, Ask, Matter
from eventreg_desktop.ui.door.desk import DeskModel
from eventreg_desktop.ui.door.sums import taken_of

LONGEST_NAME = 120


class WalkInModel(QObject):
    """One sale at a time, asked for at the desk. Enter takes cash; a sale shows its ticket until it is put away."""

    sale_wanted = Signal(object)
    """A `Sale`."""
    undo_wanted = Signal(object, object)
    """The id of a sale, and None."""
    offered = Signal(str)
    """The words of the button that begins a sale, or nothing."""

    def __init__(self, desk: DeskModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shelves: tuple[Shelf, ...] = ()
        self._last_type: int | None = None
        self._asked: Ask | None = None
        self._sold: UUID | None = None
        self._undoing: UUID | None = None
        self._selling = False

    @Slot(object)
    def stocked(self, shelves: tuple[Shelf, ...]) -> None:
        """So much may be sold now."""
        self._shelves = shelves
        self.offered.emit(selling.button(shelves))

    @Slot()
    def asked(self) -> None:
        """Somebody without a ticket is there."""
        self._sold = None
        if self._shelves:
            self._show(selling.sale(self._shelves, self._last_type))
        else:
            self._desk.shown(selling.nothing_to_sell())

    @Slot(object)
    def answered(self, answer: Answer) -> None:
        """What the operator says to it."""
        ask = self._desk.ask
        if ask is None:
            return
        if ask.matter is Matter.WALK_IN:
            self._sell(answer)
        elif ask.matter is Matter.SOLD:
            sold, self._sold = self._sold, None
            self._desk.dropped()
            if sold is not None and answer.button == selling.UNDO:
                self._undoing = sold
                self.undo_wanted.emit(sold, None)

    @Slot(object)
    def sold(self, what: Sold) -> None:
        """It is sold, and on disk."""
        self._selling = False
        self._sold = what.fact
        self._desk.shown(selling.sold(what))

    @Slot()
    def none_left(self) -> None:
        """The last one went meanwhile."""
        self._selling = False
        if self._asked is not None:
            self._complain(selling.none_left())

    @Slot(str, str)
    def door_failed(self, code: str, sentence: str) -> None:
        """The door could not keep something; a sale that waits for it is asked for again."""
        if self._selling:
            self._selling = False
            self._complain(texts.problem(sentence))

    @Slot(object)
    def give_back(self, taken: Taken) -> None:
        """A sale was undone for which money was taken."""
        self._desk.shown(selling.give_back(taken))

    @Slot(object, object)
    def not_undone(self, fact: UUID, why: WhyNot) -> None:
        """A sale stands that was to be undone."""
        if fact == self._undoing:
            self._undoing = None
            self._desk.shown(selling.stands(asking.why_not_undone(why)))

    def _sell(self, answer: Answer) -> None:
        shelf = next((each for each in self._shelves if str(each.ticket_type) in answer.picked and each.left), None)
        ask = self._desk.ask
        assert ask is not None, "it was answered"
        blanks = tuple(replace(each, value=answer.blanks[each.id]) for each in ask.blanks)
        picked = tuple(replace(each, picked=each.id in answer.picked) for each in ask.choices)
        self._asked = replace(ask, blanks=blanks, choices=picked, ticked=answer.ticked)
        if shelf is None:
            self._desk.complained(selling.needs_type())
            return
        taken = _taken(shelf, answer)
        if isinstance(taken, str):
            self._desk.complained(taken)
            return
        self._last_type = shelf.ticket_type
        name = " ".join(answer.blanks[selling.NAME].split())[:LONGEST_NAME]
        self._desk.dropped()
        self._selling = True
        self.sale_wanted.emit(Sale(name, shelf.ticket_type, taken, answer.ticked))

    def _show(self, ask: Ask) -> None:
        self._asked = ask
        self._desk.shown(ask)

    def _complain(self, words: str) -> None:
        """Ask once more, with what was filled in."""
        assert self._asked is not None, "there is something to ask again"
        self._desk.shown(replace(self._asked, error=words))


def _taken(shelf: Shelf, answer: Answer) -> Taken | str | None:
    """What was taken, None for nothing; or why that cannot be."""
    typed = answer.blanks[selling.AMOUNT].strip()
    if answer.button == selling.FREE:
        return None
    method = PayMethod.CARD if answer.button == selling.CARD else PayMethod.CASH
    if not typed:
        return Taken(shelf.amount_minor, shelf.currency, method) if shelf.amount_minor else selling.needs_price()
    return taken_of(typed, shelf.currency, method) or selling.bad_amount()
