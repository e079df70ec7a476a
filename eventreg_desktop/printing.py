"""Badges and paper: what the door wants printed goes to the print room, and what becomes of it to the screen."""

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, QSettings, QStandardPaths, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.badge import Paper, PrintSetup, Template, Wanted, usual
from eventreg_desktop.door.door_list import By
from eventreg_desktop.store.mirror import EventHere
from eventreg_desktop.store.stores import Folder
from eventreg_desktop.ui.door.ask import Answer, Matter
from eventreg_desktop.ui.door.desk import DeskModel
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.print_model import PrintModel
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.work.door import DoorWorker
from eventreg_desktop.work.laptop import Enrolled
from eventreg_desktop.work.printing.paper_list import ListMaker
from eventreg_desktop.work.printing.room import Booth, Looks, PrintRoom

PREVIEW_WIDTH = 860
"""Pixels: ten a millimetre of a card."""


class Printing(QObject):
    """Lives as long as the program; doors come and go. Whatever is wrong here, scanning goes on."""

    def __init__(
        self, folder: Folder, settings: QSettings, desk: DeskModel, clock: Clock, parent: QObject | None = None
    ) -> None:
        """Nothing is opened before the first door is."""
        super().__init__(parent)
        self._folder = folder
        self._settings = settings
        self._desk = desk
        self._clock = clock
        self._room: PrintRoom | None = None
        self._booth: Booth | None = None
        self._list: UUID | None = None
        self.model = PrintModel(self)
        self.maker = ListMaker(self)
        self.model.set_up(_setup_of(settings), str(settings.value("print/logo", "")))
        self._connect()

    def serve(self, view: DoorView, door: DoorModel) -> None:
        """Let this screen ask for badges and paper, and show what becomes of them."""
        self._view, self._door = view, door
        corner, panel = view.prints, view.prints.panel
        self.model.changed.connect(corner.display)
        self.model.asked.connect(self._desk.shown)
        self._desk.operator_changed.connect(self.model.operator_changed)
        view.desk.answered.connect(self._answered)
        corner.badge_asked.connect(self.model.badge_asked)
        corner.log_asked.connect(self.model.log_asked)
        corner.set_up_asked.connect(self.model.set_up_asked)
        corner.log.again_asked.connect(self.model.again_asked)
        panel.printer_picked.connect(self.model.printer_picked)
        panel.paper_picked.connect(self.model.paper_picked)
        panel.automatic_picked.connect(self.model.automatic_picked)
        panel.type_picked.connect(self.model.type_picked)
        panel.type_picked.connect(self._show_look)
        panel.look_picked.connect(self.model.look_picked)
        panel.logo_asked.connect(self._pick_logo)
        panel.folder_asked.connect(self._pick_folder)
        panel.order_picked.connect(self.model.order_picked)
        panel.cancel_asked.connect(self.maker.cancel)
        panel.show_asked.connect(_show)
        corner.list_asked.connect(self.model.list_asked)
        corner.display(self.model.state)

    def at_work(self, enrolled: Enrolled, event: EventHere, worker: DoorWorker, check_in_list: UUID) -> None:
        """Print for the door that was just opened."""
        room = self._opened_room()
        self._list = check_in_list
        self._booth = Booth(enrolled.event, event.name, enrolled.door_stores)
        self.model.placed(event.zone)
        worker.judged.connect(self.model.judged)
        worker.sold.connect(self.model.sold)
        room.work_for(self._booth)

    def leave(self) -> None:
        """The door closes: give its guest list back."""
        self.maker.cancel()
        self._booth = None
        if self._room is not None:
            self._room.work_for(None)

    def stop(self) -> None:
        """Print what was asked, give everything back."""
        self.maker.stop()
        if self._room is not None:
            self._room.stop()

    @Slot(object)
    def print_ticket(self, wanted: Wanted) -> None:
        """Print a badge of this ticket, as this laptop prints; twice for one fact, or without a reason, does nothing.

        Returns at once. Where no printer is chosen, the panel that asks for one is shown.
        """
        if not self.model.state.setup.printer:
            self.model.set_up_asked(True)
        elif self._room is not None:
            self._room.print(wanted, self._looks())

    def _opened_room(self) -> PrintRoom:
        if self._room is None:
            self._room = PrintRoom(self._folder, self._clock, self)
            self._room.listed.connect(self.model.listed)
            self._room.has_badge.connect(self.model.has_badge)
            self._room.types_known.connect(self.model.types_known)
            self._room.types_known.connect(self._show_look)
            self._room.printers_found.connect(self.model.printers_found)
            self._room.previewed.connect(self._view.prints.panel.show_picture)
            self._room.noticed.connect(self._door.noticed)
            self._room.mended.connect(self._door.mended)
        return self._room

    def _connect(self) -> None:
        self.model.print_wanted.connect(self.print_ticket)
        self.model.setup_changed.connect(self._keep_setup)
        self.model.template_changed.connect(self._keep_template)
        self.model.logo_changed.connect(self._keep_logo)
        self.model.preview_wanted.connect(self._preview)
        self.model.printers_wanted.connect(self._find_printers)
        self.model.log_opened.connect(self._log_opened)
        self.model.list_wanted.connect(self._make_list)
        self.maker.progressed.connect(self.model.list_progressed)
        self.maker.made.connect(self.model.list_made)
        self.maker.not_made.connect(self.model.list_not_made)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        ask = self._desk.ask
        if ask is None or ask.matter is not Matter.PRINT_AGAIN:
            return
        wrong = self.model.answer_again(answer)
        if wrong:
            self._desk.failed(wrong)
        else:
            self._desk.dropped()

    @Slot(object)
    def _keep_setup(self, setup: PrintSetup) -> None:
        for key, value in (
            ("print/printer", setup.printer),
            ("print/folder", setup.folder),
            ("print/paper", setup.paper.value),
            ("print/automatic", "yes" if setup.automatic else "no"),
        ):
            self._settings.setValue(key, value)

    @Slot(int, object)
    def _keep_template(self, number: int, template: Template) -> None:
        kept = [template.accent, "yes" if template.code else "no", "yes" if template.logo else "no"]
        self._settings.setValue(self._key(number), kept)

    @Slot(str)
    def _keep_logo(self, file: str) -> None:
        self._settings.setValue("print/logo", file)

    @Slot()
    def _show_look(self) -> None:
        self.model.look_known(self._template(self.model.state.number))
        self._preview()

    @Slot()
    def _preview(self) -> None:
        state = self.model.state
        if self._room is not None and state.set_up:
            name = self.tr("Alex Morgan")
            self._room.preview(name, state.number, self._template(state.number), self._looks(), PREVIEW_WIDTH)

    @Slot()
    def _find_printers(self) -> None:
        if self._room is not None:
            self._room.find_printers()

    @Slot()
    def _log_opened(self) -> None:
        if self._room is not None:
            self._room.seen()
            self._room.refresh()

    @Slot(bool)
    def _make_list(self, by_last: bool) -> None:
        if self._booth is not None and self._list is not None:
            folder = Path(self.model.state.setup.folder)
            by = By.LAST if by_last else By.NAME
            self.maker.make(self._booth.open_stores, self._clock, self._booth.event, self._list, by, folder)

    def _looks(self) -> Looks:
        state = self.model.state
        templates = {each.number: self._template(each.number) for each in state.types}
        return Looks(state.setup, templates, Path(state.logo) if state.logo else None)

    def _template(self, number: int) -> Template:
        kept = self._settings.value(self._key(number))
        if not isinstance(kept, list) or len(kept) != 3:
            return usual(max(number, 1))
        return Template(str(kept[0]), kept[1] == "yes", kept[2] == "yes")

    def _key(self, number: int) -> str:
        event = "" if self._booth is None else str(self._booth.event)
        return f"badge/{event}/{number}"

    @Slot()
    def _pick_folder(self) -> None:
        dialog = QFileDialog(self._view, self.tr("Folder for badges and door lists"), self.model.state.setup.folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.model.folder_picked)
        self._show_dialog(dialog)

    @Slot()
    def _pick_logo(self) -> None:
        pictures = self.tr("Pictures (*.png *.jpg *.jpeg *.svg)")
        dialog = QFileDialog(self._view, self.tr("Logo on badges"), "", pictures)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.model.logo_picked)
        self._show_dialog(dialog)

    def _show_dialog(self, dialog: QFileDialog) -> None:
        """Beside the window, not before it: scanning goes on."""
        dialog.setModal(False)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()


def _show(file: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(file))


def _setup_of(settings: QSettings) -> PrintSetup:
    paper = str(settings.value("print/paper", Paper.CARD.value))
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return PrintSetup(
        str(settings.value("print/printer", "")),
        str(settings.value("print/folder", "")) or str(Path(documents) / "EventReg"),
        Paper(paper) if paper in set(Paper) else Paper.CARD,
        settings.value("print/automatic", "no") == "yes",
    )
