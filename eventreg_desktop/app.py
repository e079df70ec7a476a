"""The window's program: the only place where its objects are built and connected."""

import platform
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QSettings, Slot
from PySide6.QtWidgets import QApplication

from eventreg_core.enrolment import Enrolment
from eventreg_core.problems import Problem
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.door import Door
from eventreg_desktop.duty import Duty
from eventreg_desktop.places import Everywhere, remember
from eventreg_desktop.printing import Printing
from eventreg_desktop.setup_camera import SetupCamera
from eventreg_desktop.shift import Shift
from eventreg_desktop.store.stores import Folder
from eventreg_desktop.store.vault import Vault, open_vault
from eventreg_desktop.ui.door import camera_menu
from eventreg_desktop.ui.door.desk import DeskModel
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import CameraChoice, CameraSet, Place
from eventreg_desktop.ui.main_window import MainWindow
from eventreg_desktop.ui.setup.model import SetupModel
from eventreg_desktop.ui.setup.state import PlacePicked
from eventreg_desktop.work.awake import Awake
from eventreg_desktop.work.background import Background
from eventreg_desktop.work.camera import CameraChoice as CameraThere
from eventreg_desktop.work.camera import Source, list_cameras
from eventreg_desktop.work.disk import DiskWatch
from eventreg_desktop.work.laptop import Enrolled, Places, become_enrolled, find_enrolled, get_all_places
from eventreg_desktop.work.sound import Sound


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for: an enrolment text to begin with, and the camera (number, file or address)."""

    enrol: str = ""
    source: str = ""


class App(QObject):
    """From the start of the program to an open door. The GUI thread opens no file and asks no server: `Background`."""

    def __init__(self, qt: QApplication, settings: QSettings, folder: Folder, clock: Clock, asked: Asked) -> None:
        """Build the window and connect it; nothing is opened before `start`."""
        super().__init__()
        self._settings = settings
        self._folder = folder
        self._clock = clock
        self._asked = asked
        self._vault: Vault | None = None
        self._was_enrolled = False
        self._known: tuple[Enrolled, Everywhere] | None = None
        self.shift: Shift | None = None
        self.background = Background(self)
        self.window = MainWindow(qt, settings)
        self.setup = SetupModel(self)
        self.door = DoorModel(Place(), "UTC", parent=self)
        self.desk = DeskModel(self)
        self.duty = Duty(self.background, self.desk, clock, self)
        self.printing = Printing(folder, settings, self.desk, clock, self)
        self.awake = Awake(parent=self)
        self.disk = DiskWatch(folder.path, parent=self)
        self.sound = Sound(parent=self)
        self.setup_camera = SetupCamera(self.window.setup, self.setup, self._camera_spec, self)
        self._connect_setup()
        self._connect_door()

    def start(self) -> None:
        """Show the window, and find out what this laptop is."""
        self.sound.start()
        self.window.setup.display(self.setup.state)
        self.window.show_setup()
        self.window.show()
        self.setup.progressed(self.tr("Opening this laptop's files …"))
        self.background.run(open_vault, self._vault_opened, self._setup_failed)

    def stop(self) -> None:
        """Close everything that was opened; returns when no thread of ours runs."""
        self.setup_camera.stop()
        if self.shift is not None:
            self.shift.stop()
            self._forget_shift()
        self.printing.stop()
        self.background.stop()
        self.sound.stop()
        self.awake.let_sleep()

    def _connect_setup(self) -> None:
        view = self.window.setup
        view.text_entered.connect(self.setup.text_entered)
        view.typed.connect(self.setup.typed)
        view.place_picked.connect(self.setup.place_picked)
        view.camera_toggled.connect(self.setup.camera_toggled)
        self.setup.changed.connect(view.display)
        self.setup.enrol_wanted.connect(self._enrol)
        self.setup.place_wanted.connect(self._open_door)
        self.setup.camera_wanted.connect(self.setup_camera.wanted)

    def _connect_door(self) -> None:
        view = self.window.door
        self.door.changed.connect(view.display)
        self.door.spoke.connect(self.sound.play)
        self.sound.noticed.connect(self.door.noticed)
        self.sound.mended.connect(self.door.mended)
        view.asked.connect(self.door.asked)
        view.chosen.connect(self.door.chosen)
        view.kind_picked.connect(self.door.kind_picked)
        view.discretion_picked.connect(self._discretion_picked)
        self.door.discretion_picked(self._settings.value("discreet", "no") == "yes")
        view.mute_toggled.connect(self.door.mute_toggled)
        view.camera_picked.connect(self._camera_picked)
        view.header.camera_set.connect(self._camera_set)
        self.door.camera_set(camera_menu.remembered(self._settings))
        view.place_change_asked.connect(self._leave_place)
        self.duty.serve(view, self.door)
        self.printing.serve(view, self.door)
        self.disk.noticed.connect(self.door.noticed)
        self.disk.mended.connect(self.door.mended)
        view.display(self.door.state)

    def _vault_opened(self, vault: Vault) -> None:
        self._vault = vault
        self._look(vault)

    def _look(self, vault: Vault) -> None:
        self.background.run(partial(find_enrolled, self._folder, vault), self._looked, self._setup_failed)

    def _looked(self, enrolled: Enrolled | None) -> None:
        if enrolled is not None and not self._asked.enrol:
            self._enrolled(enrolled)
            return
        self._was_enrolled = enrolled is not None
        self.setup.waited()
        if self._asked.enrol:
            self.setup.text_entered(self._asked.enrol)

    @Slot(object)
    def _enrol(self, enrolment: Enrolment) -> None:
        if self._vault is not None:
            name = platform.node() or "Door"
            work = partial(become_enrolled, self._folder, self._vault, enrolment, name)
            self.background.run(work, self._enrolled, self._enrol_failed)

    def _enrol_failed(self, problem: Problem) -> None:
        """A door that was started again with its old command line, its code used up, is the door that it was."""
        if self._vault is None or not self._was_enrolled:
            self._setup_failed(problem)
            return
        self.door.noticed(problem.code, problem.sentence)
        self._asked = replace(self._asked, enrol="")
        self._look(self._vault)

    def _enrolled(self, enrolled: Enrolled) -> None:
        if self._vault is not None and self._vault.sentence:  # only now it is known: a keyring may fail at any time
            self.door.noticed("keyring_in_memory", self._vault.sentence)
        for notice in enrolled.notices:
            self.door.noticed(notice.code, notice.sentence)
        if self._vault is not None:
            self.duty.begin(enrolled, self._vault)
        self.setup.progressed(self.tr("Fetching the guest list …"))
        self.background.run(
            partial(get_all_places, enrolled, self._clock), partial(self._places_known, enrolled), self._setup_failed
        )

    def _places_known(self, enrolled: Enrolled, found: tuple[tuple[Enrolled, Places], ...]) -> None:
        everywhere = Everywhere(found)
        self._known = (enrolled, everywhere)
        remembered = everywhere.remembered(self._settings)
        if remembered is None:
            self.setup.enrolled(everywhere.title, everywhere.choices())
        else:
            self._open_door(remembered)

    @Slot()
    def _leave_place(self) -> None:
        """Close the door and ask where this laptop stands next. What was scanned stays, and is sent on."""
        if self._known is None or self.shift is None:
            return
        _, everywhere = self._known
        self.setup.offered(everywhere.title, everywhere.choices(), everywhere.remembered(self._settings))
        self.setup.progressed(self.tr("Closing this door …"))
        self.window.show_setup()
        self.printing.leave()
        self.shift.ended.connect(self._place_left)
        self.shift.end()

    @Slot()
    def _place_left(self) -> None:
        if self.shift is None or self._known is None:
            return  # the program was closed meanwhile
        self._forget_shift()
        enrolled, _ = self._known
        work = partial(get_all_places, enrolled, self._clock)  # lists and gates may be others by now
        self.background.run(work, partial(self._places_offered, enrolled), self._setup_failed)

    def _forget_shift(self) -> None:
        self.desk.left()
        if self.shift is not None:
            self.door.rehearsing(False)  # the next door begins for real
            self.shift.deleteLater()
            self.shift = None

    def _places_offered(self, enrolled: Enrolled, found: tuple[tuple[Enrolled, Places], ...]) -> None:
        everywhere = Everywhere(found)
        self._known = (enrolled, everywhere)
        self.setup.offered(everywhere.title, everywhere.choices(), everywhere.remembered(self._settings))

    @Slot(object)
    def _open_door(self, place: PlacePicked) -> None:
        if self._known is None or self.shift is not None:
            return
        here = self._known[1].here(place)
        enrolled, event = here.enrolled, here.places.event
        self.door.placed(Place(event.name, here.list_name, here.gate_name), event.zone)
        present = self.desk.operator
        door = Door(
            event.id,
            place.check_in_list,
            place.gate,
            self.door.state.kind,
            operator=None if present is None else present.id,
            server_key=bytes.fromhex(enrolled.device.server_key),
        )
        remember(self._settings, place)
        spec = self._camera_spec()
        self.shift = Shift(enrolled, door, self._clock, self.window.door, self.door, self)
        self.duty.at_work(self.shift.door)
        self.printing.at_work(enrolled, event, self.shift.door, place.check_in_list)
        self.shift.start(spec)
        self.awake.keep()
        self.disk.start()
        self.window.show_door()
        number = Source.of(spec).spec
        in_use = number if isinstance(number, int) else None  # not opened twice
        self.background.run(partial(list_cameras, in_use), self._cameras_found, self._camera_search_failed)

    def _camera_spec(self) -> str:
        return self._asked.source or self._picked()

    def _picked(self) -> str:
        return str(self._settings.value("camera", "0"))

    @Slot(str)
    def _camera_picked(self, spec: str) -> None:
        self._settings.setValue("camera", spec)
        if self.shift is not None:
            self.shift.look_through(spec)

    @Slot(object)
    def _camera_set(self, chosen: CameraSet) -> None:
        camera_menu.remember(self._settings, chosen)
        again = chosen.size != self.door.state.camera_set.size
        self.door.camera_set(chosen)
        if again and self.shift is not None:
            self.shift.look_through(self.door.state.camera.spec)

    @Slot(bool)
    def _discretion_picked(self, discreet: bool) -> None:
        self._settings.setValue("discreet", "yes" if discreet else "no")
        self.door.discretion_picked(discreet)

    def _cameras_found(self, there: list[CameraThere]) -> None:
        named = {str(each.spec): each.name for each in there}
        for spec in (self._picked(), self._asked.source):
            if spec:
                named = {spec: Source.of(spec).name} | named
        self.door.cameras_found(tuple(CameraChoice(spec, name) for spec, name in named.items()))

    def _camera_search_failed(self, problem: Problem) -> None:
        self.door.noticed(problem.code, problem.sentence)

    def _setup_failed(self, problem: Problem) -> None:
        self.setup.failed(problem.sentence)
