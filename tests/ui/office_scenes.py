"""The office's window in its states, for pictures and tests: an evening of three conflicts, told and not asked."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget

from eventreg_core.conflict import Class, Outcome
from eventreg_desktop.admin.answers import (
    CheckInList,
    Completeness,
    Conflict,
    Decision,
    Detail,
    Event,
    Journal,
    Step,
    Told,
)
from eventreg_desktop.ui import style
from eventreg_desktop.ui.conflicts.state import Bulk, Filter, OfficeState, Screen, Undo
from eventreg_desktop.ui.conflicts.view import OfficeWindow

FOLDER = tempfile.TemporaryDirectory()
"""Where these windows remember their colours; gone with the process."""
NIGHT = datetime(2026, 11, 28, 19, 4, 12, tzinfo=UTC)
EVENT = Event(UUID(int=1), "Lakeside Festival 2026", "Europe/Berlin", NIGHT)
MAIN, NORTH, SOUTH = "Main entrance", "North gate", "South gate"


def conflict(number: int, kind: Class, name: str | None, **fields: object) -> Conflict:
    """One of them; fields override."""
    at = NIGHT + timedelta(minutes=7 * number)
    told = {
        "id": UUID(int=number),
        "kind": kind,
        "name": name,
        "list_name": MAIN,
        "fact_ids": (UUID(int=number * 10), UUID(int=number * 10 + 1)),
        "facts": (Told(at, NORTH, "Laptop 3"), Told(at + timedelta(seconds=71), SOUTH, "Laptop 5")),
        "undue": (UUID(int=number * 10 + 1),),
        "outcome": Outcome.ACCEPTED,
        "proposed": "Accept.",
        "updated_at": at,
    }
    return Conflict(**told | fields)  # type: ignore[arg-type]


DOUBLE = conflict(
    1,
    Class.DOUBLE_ENTRY,
    "Zoë Müller",
    outcome=Outcome.ANNULLED,
    proposed="Admitted once more than the list allows. At the same gate within two minutes: probably one person, "
    "scanned twice. Annul what is too much.",
    decisions=(Decision(Outcome.ACCEPTED, NIGHT + timedelta(hours=2), "Ines Prado"),),
)
LATE = conflict(
    2,
    Class.LATE_CANCEL,
    "Łukasz Wiśniewski",
    undue=(),
    proposed="The ticket was cancelled, but the door had not heard of it yet. It could not know: accept, or ask for "
    "money.",
)
OTHERS = (
    conflict(3, Class.TURNED_AWAY, "李 小龙", undue=()),
    conflict(4, Class.UNKNOWN_SERIAL, None, serial="3f9ad10277aa01b2", undue=()),
    conflict(5, Class.MISSING_FACTS, None, device="Laptop 7 (Windows)", list_name=None, facts=(), undue=()),
    conflict(6, Class.CLOCK_SUSPECT, "Maria-Magdalena Freiin von Hohenstein-Wittgenstein zu Löwenberg", undue=()),
    conflict(7, Class.WRONG_LIST, "Sinéad O'Brien", place=2, list_name="Backstage", undue=()),
)
STEPS = (
    Step(kind="check_in", at=NIGHT, gate=NORTH, device="Laptop 3", told="admitted", due="admitted"),
    Step(
        kind="check_in",
        at=NIGHT + timedelta(seconds=71),
        gate=NORTH,
        device="Laptop 5",
        told="admitted",
        due="refused",
        due_reason="already_used",
        could_know=False,
        undue=True,
    ),
    Step(kind="exit", at=NIGHT + timedelta(minutes=90), gate=SOUTH, device="Laptop 5", told="admitted", due="admitted"),
    Step(
        kind="refused_scan",
        at=NIGHT + timedelta(minutes=130),
        gate=NORTH,
        device="Laptop 3",
        told="refused",
        told_reason="already_used",
        due="refused",
        due_reason="already_used",
    ),
)
LATE_STEPS = (
    Step(kind="ticket_changed", at=NIGHT, text="The ticket was cancelled"),
    Step(
        kind="check_in",
        at=NIGHT + timedelta(minutes=14),
        gate=SOUTH,
        device="Laptop 5",
        told="admitted",
        due="refused",
        due_reason="cancelled",
        could_know=False,
        own_clock=True,
        undue=True,
    ),
    Step(
        kind="check_in",
        at=NIGHT + timedelta(minutes=31),
        gate=NORTH,
        device="Laptop 3",
        told="admitted",
        due="refused",
        due_reason="cancelled",
        undone=True,
    ),
    Step(kind="annulment", at=NIGHT + timedelta(minutes=32), device="Laptop 3"),
)
STATE = OfficeState(
    screen=Screen.CONFLICTS,
    address="https://tickets.example.org",
    events=(EVENT,),
    event=EVENT,
    lists=(CheckInList(UUID(int=9), MAIN),),
    items=(DOUBLE, LATE, *OTHERS),
    total=48,
    open=(("double_entry", 31), ("late_cancel", 9), ("turned_away", 3), ("missing_facts", 1), ("wrong_list", 4)),
    cursor="more",
    chosen=DOUBLE.id,
    detail=Detail(DOUBLE, STEPS),
)
LAPTOPS = Completeness(
    complete=False,
    facts=4218,
    missing=9,
    fingerprint="b1" * 32,
    at=NIGHT + timedelta(hours=9),
    journals=(
        Journal(
            name="Laptop 3",
            revoked=False,
            state="complete",
            facts=2210,
            last_seq=2210,
            head_seq=2210,
            head_hash="8c1f" * 16,
            heard_at=NIGHT + timedelta(hours=8),
        ),
        Journal(
            name="Laptop 5",
            revoked=False,
            state="missing",
            facts=1991,
            last_seq=2000,
            head_seq=811,
            head_hash="02ab" * 16,
            gaps=((812, 819), (1400, 1400)),
            heard_at=NIGHT + timedelta(hours=7),
        ),
        Journal(
            name="Laptop 7 (Windows)",
            revoked=True,
            state="held",
            facts=17,
            last_seq=17,
            head_seq=17,
            head_hash="77fe" * 16,
            held=17,
            heard_at=NIGHT + timedelta(hours=2),
        ),
        Journal(name="Spare", revoked=False, state="silent", facts=0, last_seq=0, head_seq=0),
    ),
)


def window(state: OfficeState) -> OfficeWindow:
    """The window in this state."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    settings = QSettings(str(Path(FOLDER.name) / "office.ini"), QSettings.Format.IniFormat)
    style.remember(settings, next(each for each, worn in style.SCHEMES.items() if worn == style.colours()))
    made = OfficeWindow(app, settings)
    made.display(state)
    return made


CHANGED = "New scans arrived since this was shown, or it is gone. Look at it again, then settle it."
BULK = Bulk(Class.DOUBLE_ENTRY, "proposed", NIGHT, tuple(UUID(int=number) for number in range(200)), 112)
STATES = {
    "office-sign-in": OfficeState(address="https://tickets.example.org"),
    "office-conflicts": STATE,
    "office-late": replace(
        STATE,
        chosen=LATE.id,
        detail=Detail(LATE, LATE_STEPS),
        undo=Undo((UUID(int=3),), ""),
        said="Accepted: 李 小龙, Turned away",
    ),
    "office-bulk": replace(STATE, filter=Filter(Class.DOUBLE_ENTRY), bulk=BULK),
    "office-done": replace(STATE, items=(), total=0, open=(), chosen=None, detail=None, cursor=None),
    "office-changed": replace(STATE, problem=CHANGED, items=(DOUBLE, LATE)),
    "office-everything": replace(STATE, screen=Screen.EVERYTHING, everything=LAPTOPS),
    "office-complete": replace(
        STATE,
        screen=Screen.EVERYTHING,
        everything=Completeness(True, 2210, 0, LAPTOPS.fingerprint, LAPTOPS.journals[:1], LAPTOPS.at),
    ),
}


def all_scenes() -> Iterator[tuple[str, QWidget]]:
    """Each state's name and its window."""
    for name, state in STATES.items():
        yield name, window(state)
