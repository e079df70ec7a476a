"""The door's thread: judges what is entered, one after another, on connections of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from eventreg_core.admission import Kind, Reason, Refused
from eventreg_core.problems import Problem
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.annul import Annulled, NotAnnulled, annul
from eventreg_desktop.door.door import Allowed, Chosen, Door, Entered, Scanned, Taken
from eventreg_desktop.door.end import end_shift
from eventreg_desktop.door.operators import Operator
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.party import admit_party, find_party
from eventreg_desktop.door.reading import tickets_last
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.door.rehearse import begin_rehearsal
from eventreg_desktop.door.typist import Typist, reader
from eventreg_desktop.door.walk_in import NoneLeft, Sale, Sold, sell
from eventreg_desktop.store.stores import Stores

BROKEN = Problem("broken", "The program made a mistake with this scan. Scan again, or choose the guest by name.")


class DoorWorker(QObject):
    """Lives in the door's thread. Every answer has been committed before its signal is sent."""

    judged = Signal(object)
    """An `Outcome`."""
    judged_together = Signal(object)
    """Several of them, after each was told: they were in view together, came at once, or as one party."""
    undone = Signal(object)
    """A fact's id: it was taken back."""
    not_undone = Signal(object, object)
    """A fact's id, and `WhyNot`."""
    money_due = Signal(object)
    """`Taken`: a sale was taken back, and this is to be given back."""
    sold = Signal(object)
    """A `Sold`, after what was judged with it."""
    none_left = Signal()
    """Nothing was sold: this laptop has no such ticket left."""
    party_found = Signal(object)
    """A `Party`."""
    rehearsing = Signal(bool)
    """A rehearsal began, or ended."""
    door_changed = Signal(object)
    """The `Door` as it works from now on."""
    failed = Signal(str, str)
    """Code and sentence of a problem: this scan was not kept, the next may be."""

    closed = Signal()
    """The files are given back, after everything that was entered before."""

    def __init__(self, open_stores: Callable[[], Stores], signing: Ed25519PrivateKey, door: Door, clock: Clock) -> None:
        """`open_stores` is called in the worker's own thread, and again after it failed; `signing` ends the shift."""
        super().__init__()
        self._open_stores = open_stores
        self._stores: Stores | None = None
        self._signing = signing
        self._door = door
        self._clock = clock
        self._typist = Typist()
        self._in_view: dict[str, Outcome] = {}
        """What was last said of tickets that the camera saw, by their texts."""
        self._failure: tuple[str, str] = BROKEN.code, BROKEN.sentence

    @Slot(object, int, float, object)
    def saw(self, texts: list[str], at_ms: int, decode_ms: float, beside: Sequence[str] = ()) -> None:
        """The camera saw these texts, just after others that are still `beside` them in its picture.

        Of several tickets in view the verdicts are told together, too.
        """
        outcomes = {text: self._redeem(Scanned(text, decode_ms)) for text in tickets_last(texts)}
        fresh = {text: each for text, each in outcomes.items() if each is not None and _is_ticket(each)}
        before = {text: self._in_view[text] for text in beside if text in self._in_view}
        self._in_view = before | fresh
        if fresh:
            self._tell_together(tuple(self._in_view.values()))
        if len(texts) > 1 and None in outcomes.values():
            self.failed.emit(*self._failure)  # once more: what was said of the others hides it

    @Slot(str)
    def scanned(self, text: str) -> None:
        """Keyboard scanners typed this text; what they meant is judged."""
        with self._reported():
            stores = self._opened()
            codes = self._typist.codes(text, reader(stores.mirror, self._door.event))
            outcomes = [self._redeem(Scanned(code)) for code in codes]
            self._tell_together([each for each in outcomes if each is not None])

    @Slot(object)
    def chosen(self, serial: bytes) -> None:
        """The operator picked this ticket."""
        self._redeem(Chosen(serial))

    @Slot(object, object)
    def override(self, entered: Entered, allowed: Allowed) -> None:
        """A supervisor lets in whoever was refused, also where exits are counted by now."""
        self._redeem(entered, allowed=allowed)

    @Slot(object, object)
    def take_payment(self, entered: Entered, taken: Taken) -> None:
        """Money was taken from whoever was asked for it; they come in."""
        self._redeem(entered, taken=taken)

    @Slot(object, object)
    def undo(self, fact: UUID, allowed: Allowed | None) -> None:
        """Take a check-in or exit back."""
        with self._reported():
            match annul(self._opened(), self._door, fact, self._clock(), allowed):
                case Annulled(with_it=with_it, give_back=money):
                    for each in (fact, *with_it):
                        self.undone.emit(each)
                    if money is not None:
                        self.money_due.emit(money)
                case NotAnnulled(why=why):
                    self.not_undone.emit(fact, why)

    @Slot(object)
    def sell(self, sale: Sale) -> None:
        """Somebody without a ticket buys one."""
        with self._reported():
            match sell(self._opened(), self._door, sale, self._clock()):
                case Sold(outcome=outcome) as sold:
                    if outcome is not None:
                        self.judged.emit(outcome)
                    self.sold.emit(sold)
                case NoneLeft():
                    self.none_left.emit()

    @Slot(object)
    def find_party(self, serial: bytes) -> None:
        """Who comes with this ticket?"""
        with self._reported():
            self.party_found.emit(find_party(self._opened(), self._door, serial, self._clock()))

    @Slot(object)
    def admit_party(self, serials: list[bytes]) -> None:
        """The operator picked these of a party."""
        with self._reported():
            outcomes = admit_party(self._opened(), self._door, serials, self._clock())
            for outcome in outcomes:
                self.judged.emit(outcome)
            self._tell_together(outcomes)

    @Slot(object)
    def operator_changed(self, operator: Operator | None) -> None:
        """Facts name this operator from now on."""
        self._become(replace(self._door, operator=None if operator is None else operator.id))

    @Slot(bool)
    def rehearse(self, on: bool) -> None:
        """Begin or end a rehearsal."""
        with self._reported():
            self._become(replace(self._door, rehearsal=begin_rehearsal(self._opened()) if on else None))
            self.rehearsing.emit(on)

    @Slot(object)
    def kind_picked(self, kind: Kind) -> None:
        """The door counts entries, or exits, from now on."""
        self._become(replace(self._door, kind=kind))

    @Slot()
    def close(self) -> None:
        """End the shift and give the files back, in the worker's own thread."""
        if self._stores is not None:
            try:  # without it too the facts are on disk; the next push vouches for them
                end_shift(self._stores, self._signing)
            except Problem as problem:
                log.logger("door").warning("shift not signed", code=problem.code)
            except Exception:  # noqa: BLE001 - a mistake of ours; the window waits to be closed
                log.logger("door").exception("shift not signed")
            self._stores.close()
            self._stores = None
        QCoreApplication.removePostedEvents(self)  # what comes after the end would open files, or start a timer
        self.closed.emit()

    def _become(self, door: Door) -> None:
        self._door = door
        self._in_view = {}
        self.door_changed.emit(door)

    def _redeem(self, entered: Entered, allowed: Allowed | None = None, taken: Taken | None = None) -> Outcome | None:
        outcome: Outcome | None = None
        with self._reported():
            outcome = redeem(self._opened(), self._door, entered, self._clock(), allowed, taken)
            self.judged.emit(outcome)
        return outcome

    def _tell_together(self, outcomes: Sequence[Outcome]) -> None:
        if len(outcomes) > 1:
            self.judged_together.emit(list(outcomes))

    def _opened(self) -> Stores:
        if self._stores is None:
            self._stores = self._open_stores()
        return self._stores

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Whatever goes wrong, say so and go on: the door never stops."""
        try:
            yield
        except Problem as problem:
            log.logger("door").warning("scan not kept", code=problem.code)
            self._fail(problem)
        except Exception:  # noqa: BLE001 - a mistake of ours; the door goes on scanning
            log.logger("door").exception("scan failed")
            self._fail(BROKEN)

    def _fail(self, problem: Problem) -> None:
        self._failure = problem.code, problem.sentence
        self.failed.emit(*self._failure)


def _is_ticket(outcome: Outcome) -> bool:
    """Whether somebody came with it; a menu in the same picture is nobody's."""
    return not (isinstance(outcome.verdict, Refused) and outcome.verdict.reason is Reason.UNREADABLE)
