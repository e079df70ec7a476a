"""What the door screen shows, kept up to date by what happens."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from eventreg_core.admission import Kind
from eventreg_desktop.door.counts import Counts
from eventreg_desktop.door.lookup import Found
from eventreg_desktop.door.operators import Operator
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.door import phrases
from eventreg_desktop.ui.door.health import all_is_well, ask_of, health_of, overall
from eventreg_desktop.ui.door.selling import stock_line
from eventreg_desktop.ui.door.state import (
    CameraChoice,
    CameraSet,
    CameraState,
    CameraStatus,
    DoorState,
    Look,
    NoticeLine,
    Offers,
    Place,
    Search,
    StatusLine,
)
from eventreg_desktop.ui.door.status import clock_line, first_sync_line, list_line
from eventreg_desktop.ui.door.wording import (
    banner_of,
    camera_line,
    camera_words,
    connection_line,
    failed_banner,
    foremost,
    offer_undo,
    offers_of,
    ready_banner,
    scan_line,
    search_of,
    tally_of,
    together_banner,
    unsent_line,
)
from eventreg_desktop.work.hints import Hint
from eventreg_desktop.work.sound import Tone

_TONES = {Look.ADMITTED: Tone.ADMITTED, Look.LOOK: Tone.LOOK, Look.ASK: Tone.LOOK, Look.STOP: Tone.REFUSED}
KEPT_SCANS = 50
REST_MS = 12_000
"""So long a verdict stays when nobody scans after it, in milliseconds."""
LATE_MS = 5_000
"""Scans that wait longer than this while the server answers are worth a look, in milliseconds."""


class DoorModel(QObject):
    """What the door screen shows. Holds no widget, asks no database."""

    changed = Signal(object)
    """One frozen `DoorState`, whenever it is another."""
    health_told = Signal(object)
    """An `Ask` that only tells."""
    stocked = Signal(object)
    """The `Shelf`s from which may be sold here."""
    spoke = Signal(object)
    """The `Tone` of a new verdict, when sound is wanted."""

    def __init__(
        self,
        place: Place,
        zone: str,
        rest_ms: int = REST_MS,
        late_ms: int = LATE_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._zone = zone
        self._sync = SyncState(Connection.OFFLINE, 0, 0, None, None)
        self._heard = False
        self._fetched = 0
        self.state = DoorState(
            banner=ready_banner(Kind.ENTRY, CameraStatus.STARTING),
            connection=connection_line(None),
            unsent=unsent_line(self._sync, late=False),
            camera_line=camera_line(CameraState()),
            camera_words=camera_words(CameraState()),
            place=place,
            guest_list=list_line(self._sync, heard=False),
            clock=clock_line(self._sync),
        )
        self._rest = QTimer(self, singleShot=True, interval=rest_ms)
        self._rest.timeout.connect(self.rested)
        self._late = QTimer(self, singleShot=True, interval=late_ms)
        self._late.timeout.connect(self._count)

    @Slot(object, str)
    def placed(self, place: Place, zone: str) -> None:
        """This door stands at another gate, list or event; `zone` is the event's IANA zone."""
        self._zone = zone
        banner = ready_banner(self.state.kind, self.state.camera.status)
        self._become(replace(self.state, place=place, banner=banner, search=self._no_search()))

    @Slot(object)
    def judged(self, outcome: Outcome) -> None:
        """A scan was judged, and the verdict is on disk."""
        banner = banner_of(outcome)
        scans = (scan_line(outcome), *self.state.scans[: KEPT_SCANS - 1])
        offers = offers_of(outcome, scans)
        self._rest.start()
        self._become(replace(self.state, banner=banner, shown=self.state.shown + 1, scans=scans, offers=offers))
        if outcome.repeated == 0:  # the same text refused again makes no new fact
            self._unsent(replace(self._sync, unsent=self._sync.unsent + 1))
        if not self.state.muted:
            self.spoke.emit(_TONES[banner.look])

    @Slot(object)
    def judged_together(self, outcomes: Sequence[Outcome]) -> None:
        """These, each of which was told by `judged`, came at once: one verdict for all, offers for whom it stops."""
        banner = together_banner(outcomes)
        offers = offers_of(foremost(outcomes), self.state.scans)
        self._rest.start()
        self._become(replace(self.state, banner=banner, shown=self.state.shown + 1, offers=offers))
        if not self.state.muted:
            self.spoke.emit(_TONES[banner.look])

    @Slot(object)
    def undone(self, fact: UUID) -> None:
        """A check-in or exit was taken back, and that is on disk."""
        scans = tuple(
            replace(each, undone=True, said=phrases.undone_said()) if each.fact == fact else each
            for each in self.state.scans
        )
        self._become(replace(self.state, scans=scans, offers=replace(self.state.offers, undo=offer_undo(scans))))
        self._unsent(replace(self._sync, unsent=self._sync.unsent + 1))

    @Slot(object)
    def counted(self, counts: Counts) -> None:
        """How full it is now."""
        self._fetched = counts.fetched
        self.stocked.emit(counts.shelves)
        stock = stock_line(counts.shelves)
        self._become(replace(self.state, tally=tally_of(counts), stock=stock, connection=self._connection()))

    @Slot(object)
    def operator_changed(self, operator: Operator | None) -> None:
        """Somebody else works here, or nobody who said so."""
        self._become(replace(self.state, operator="" if operator is None else operator.name))

    @Slot()
    def tell_health(self) -> None:
        """The operator asks how every part is, and how to mend what is not well."""
        self.health_told.emit(ask_of(health_of(self.state)))

    @Slot(bool)
    def rehearsing(self, on: bool) -> None:
        """Nothing counts from now on, or everything does again; what was said before belongs to the other world."""
        banner = ready_banner(self.state.kind, self.state.camera.status)
        self._become(replace(self.state, rehearsal=on, banner=banner, offers=Offers(), tally=None))

    @Slot(str, str)
    def scan_failed(self, code: str, sentence: str) -> None:
        """This scan could not be judged or kept; the next may be."""
        self._rest.start()
        self._become(replace(self.state, banner=failed_banner(sentence), shown=self.state.shown + 1))
        if not self.state.muted:
            self.spoke.emit(Tone.LOOK)

    @Slot()
    def rested(self) -> None:
        """Nobody scanned for a while: say again what to do."""
        if self.state.banner.look is not Look.READY:
            self._become(replace(self.state, banner=ready_banner(self.state.kind, self.state.camera.status)))

    @Slot(object)
    def synced(self, sync: SyncState) -> None:
        """A cycle with the server ended, well or not."""
        self._heard = True
        self._unsent(sync)

    @Slot(str, str)
    def sync_failed(self, code: str, sentence: str) -> None:
        """Nothing is sent or fetched until this trouble of the laptop's own is mended."""
        self.noticed(code, sentence)
        self._unsent(replace(self._sync, connection=Connection.OFFLINE))

    @Slot(object)
    def camera_changed(self, camera: CameraState) -> None:
        """The camera started, runs, or is lost."""
        line, words = camera_line(camera), camera_words(camera)
        self._become(self._resting(replace(self.state, camera=camera, camera_line=line, camera_words=words)))

    @Slot(object)
    def camera_set(self, chosen: CameraSet) -> None:
        """The camera is set otherwise."""
        self._become(replace(self.state, camera_set=chosen))

    @Slot(object)
    def hinted(self, hint: Hint | None) -> None:
        """A code is seen and not read, and this would help; or there is no more to say."""
        self._become(replace(self.state, hint=phrases.hint(hint)))

    @Slot(object)
    def cameras_found(self, cameras: tuple[CameraChoice, ...]) -> None:
        """These cameras may be picked."""
        self._become(replace(self.state, cameras=tuple(cameras)))

    @Slot(str, str)
    def noticed(self, code: str, sentence: str) -> None:
        """A lasting trouble began; one line for each code."""
        line = NoticeLine(code, texts.notice(code, sentence))
        others = tuple(each for each in self.state.notices if each.code != code)
        self._become(replace(self.state, notices=(*others, line)))

    @Slot(str)
    def mended(self, code: str) -> None:
        """The trouble of this code is over."""
        self._become(replace(self.state, notices=tuple(each for each in self.state.notices if each.code != code)))

    @Slot(str)
    def asked(self, typed: str) -> None:
        """The operator typed a name or short code; an earlier answer stays until the new one comes."""
        search = replace(self.state.search, typed=typed) if typed else self._no_search()
        self._become(replace(self.state, search=search))

    @Slot(str, object)
    def found(self, typed: str, found: Found) -> None:
        """What the typed text may mean; an answer to what is no longer asked is dropped."""
        if typed != self.state.search.typed or not typed:
            return
        search = search_of(typed, found, self._zone, discreet=self.state.search.discreet)
        self._become(replace(self.state, search=search))

    @Slot(bool)
    def discretion_picked(self, discreet: bool) -> None:
        """The operator wants names shown only when few are meant, or at once."""
        self._become(replace(self.state, search=replace(self.state.search, discreet=discreet)))

    @Slot(object)
    def chosen(self, serial: bytes) -> None:
        """The operator chose a ticket: the search is over."""
        self._become(replace(self.state, search=self._no_search()))

    @Slot(object)
    def kind_picked(self, kind: Kind) -> None:
        """The door counts entries, or exits, from now on."""
        self._become(self._resting(replace(self.state, kind=kind)))

    @Slot(bool)
    def mute_toggled(self, muted: bool) -> None:
        """The operator wants no tones, or wants them again."""
        self._become(replace(self.state, muted=muted))

    def _no_search(self) -> Search:
        return Search(discreet=self.state.search.discreet)

    @staticmethod
    def _resting(state: DoorState) -> DoorState:
        """The same, with the banner that fits it where no verdict stands."""
        if state.banner.look is not Look.READY:
            return state
        return replace(state, banner=ready_banner(state.kind, state.camera.status))

    def _unsent(self, sync: SyncState) -> None:
        """So many wait now; it is watched for how long none of them is sent."""
        before, self._sync = self._sync.unsent, sync
        if sync.unsent == 0:
            self._late.stop()
        elif before == 0 or sync.unsent < before:
            self._late.start()
        self._count()

    @Slot()
    def _count(self) -> None:
        late = self._sync.unsent > 0 and not self._late.isActive()
        self._become(
            replace(
                self.state,
                unsent=unsent_line(self._sync, late=late),
                connection=self._connection(),
                guest_list=list_line(self._sync, heard=self._heard),
                clock=clock_line(self._sync),
            )
        )

    def _connection(self) -> StatusLine:
        return connection_line(self._sync) if self._heard else first_sync_line(self._fetched)

    def _become(self, state: DoorState) -> None:
        lines = health_of(state)
        state = replace(state, overall=overall(lines), well=all_is_well(lines))
        if state != self.state:
            self.state = state
            self.changed.emit(state)
