"""The desk beside the scanning: what it asks, and what comes of the answers. Holds no widget, asks no database."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from eventreg_core.admission import Reason, Refused
from eventreg_desktop.door.annul import WhyNot
from eventreg_desktop.door.door import Allowed
from eventreg_desktop.door.operators import BadPin, NoName, Operator, Wait, WrongPin
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.party import Party
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.door import asking
from eventreg_desktop.ui.door.ask import YES, Answer, Ask, Matter
from eventreg_desktop.ui.door.state import ScanLine
from eventreg_desktop.ui.door.sums import taken_of
from eventreg_desktop.ui.door.wording import foremost

PAYABLE = (Reason.UNPAID, Reason.PAYMENT_UNKNOWN)


class DeskModel(QObject):
    """One question at a time. What needs a PIN is asked of the roster first, by `pin_wanted`."""

    changed = Signal(object)
    """An `Ask`, or None."""
    pin_wanted = Signal(str, str)
    """Operator's id and PIN; the answer comes to `pin_checked`."""
    operator_wanted = Signal(str, str, bool, str, str)
    """A new operator: name, PIN, whether a supervisor; and who adds them: id and PIN, both empty for the first."""
    operator_changed = Signal(object)
    """The `Operator` who works here now, or None."""
    override_wanted = Signal(object, object)
    """What was entered, and `Allowed`."""
    payment_wanted = Signal(object, object)
    """What was entered, and `Taken`."""
    undo_wanted = Signal(object, object)
    """The fact's id, and `Allowed` or None."""
    party_wanted = Signal(object)
    """A serial."""
    party_admitted = Signal(object)
    """Serials."""
    rehearsal_wanted = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ask: Ask | None = None
        self.operator: Operator | None = None
        self._operators: tuple[Operator, ...] = ()
        self._last: Outcome | None = None
        self._about: Outcome | None = None
        self._line: ScanLine | None = None
        self._answer = Answer()
        self._number = 0
        self._amount, self._currency = "", "EUR"

    @Slot(object)
    def operators_known(self, operators: Sequence[Operator]) -> None:
        """These may sign in."""
        self._operators = tuple(operators)

    @Slot(object)
    def judged(self, outcome: Outcome) -> None:
        """What was scanned last is what the keys speak of."""
        self._last = outcome

    @Slot(object)
    def judged_together(self, outcomes: Sequence[Outcome]) -> None:
        """Of several that came at once the keys speak of the one whom the verdict stops."""
        self._last = foremost(outcomes)

    @Slot()
    def left(self) -> None:
        """Who was judged was so at another place, or other than it counts now: no key and no question is of them."""
        self._last = None
        self.dropped()

    @Slot()
    def sign_in_asked(self) -> None:
        """Somebody else takes over."""
        if self._operators:
            self.shown(asking.sign_in(self._operators, self.operator))
        else:
            self.shown(asking.new_operator(()))

    @Slot()
    def override_asked(self) -> None:
        """Let the last refused guest in, where a supervisor may."""
        outcome = self._last
        if outcome is None or not isinstance(outcome.verdict, Refused) or not outcome.verdict.overridable:
            return
        self._about = outcome
        if not self._supervisors():
            self.shown(asking.no_supervisor())
        else:
            self.shown(asking.override(outcome, texts.headline(outcome.verdict.reason), self._supervisors()))

    @Slot()
    def payment_asked(self) -> None:
        """Take money from the last guest, who was asked for payment."""
        outcome = self._last
        if outcome is not None and isinstance(outcome.verdict, Refused) and outcome.verdict.reason in PAYABLE:
            self._about = outcome
            self.shown(asking.payment(outcome, self._amount, self._currency))

    @Slot()
    def party_asked(self) -> None:
        """Show who comes with the last guest."""
        if self._last is not None and self._last.serial is not None:
            self.party_wanted.emit(self._last.serial)

    @Slot(object)
    def party_found(self, party: Party) -> None:
        """The party that was asked for."""
        if self._last is not None:
            zone, since = self._last.zone, (each.admitted_at for each in party.members)
            times = ["" if each is None else texts.clock(each, party.at, zone) for each in since]
            self.shown(asking.party(party, times))

    @Slot(object)
    def undo_asked(self, line: ScanLine | None) -> None:
        """Take this line of the last scans back."""
        if line is not None and line.fact is not None and not line.undone:
            self._line = line
            self.shown(asking.undo(line))

    @Slot(object)
    def undone(self, fact: UUID) -> None:
        """It was undone."""
        if self._line is not None and self._line.fact == fact:
            self.dropped()

    @Slot(object, object)
    def not_undone(self, fact: UUID, why: WhyNot) -> None:
        """It stands; where only time is in the way, a supervisor is asked for."""
        if self._line is None or self._line.fact != fact or self.ask is None:
            return
        if why is WhyNot.TOO_LATE and self._supervisors():
            self.shown(asking.late_undo(self._line, self._supervisors()))
        else:
            self._become(replace(self.ask, busy=False, error=asking.why_not_undone(why)))

    @Slot(str)
    def failed(self, sentence: str) -> None:
        """This laptop's own files failed while the answer was looked at."""
        self.complained(texts.problem(sentence))

    def complained(self, words: str) -> None:
        """What was answered will not do."""
        if self.ask is not None:
            self._become(replace(self.ask, busy=False, error=words))

    @Slot(str, str)
    def door_failed(self, code: str, sentence: str) -> None:
        """The door could not keep something; whoever waits for it here may try again."""
        if self.ask is not None and self.ask.busy:
            self.failed(sentence)

    @Slot(bool)
    def rehearsal_asked(self, on: bool) -> None:
        """Begin a rehearsal, after a question; or end it, at once."""
        if on:
            self.shown(asking.rehearsal())
        else:
            self.rehearsal_wanted.emit(False)

    @Slot(object)
    def shown(self, ask: Ask) -> None:
        """Show a question, or something that only tells."""
        self._number += 1
        self._become(replace(ask, number=self._number))

    @Slot()
    def dropped(self) -> None:
        """The operator put the question away, or it is answered."""
        self._line = None
        self._become(None)

    @Slot(object)
    def answered(self, answer: Answer) -> None:
        """What the operator says to the question that is shown."""
        if self.ask is None or self.ask.busy:
            return
        self._answer = answer
        match self.ask.matter:
            case Matter.SIGN_IN:
                self._answer_sign_in(answer)
            case Matter.NEW_OPERATOR:
                self._answer_new(answer)
            case Matter.OVERRIDE | Matter.LATE_UNDO:
                self._answer_allowed(answer)
            case Matter.PAYMENT:
                self._answer_payment(answer)
            case Matter.UNDO:
                self._answer_undo(answer)
            case Matter.PARTY:
                self._answer_party(answer)
            case Matter.REHEARSAL:
                self.dropped()
                self.rehearsal_wanted.emit(True)
            case Matter.HEALTH:
                self.dropped()

    @Slot(object)
    def pin_checked(self, outcome: Operator | WrongPin | Wait | NoName | BadPin) -> None:
        """What the roster says to the PIN, or to the new operator."""
        if self.ask is None or not self.ask.busy:
            return
        if not isinstance(outcome, Operator):
            self._become(replace(self.ask, busy=False, error=asking.trouble(outcome)))
            return
        matter, line = self.ask.matter, self._line
        self.dropped()
        if matter in (Matter.SIGN_IN, Matter.NEW_OPERATOR):
            if matter is Matter.SIGN_IN or self.operator is None:
                self._take_over(outcome)
            return
        allowed = Allowed(outcome.id, f"{outcome.name}: {self._answer.blanks[asking.REASON].strip()}")
        if matter is Matter.LATE_UNDO and line is not None:
            self.undo_wanted.emit(line.fact, allowed)
        elif self._about is not None:
            self.override_wanted.emit(self._about.entered, allowed)

    def _answer_sign_in(self, answer: Answer) -> None:
        if answer.button == asking.ADD:
            self.shown(asking.new_operator(self._supervisors()))
        elif answer.button == asking.OUT:
            self.dropped()
            self._take_over(None)
        else:
            self._want_pin(answer)

    def _answer_new(self, answer: Answer) -> None:
        blanks = answer.blanks
        if self._supervisors() and not answer.picked:
            self.complained(asking.needs_supervisor())
            return
        who = answer.picked[0] if answer.picked else ""
        supervisor = answer.button == asking.ADD_SUPERVISOR
        self._wait()
        self.operator_wanted.emit(
            blanks[asking.NAME], blanks[asking.NEW_PIN], supervisor, who, blanks.get(asking.PIN, "")
        )

    def _answer_allowed(self, answer: Answer) -> None:
        if not answer.blanks[asking.REASON].strip():
            self.complained(asking.needs_reason())
        else:
            self._want_pin(answer)

    def _answer_payment(self, answer: Answer) -> None:
        amount, currency = answer.blanks[asking.AMOUNT], answer.blanks[asking.CURRENCY].strip().upper()
        taken = taken_of(amount, currency, answer.picked[0]) if answer.picked else None
        if taken is None or self._about is None:
            self.complained(asking.bad_amount())
            return
        self._amount, self._currency = amount, currency
        self.dropped()
        self.payment_wanted.emit(self._about.entered, taken)

    def _answer_undo(self, answer: Answer) -> None:
        if answer.button != YES or self._line is None:
            self.dropped()
            return
        self._wait()
        self.undo_wanted.emit(self._line.fact, None)

    def _answer_party(self, answer: Answer) -> None:
        if not answer.picked:
            self.complained(asking.nobody_picked())
            return
        self.dropped()
        self.party_admitted.emit([bytes.fromhex(serial) for serial in answer.picked])

    def _want_pin(self, answer: Answer) -> None:
        if not answer.picked:
            self.complained(asking.needs_supervisor())
            return
        self._wait()
        self.pin_wanted.emit(answer.picked[0], answer.blanks[asking.PIN])

    def _take_over(self, operator: Operator | None) -> None:
        self.operator = operator
        self.operator_changed.emit(operator)

    def _supervisors(self) -> tuple[Operator, ...]:
        return tuple(each for each in self._operators if each.supervisor)

    def _wait(self) -> None:
        if self.ask is not None:
            self._become(replace(self.ask, busy=True, error=""))

    def _become(self, ask: Ask | None) -> None:
        if ask != self.ask:
            self.ask = ask
            self.changed.emit(ask)
