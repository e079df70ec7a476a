"""The window in each of its states, for pictures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from PySide6.QtWidgets import QWidget

from eventreg_core.admission import Kind, Note, Reason
from eventreg_desktop.door.lookup import Found
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import CameraState, CameraStatus, DoorState
from eventreg_desktop.ui.setup.state import Eye, GateChoice, ListChoice, SetupState, Step
from eventreg_desktop.ui.setup.view import SetupView
from tests.ui import desk_scenes, night, office_scenes, print_scenes, walk_in_scenes
from tests.ui.desk_scenes import door as door
from tests.ui.desk_scenes import fade as fade

SETUP = {
    "setup-enrol": SetupState(),
    "setup-error": SetupState(error="This code was used already. Ask the organizer for a new one."),
    "setup-working": SetupState(Step.WORKING, progress="Fetching the guest list: 38 %. You may scan in a moment."),
    "setup-camera-blind": SetupState(
        eye=Eye.BLIND,
        eye_words="No pictures from the camera. Close other programs that use it, or paste the code instead.",
    ),
    "setup-leaving": SetupState(
        Step.WORKING,
        progress="Closing this door …",
        event="Lakeside Festival 2026",
        lists=(ListChoice(UUID(int=1), "Main entrance", (GateChoice(UUID(int=2), "Gate A"),)),),
    ),
    "setup-place": SetupState(
        Step.PLACE,
        event="Lakeside Festival 2026",
        lists=(
            ListChoice(UUID(int=1), "Main entrance", (GateChoice(UUID(int=2), "Gate A"), GateChoice(UUID(int=3), "B"))),
        ),
    ),
}


def all_scenes() -> Iterator[tuple[str, QWidget]]:
    """Each state's name and its window."""
    yield "door-ready", door()[1]
    shift = night.shift()
    yield "door-admitted", door(*shift, night.admitted("Zoë Müller", "Weekend pass", after_s=52))[1]
    yield "door-admitted-long", door(*shift[:-1])[1]
    yield "door-admitted-two-lines", _two_lines(shift)
    yield "door-look", door(*shift, replace(night.noted(Note.UNSYNCED), at=night.NOON + timedelta(seconds=52)))[1]
    yield "door-ask", door(*shift[:5])[1]
    yield "door-already-used", door(*shift, night.refused(Reason.ALREADY_USED, after_s=58, repeated=2))[1]
    yield "door-not-ours", door(*shift, night.refused(Reason.UNREADABLE, after_s=58))[1]
    yield "door-offline", _offline(shift)
    yield "door-trouble", _trouble(shift)
    yield "door-search", _search(shift, "mül", Found(night.FOUND))
    yield "door-search-alike", _search(shift, "mueler", Found(alike=night.FOUND[:2]))
    yield "door-search-nobody", _search(shift, "xyzzy", Found())
    yield "door-exit", _exit(shift)
    yield from desk_scenes.all_scenes(shift)
    yield from print_scenes.all_scenes(shift)
    yield from walk_in_scenes.all_scenes(shift)
    yield from office_scenes.all_scenes()
    for name, state in SETUP.items():
        view = SetupView()
        view.display(state)
        yield name, view
    parts = SetupView()
    parts.display(SetupState())
    parts.enrol.to_parts.click()
    yield "setup-parts", parts
    yield "setup-camera", _setup_camera("")
    yield (
        "setup-camera-ticket",
        _setup_camera(
            "This is a ticket, not an enrolment code. Hold up the code that the organizer shows under Devices."
        ),
    )


def _setup_camera(error: str) -> QWidget:
    view = SetupView()
    view.display(SetupState(error=error, eye=Eye.OPEN))
    view.show_frame(night.frame())
    return view


def _two_lines(shift: list[Outcome]) -> QWidget:
    name = "Maria-Magdalena Freiin von Hohenstein-Wittgenstein zu Löwenberg"
    return door(*shift, night.admitted(name, "Weekend pass with camping and a place for a caravan", after_s=52))[1]


def _offline(shift: list[Outcome]) -> QWidget:
    model, view = door(*shift)
    model.synced(night.OFFLINE)
    return view


def trouble_state() -> DoorState:
    """A door whose camera was lost."""
    model = DoorModel(night.PLACE, night.ZONE)
    model.camera_changed(CameraState(CameraStatus.LOST, "0"))
    return model.state


def _trouble(shift: list[Outcome]) -> QWidget:
    model, view = door(*shift[:3])
    model.rested()
    model.camera_changed(CameraState(CameraStatus.LOST, "0", "The camera is gone. Check its cable, or choose another."))
    model.noticed("keyring_in_memory", "")
    model.noticed("no_sound", "")
    model.synced(replace(night.OFFLINE, unsent=128))
    return view


def _search(shift: list[Outcome], typed: str, found: Found) -> QWidget:
    model, view = door(*shift)
    view.search.line.setText(typed)
    model.asked(typed)
    model.found(typed, found)
    if found.exact:
        view.search.list.setCurrentRow(0)
    return view


def _exit(shift: list[Outcome]) -> QWidget:
    model, view = door(*shift)
    model.kind_picked(Kind.EXIT)
    model.judged(replace(night.admitted("Bo", "Crew", after_s=71), kind=Kind.EXIT))
    return view
