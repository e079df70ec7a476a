"""What the set-up screen shows, kept up to date by what happens."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from eventreg_core.enrolment import PREFIX, Enrolment, checked, enrolment_of
from eventreg_core.problems import MalformedText
from eventreg_desktop.door.reading import is_ticket
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.setup.state import Eye, ListChoice, PlacePicked, SetupState, Step


class SetupModel(QObject):
    """From an enrolment text to a place. Holds no widget, asks no server."""

    changed = Signal(object)
    """One frozen `SetupState`, whenever it is another."""
    enrol_wanted = Signal(object)
    """An `Enrolment` whose form is right: ask the server."""
    place_wanted = Signal(object)
    """The `PlacePicked`: open the door there."""
    camera_wanted = Signal(bool)
    """True: look through the camera. False: let it go."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = SetupState()

    @Slot(str)
    def text_entered(self, text: str) -> None:
        """The whole enrolment text was pasted or scanned."""
        if self.state.step is Step.WORKING:
            return  # a scanner typed the code twice
        if self.state.step is Step.PLACE:
            self.failed(self.tr("Choose where this laptop stands first, then scan tickets."))
            return
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
        """Something goes on: say what; nobody needs the camera meanwhile."""
        self._become(replace(self.state, step=Step.WORKING, progress=sentence, error="", eye=Eye.OFF, eye_words=""))

    @Slot(str)
    def failed(self, sentence: str) -> None:
        """It did not work: `sentence` says what to do; everything typed stays."""
        step = Step.PLACE if self.state.lists else Step.ENROL
        self._become(replace(self.state, step=step, progress="", error=texts.problem(sentence)))

    @Slot(str, object)
    def enrolled(self, event: str, lists: tuple[ListChoice, ...]) -> None:
        """This laptop belongs to the event; where there is one place only, it is chosen."""
        self.offered(event, lists, None)
        if len(lists) == 1 and len(lists[0].gates) <= 1:
            self.place_wanted.emit(PlacePicked(lists[0].id, lists[0].gates[0].id if lists[0].gates else None))

    @Slot(str, object, object)
    def offered(self, event: str, lists: tuple[ListChoice, ...], place: PlacePicked | None) -> None:
        """These places may be chosen, by the operator and nobody else; `place` is the one that was left."""
        self._become(SetupState(Step.PLACE, event=event, lists=tuple(lists), place=place))

    @Slot(object)
    def place_picked(self, place: PlacePicked) -> None:
        """The operator chose a place."""
        self.place_wanted.emit(place)

    @Slot(bool)
    def camera_toggled(self, on: bool) -> None:
        """The operator wants to hold the code before the camera, or no longer."""
        if self.state.step is Step.ENROL:
            eye, words = (Eye.STARTING, self.tr("The camera is starting.")) if on else (Eye.OFF, "")
            self._become(replace(self.state, error="", eye=eye, eye_words=words))

    @Slot()
    def camera_runs(self) -> None:
        """Pictures come."""
        if self.state.eye is not Eye.OFF:
            self._become(replace(self.state, eye=Eye.OPEN, eye_words=""))

    @Slot()
    def camera_lost(self) -> None:
        """No pictures come, or no more."""
        if self.state.eye is not Eye.OFF:
            words = self.tr("No pictures from the camera. Close other programs that use it, or paste the code instead.")
            self._become(replace(self.state, eye=Eye.BLIND, eye_words=words))

    @Slot(object)
    def saw(self, texts: list[str]) -> None:
        """The camera saw these texts: an enrolment text is entered, of another code it is said what it is."""
        if self.state.eye is Eye.OFF:
            return  # seen just before the camera was let go
        for text in texts:
            if text.startswith(PREFIX):
                self._become(replace(self.state, text=text))
                self.text_entered(text)
                return
        self._become(replace(self.state, error=self._other(texts[0])))

    def _other(self, text: str) -> str:
        if is_ticket(text):
            return self.tr(
                "This is a ticket, not an enrolment code. Hold up the code that the organizer shows under Devices."
            )
        return self.tr("This is another code. Hold up the enrolment code that the organizer shows under Devices.")

    def _begin(self, enrolment: Enrolment) -> None:
        self.progressed(self.tr("Asking the server …"))
        self.enrol_wanted.emit(enrolment)

    def _become(self, state: SetupState) -> None:
        if state == self.state:
            return
        before, self.state = self.state, state
        self.changed.emit(state)
        looked, looks = before.eye is not Eye.OFF, state.eye is not Eye.OFF
        if looked != looks:
            self.camera_wanted.emit(looks)
