"""Who is on duty: the roster of operators, asked in the background, and the desk that speaks with them."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from eventreg_core.problems import Problem
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.operators import (
    BadPin,
    NoName,
    Operator,
    Wait,
    WrongPin,
    add,
    check,
    list_operators,
)
from eventreg_desktop.store.roster import Roster, open_roster
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.ui.door.desk import DeskModel
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.ui.door.walk_in import WalkInModel
from eventreg_desktop.ui.door.walk_in_corner import WalkInCorner
from eventreg_desktop.work.background import Background
from eventreg_desktop.work.door import DoorWorker
from eventreg_desktop.work.laptop import Enrolled

Checked = Operator | WrongPin | Wait | NoName | BadPin


class Duty(QObject):
    """Lives as long as the program; doors come and go. A PIN takes a moment to check, so that scanning never waits."""

    ready = Signal()
    """The roster was read."""

    def __init__(self, background: Background, desk: DeskModel, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._desk = desk
        self._clock = clock
        self._roster: Roster | None = None
        self.walk_ins = WalkInModel(desk, self)
        desk.pin_wanted.connect(self._check)
        desk.operator_wanted.connect(self._add)

    def serve(self, view: DoorView, door: DoorModel) -> None:
        """Let this screen ask for the desk, and show what it asks."""
        desk = self._desk
        desk.changed.connect(view.ask)
        desk.operator_changed.connect(door.operator_changed)
        view.desk.answered.connect(desk.answered)
        view.desk.dropped.connect(desk.dropped)
        view.sign_in_asked.connect(desk.sign_in_asked)
        view.override_asked.connect(desk.override_asked)
        view.payment_asked.connect(desk.payment_asked)
        view.party_asked.connect(desk.party_asked)
        view.undo_asked.connect(desk.undo_asked)
        view.rehearsal_asked.connect(desk.rehearsal_asked)
        view.health_asked.connect(door.tell_health)
        door.health_told.connect(desk.shown)
        corner = WalkInCorner(view, view.offers)
        corner.asked.connect(self.walk_ins.asked)
        self.walk_ins.offered.connect(corner.offer)
        door.stocked.connect(self.walk_ins.stocked)
        view.desk.answered.connect(self.walk_ins.answered)

    def begin(self, enrolled: Enrolled, vault: Vault) -> None:
        """Read who may work at this laptop."""
        self._background.run(partial(_open, enrolled, vault), self._opened, self._failed)

    def at_work(self, door: DoorWorker) -> None:
        """Let the desk speak with the door that was just opened; it forgets it with the worker's end."""
        desk = self._desk
        desk.operator_changed.connect(door.operator_changed)
        desk.override_wanted.connect(door.override)
        desk.payment_wanted.connect(door.take_payment)
        desk.undo_wanted.connect(door.undo)
        desk.party_wanted.connect(door.find_party)
        desk.party_admitted.connect(door.admit_party)
        desk.rehearsal_wanted.connect(door.rehearse)
        door.judged.connect(desk.judged)
        door.judged_together.connect(desk.judged_together)
        door.rehearsing.connect(desk.left)
        door.undone.connect(desk.undone)
        door.not_undone.connect(desk.not_undone)
        door.party_found.connect(desk.party_found)
        door.failed.connect(desk.door_failed)
        walk_ins = self.walk_ins
        walk_ins.sale_wanted.connect(door.sell)
        walk_ins.undo_wanted.connect(door.undo)
        door.sold.connect(walk_ins.sold)
        door.none_left.connect(walk_ins.none_left)
        door.failed.connect(walk_ins.door_failed)
        door.money_due.connect(walk_ins.give_back)
        door.not_undone.connect(walk_ins.not_undone)

    @Slot(str, str)
    def _check(self, operator: str, pin: str) -> None:
        if self._roster is not None:
            work = partial(check, self._roster, operator, pin, self._clock())
            self._background.run(work, self._desk.pin_checked, self._failed)

    @Slot(str, str, bool, str, str)
    def _add(self, name: str, new_pin: str, supervisor: bool, who: str, pin: str) -> None:
        if self._roster is not None:
            work = partial(_added, self._roster, (name, new_pin, supervisor), (who, pin), self._clock)
            self._background.run(work, self._was_added, self._failed)

    def _was_added(self, outcome: tuple[Checked, tuple[Operator, ...]]) -> None:
        checked, operators = outcome
        self._desk.operators_known(operators)
        self._desk.pin_checked(checked)

    def _opened(self, known: tuple[Roster, tuple[Operator, ...]]) -> None:
        self._roster, operators = known
        self._desk.operators_known(operators)
        self.ready.emit()

    def _failed(self, problem: Problem) -> None:
        self._desk.failed(problem.sentence)


def _open(enrolled: Enrolled, vault: Vault) -> tuple[Roster, tuple[Operator, ...]]:
    roster = open_roster(enrolled.folder, vault, enrolled.device.id)
    return roster, list_operators(roster)


def _added(
    roster: Roster, new: tuple[str, str, bool], by: tuple[str, str], clock: Clock
) -> tuple[Checked, tuple[Operator, ...]]:
    """Add somebody on a supervisor's word; the first of a roster needs none."""
    name, pin, supervisor = new
    known = list_operators(roster)
    allowed = check(roster, *by, clock()) if known else None
    outcome: Checked
    if allowed is None or (isinstance(allowed, Operator) and allowed.supervisor):
        outcome = add(roster, name, pin, supervisor=supervisor)
    else:
        outcome = WrongPin() if isinstance(allowed, Operator) else allowed
    return outcome, list_operators(roster)
