"""What the set-up screen shows, kept up to date by what happens."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from eventreg_core.enrolment import Enrolment, checked, enrolment_of
from eventreg_core.problems import MalformedText
from eventreg_desktop.ui.setup.state import ListChoice, PlacePicked, SetupState, Step


class SetupModel(QObject):
    """From an enrolment text to a place. Holds no widget, asks no server."""

    changed = Signal(object)
    """One frozen `SetupState`, whenever it is another."""
    enrol_wanted = Signal(object)
    """An `Enrolment` whose form is right: ask the server."""
    place_wanted = Signal(object)
    """The `PlacePicked`: open the door there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = SetupState()

    @Slot(str)
    def text_entered(self, text: str) -> None:
        """The whole enrolment text was pasted or scanned."""
        try:
            self._begin(enrolment_of(text))
        except MalformedText as problem:
            self.failed(problem.sentence)

    @Slot(str, str, str)
    def typed(self, url: str, code: str, pin: str) -> None:
        """Address, code and pin were typed; an address without `https://` gets it."""
        address = url.strip() if "://" in url else f"https://{url.strip()}"
        if not url.strip() or not code.strip():
            self.failed(self.tr("Type the server's address and the code. The organizer has both."))
            return
        try:
            self._begin(checked(Enrolment(address.rstrip("/"), code.strip(), pin.strip().replace(":", "").lower())))
        except MalformedText as problem:
            self.failed(problem.sentence)

    @Slot()
    def waited(self) -> None:
        """Nothing goes on any more: the operator's turn."""
        self._become(SetupState())

    @Slot(str)
    def progressed(self, sentence: str) -> None:
        """Something goes on: say what."""
        self._become(replace(self.state, step=Step.WORKING, progress=sentence, error=""))

    @Slot(str)
    def failed(self, sentence: str) -> None:
        """It did not work: `sentence` says what to do; everything typed stays."""
        step = Step.PLACE if self.state.lists else Step.ENROL
        self._become(replace(self.state, step=step, progress="", error=sentence))

    @Slot(str, object)
    def enrolled(self, event: str, lists: tuple[ListChoice, ...]) -> None:
        """This laptop belongs to the event; where there is one place only, it is chosen."""
        self._become(SetupState(Step.PLACE, event=event, lists=tuple(lists)))
        if len(lists) == 1 and len(lists[0].gates) <= 1:
            self.place_wanted.emit(PlacePicked(lists[0].id, lists[0].gates[0].id if lists[0].gates else None))

    @Slot(object)
    def place_picked(self, place: PlacePicked) -> None:
        """The operator chose a place."""
        self.place_wanted.emit(place)

    def _begin(self, enrolment: Enrolment) -> None:
        if self.state.step is Step.WORKING:
            return  # a scanner typed the code twice
        self.progressed(self.tr("Asking the server …"))
        self.enrol_wanted.emit(enrolment)

    def _become(self, state: SetupState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)
