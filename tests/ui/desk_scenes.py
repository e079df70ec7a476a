"""The door at work, and its desk in each of its states, for pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QVariantAnimation
from PySide6.QtWidgets import QWidget

from eventreg_core.admission import Admitted, Reason, Refused
from eventreg_desktop.door.annul import WhyNot
from eventreg_desktop.door.counts import Counts
from eventreg_desktop.door.operators import Operator, WrongPin
from eventreg_desktop.door.outcome import Candidate, Outcome
from eventreg_desktop.door.party import Party
from eventreg_desktop.ui.door.ask import Answer
from eventreg_desktop.ui.door.banner import FLASH_MS
from eventreg_desktop.ui.door.desk import DeskModel
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.view import DoorView
from tests.ui import night

MARA, BO, AYSE = Operator("m", "Mara Lindqvist", True), Operator("b", "Bo", False), Operator("a", "Ayşe Yılmaz", True)
CREW = (AYSE, BO, MARA)
ARRIVALS = (
    2,
    4,
    3,
    6,
    8,
    7,
    9,
    12,
    11,
    14,
    13,
    17,
    19,
    16,
    18,
    22,
    21,
    19,
    23,
    26,
    24,
    22,
    25,
    21,
    18,
    19,
    17,
    16,
    15,
    6,
)
COUNTS = Counts(1412, 1466, 2300, 486, ARRIVALS, night.NOON)
FACT = UUID(int=9)
FAMILY = Party(
    (
        Candidate(b"\x01" * 8, "Zoë Müller", "Family ticket", "K7QX-2M", "valid", night.NOON),
        Candidate(b"\x02" * 8, "Emil Müller", "Family ticket", "K7QX-2N", "valid", None),
        Candidate(b"\x03" * 8, "", "Family ticket", "K7QX-2P", "valid", None),
        Candidate(b"\x04" * 8, "Oma Gerda", "Family ticket", "K7QX-2R", "cancelled", None),
    ),
    night.NOON,
)


def fade(view: QWidget) -> None:
    """Bring the flash of a new verdict to its end."""
    for flash in view.findChildren(QVariantAnimation):
        flash.setCurrentTime(FLASH_MS)


def door(*outcomes: Outcome) -> tuple[DoorModel, DoorView]:
    """A door at work, online, its camera on, after these scans."""
    model, view = DoorModel(night.PLACE, night.ZONE), DoorView()
    model.changed.connect(view.display)
    view.display(model.state)
    model.setParent(view)
    model.cameras_found(night.CAMERAS)
    model.camera_changed(night.RUNNING)
    view.show_frame(night.frame())
    model.counted(COUNTS)
    for outcome in outcomes:
        model.judged(outcome)
    model.synced(night.WELL)
    return model, view


def with_desk(*outcomes: Outcome) -> tuple[DoorModel, DoorView, DeskModel]:
    """The same with counts, an operator, and a desk that knows its crew."""
    model, view = door()
    desk = DeskModel(view)
    desk.changed.connect(view.ask)
    desk.operator_changed.connect(model.operator_changed)
    view.desk.answered.connect(desk.answered)
    view.desk.dropped.connect(desk.dropped)
    view.undo_asked.connect(desk.undo_asked)
    desk.operators_known(CREW)
    model.operator_changed(BO)
    for outcome in outcomes:
        model.judged(outcome)
        desk.judged(outcome)
    model.synced(night.WELL)
    return model, view, desk


def used_twice() -> Outcome:
    """A refusal that a supervisor may set aside."""
    refused = night.refused(Reason.ALREADY_USED, after_s=58)
    return replace(refused, verdict=Refused(Reason.ALREADY_USED, night.SERIAL, True), serial=night.SERIAL)


def unpaid() -> Outcome:
    """A guest who was asked for payment."""
    outcome = night.refused(Reason.UNPAID, after_s=58)
    return replace(outcome, verdict=Refused(Reason.UNPAID, night.SERIAL, True), serial=night.SERIAL)


def mother() -> Outcome:
    """The first of a family."""
    return replace(night.admitted("Zoë Müller", "Family ticket", after_s=58), serial=night.SERIAL, party=3, fact=FACT)


def all_scenes(shift: Sequence[Outcome]) -> Iterator[tuple[str, QWidget]]:
    """Each state's name and its window."""
    shift = [
        replace(each, fact=UUID(int=100 + number)) if isinstance(each.verdict, Admitted) else each
        for number, each in enumerate(shift)
    ]
    yield "desk-at-work", with_desk(*shift)[1]
    yield "desk-override", _override(shift)
    yield "desk-payment", _payment(shift)
    yield "desk-party", _party(shift)
    yield "desk-together", _together(shift)
    yield "desk-undo", _undo(shift)
    yield "desk-late-undo", _late_undo(shift)
    yield "desk-sign-in", _sign_in(shift)
    yield "desk-new-operator", _new_operator(shift)
    yield "desk-rehearsal", _rehearsal(shift)


def _override(shift: Sequence[Outcome]) -> QWidget:
    _, view, desk = with_desk(*shift, used_twice())
    desk.override_asked()
    desk.answered(Answer(picked=("m",), blanks={"reason": "her own sister", "pin": "1234"}))
    desk.pin_checked(WrongPin())
    return view


def _payment(shift: Sequence[Outcome]) -> QWidget:
    _, view, desk = with_desk(*shift, unpaid())
    desk.payment_asked()
    return view


def _party(shift: Sequence[Outcome]) -> QWidget:
    _, view, desk = with_desk(*shift, mother())
    desk.party_asked()
    desk.party_found(FAMILY)
    return view


def _together(shift: Sequence[Outcome]) -> QWidget:
    model, view, _ = with_desk(*shift, mother(), used_twice())
    model.judged_together([mother(), night.admitted("Emil Müller", "Family ticket", after_s=58), used_twice()])
    return view


def _undo(shift: Sequence[Outcome]) -> QWidget:
    model, view, _ = with_desk(*shift, mother())
    model.undone(UUID(int=106))
    view.undo_asked.emit(model.state.scans[0])
    return view


def _late_undo(shift: Sequence[Outcome]) -> QWidget:
    model, view, desk = with_desk(*shift, mother())
    view.undo_asked.emit(model.state.scans[0])
    desk.not_undone(FACT, WhyNot.TOO_LATE)
    return view


def _sign_in(shift: Sequence[Outcome]) -> QWidget:
    _, view, desk = with_desk(*shift)
    desk.sign_in_asked()
    return view


def _new_operator(shift: Sequence[Outcome]) -> QWidget:
    _, view, desk = with_desk(*shift)
    desk.sign_in_asked()
    desk.answered(Answer(button="add"))
    return view


def _rehearsal(shift: Sequence[Outcome]) -> QWidget:
    model, view, _ = with_desk()
    model.rehearsing(True)
    for outcome in (*shift[:2], mother()):
        model.judged(replace(outcome, rehearsal=True))
    model.counted(COUNTS)
    return view
