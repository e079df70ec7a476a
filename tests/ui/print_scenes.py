"""Printing on the door screen in each of its states, for pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from PySide6.QtWidgets import QWidget

from eventreg_desktop.door.badge import Again, Badge, Paper, PrintSetup, TypeHere, usual
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.printed import JobState, Printed
from eventreg_desktop.ui.door.print_model import PrintModel
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.work.printing.card import pictured
from eventreg_desktop.work.printing.room import SAMPLE_CODE, SAMPLE_TOKEN
from tests.ui import desk_scenes, night

LASER = "Brother QL-820NWB"
TYPES = (TypeHere(1, "Weekend pass"), TypeHere(2, "Crew"), TypeHere(3, "Press"))
_STATES = (JobState.PRINTING, JobState.PRINTED, JobState.FAILED, JobState.UNKNOWN, JobState.PRINTED, JobState.PRINTED)
_NAMES = ("Zoë Müller", "Łukasz Wójcik", "عبد الرحمن الهاشمي", "Maria-Magdalena Freiin von Hohenstein", "", "Bo")


def jobs() -> tuple[Printed, ...]:
    """A print log with something of each kind."""
    return tuple(
        Printed(
            UUID(int=number + 1),
            bytes([number]) * 8,
            _NAMES[number],
            TYPES[number % 3].name,
            state,
            night.NOON - timedelta(seconds=47 * number),
            LASER,
            automatic=number in (1, 4),
            again=Again.LOST if number == 5 else "",
        )
        for number, state in enumerate(_STATES)
    )


def with_printing(*outcomes: Outcome, setup: PrintSetup | None = None) -> tuple[PrintModel, DoorView]:
    """A door with its desk that prints."""
    model, view, desk = desk_scenes.with_desk()
    prints = PrintModel(view)
    prints.changed.connect(view.prints.display)
    prints.asked.connect(desk.shown)
    for asked, heard in (
        (view.prints.badge_asked, prints.badge_asked),
        (view.prints.log_asked, prints.log_asked),
        (view.prints.set_up_asked, prints.set_up_asked),
        (view.prints.log.again_asked, prints.again_asked),
    ):
        asked.connect(heard)
    prints.placed(night.ZONE)
    prints.set_up(setup or PrintSetup(LASER, "Documents/EventReg", Paper.CARD), "")
    for outcome in outcomes:
        model.judged(outcome)
        desk.judged(outcome)
        prints.judged(outcome)
    prints.types_known(TYPES)
    prints.look_known(usual(1))
    prints.listed(jobs())
    return prints, view


def all_scenes(shift: Sequence[Outcome]) -> Iterator[tuple[str, QWidget]]:
    """Each state's name and its window."""
    last = replace(night.admitted("Zoë Müller", "Weekend pass", after_s=52), serial=night.SERIAL)
    prints, view = with_printing(*shift, last)
    prints.log_asked(True)
    yield "print-log", view
    prints, view = with_printing(*shift, last)
    prints.log_asked(True)
    prints.again_asked(0)
    yield "print-again", view
    yield "print-set-up", _set_up(shift, last, Paper.CARD)
    yield "print-set-up-a6", _set_up(shift, last, Paper.A6)
    yield "print-door-list", _door_list(shift, last)


def _set_up(shift: Sequence[Outcome], last: Outcome, paper: Paper) -> QWidget:
    prints, view = with_printing(*shift, last, setup=PrintSetup(LASER, "", paper, automatic=True))
    prints.set_up_asked(True)
    prints.printers_found((LASER, "Office"))
    view.resize(1366, 768)
    badge = Badge("Alex Morgan", "Weekend pass", night.PLACE.event, SAMPLE_CODE, SAMPLE_TOKEN)
    view.prints.panel.show_picture(pictured(paper, badge, usual(1), None, 860))
    return view


def _door_list(shift: Sequence[Outcome], last: Outcome) -> QWidget:
    view = _set_up(shift, last, Paper.ROLL)
    prints = view.findChild(PrintModel)
    assert prints is not None
    prints.list_asked()
    prints.list_progressed(1204, 2858)
    return view
