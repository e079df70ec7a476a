"""The door while it sells to walk-ins, in each of its states, for pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from PySide6.QtWidgets import QWidget

from eventreg_core.facts import PayMethod
from eventreg_desktop.door.counts import Shelf
from eventreg_desktop.door.door import Taken
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.walk_in import Sold
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.ui.door.walk_in import WalkInModel
from eventreg_desktop.ui.door.walk_in_corner import WalkInCorner
from tests.sync.festival import Festival
from tests.ui import desk_scenes, night

DAY, WEEKEND = Shelf(1, "Day pass", 42, 4500, "EUR"), Shelf(2, "Weekend", 3, 8900, "EUR")
CREW, FAMILY = Shelf(3, "Crew & backstage", 6, 0, "EUR"), Shelf(4, "Family ticket", 0, 12000, "EUR")
SHELVES = (DAY, WEEKEND, CREW, FAMILY)
CASH = Taken(4500, "EUR", PayMethod.CASH)
SALE = UUID(int=77)


def shop(*outcomes: Outcome, shelves: tuple[Shelf, ...] = SHELVES) -> tuple[DoorModel, DoorView, WalkInModel]:
    """A door with a stock, at work."""
    model, view, desk = desk_scenes.with_desk(*outcomes)
    walk_ins, corner = WalkInModel(desk, view), WalkInCorner(view, view.offers)
    corner.asked.connect(walk_ins.asked)
    walk_ins.offered.connect(corner.offer)
    view.desk.answered.connect(walk_ins.answered)
    model.stocked.connect(walk_ins.stocked)
    model.counted(replace(desk_scenes.COUNTS, shelves=shelves))
    return model, view, walk_ins


def bought(name: str = "Zoë Übel", **fields: object) -> Sold:
    """A sale; fields override."""
    outcome = replace(night.admitted(name, "Day pass", after_s=60), fact=UUID(int=78))
    made = Sold(SALE, bytes(8), Festival().text(bytes(range(8))), name, "Day pass", CASH, outcome)
    return replace(made, **fields)  # type: ignore[arg-type]


def all_scenes(shift: Sequence[Outcome]) -> Iterator[tuple[str, QWidget]]:
    """Each state's name and its window."""
    yield "walk-in-offered", shop(*shift, shelves=(DAY, CREW))[1]
    yield "walk-in-asked", _asked(shift)
    yield "walk-in-sold", _sold(shift)
    yield "walk-in-give-back", _give_back(shift)
    yield "walk-in-low", _health(shift)


def _asked(shift: Sequence[Outcome]) -> QWidget:
    _, view, walk_ins = shop(*shift)
    walk_ins.asked()
    view.desk.blanks["name"].setText("Zoë Übel")
    return view


def _sold(shift: Sequence[Outcome]) -> QWidget:
    model, view, walk_ins = shop(*shift)
    sold = bought()
    assert sold.outcome is not None
    model.judged(sold.outcome)
    walk_ins.sold(sold)
    return view


def _give_back(shift: Sequence[Outcome]) -> QWidget:
    _, view, walk_ins = shop(*shift)
    walk_ins.give_back(CASH)
    return view


def _health(shift: Sequence[Outcome]) -> QWidget:
    model, view, _ = shop(*shift, shelves=(DAY, WEEKEND))
    model.health_told.connect(view.ask)
    model.tell_health()
    return view
