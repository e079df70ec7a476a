"""The door screen. Decides nothing: one `display(state)` in, what the operator does out."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from eventreg_core.admission import Kind
from eventreg_desktop.ui import style
from eventreg_desktop.ui.door import phrases
from eventreg_desktop.ui.door.ask import Ask
from eventreg_desktop.ui.door.banner import BannerPanel, ground_of
from eventreg_desktop.ui.door.header import Header
from eventreg_desktop.ui.door.key_line import KeyLine
from eventreg_desktop.ui.door.offers import OfferBar
from eventreg_desktop.ui.door.panel import AskPanel
from eventreg_desktop.ui.door.print_corner import PrintCorner
from eventreg_desktop.ui.door.scan_rows import row_of
from eventreg_desktop.ui.door.search import SearchBox
from eventreg_desktop.ui.door.state import CameraStatus, DoorState, Look
from eventreg_desktop.ui.door.strip import Notices, StatusStrip
from eventreg_desktop.ui.door.tally import TallyCard
from eventreg_desktop.ui.door.wording import undoable
from eventreg_desktop.ui.picture import Picture, Pixels, Sight
from eventreg_desktop.ui.rows import RowList

LEFT_SHARE = 0.366
LEFT_WIDTHS = (400, 820)
ROOMY = 880
"""Windows at least so high hold the picture and a question."""

_EDGES = {
    Look.READY: "",
    Look.ADMITTED: "admitted",
    Look.LOOK: "look",
    Look.ASK: "look",
    Look.STOP: "stop",
}


class DoorView(QWidget):
    """Live picture and search at the left, verdict and last scans at the right, status at the foot."""

    scanned = Signal(str)
    """The exact text that a keyboard-wedge scanner typed."""
    asked = Signal(str)
    """A name or short code that an operator typed; empty when the search is over."""
    chosen = Signal(object)
    """The serial (bytes) of the ticket that an operator chose by a key press or click."""
    camera_picked = Signal(str)
    kind_picked = Signal(object)
    discretion_picked = Signal(bool)
    """Whether a search shows names only when enough was typed."""
    mute_toggled = Signal(bool)
    scheme_picked = Signal(object)
    language_picked = Signal(object)
    """A `Language`, for the next start."""
    full_screen_asked = Signal()
    sign_in_asked = Signal()
    override_asked = Signal()
    payment_asked = Signal()
    party_asked = Signal()
    undo_asked = Signal(object)
    """One of the last scans (`ScanLine`) is to be taken back."""
    rehearsal_asked = Signal(bool)
    health_asked = Signal()
    place_change_asked = Signal()
    """The operator wants to stand elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: DoorState | None = None
        self._flooded = Look.READY
        self.header, self.picture, self.search = Header(self), Picture(self), SearchBox(self)
        self.notices, self.banner, self.strip = Notices(self), BannerPanel(self), StatusStrip(self)
        self.scans = RowList(self.tr("Last scans"), self)
        self.scans.setToolTip(self.tr("Del takes the marked scan back"))
        self.band = QLabel(phrases.rehearsing(), self)
        self.band.setProperty("kind", "band")
        self.band.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.tally, self.offers, self.desk = TallyCard(self), OfferBar(self), AskPanel(self)
        self.prints = PrintCorner(self, self.offers)
        self._lay_out()
        self._connect()
        self._bind_keys()
        self.setFocusProxy(self.search.line)

    @Slot(object)
    def display(self, state: DoorState) -> None:
        """Show exactly this state."""
        fresh = self._state is not None and state.shown != self._state.shown
        self._state = state
        self.header.display(state)
        self.banner.display(state.banner, fresh=fresh)
        self.picture.display(self._sight(state))
        self.search.display(state.search)
        self.notices.display(state.notices)
        self.strip.display(state)
        self.scans.show_rows(tuple(map(row_of, state.scans)))
        self.tally.display(state.tally)
        self.offers.display(state.offers)
        self.band.setVisible(state.rehearsal)
        self._make_room()
        self.empty.setVisible(not state.scans)
        self._flood(state.banner.look)

    @Slot(object)
    def show_frame(self, pixels: Pixels) -> None:
        """Show the newest camera frame: height × width × 3, blue green red."""
        self.picture.show_frame(pixels)

    @Slot(object)
    def ask(self, ask: Ask | None) -> None:
        """Show what the desk asks, or nothing; typing then finds guests again."""
        had = self.desk.isVisible()
        self.desk.display(ask)
        self._make_room()
        if had and ask is None:
            self.search.line.setFocus()

    def entered(self, text: str) -> None:
        """A scanner typed this into the window."""
        self.scanned.emit(text)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the search line: typing finds at once."""
        super().showEvent(event)
        self.search.line.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture keeps its share of the width, and the form that webcams see."""
        super().resizeEvent(event)
        least, most = LEFT_WIDTHS
        width = max(least, min(most, round(self.width() * LEFT_SHARE)))
        for each in (self.picture, self.search, self.notices, self.keys, self.tally, self.desk, self.prints.panel):
            each.setFixedWidth(width)
        self.picture.setFixedHeight(width * 9 // 16)
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The verdict's colour from edge to edge: it is seen from the corner of an eye."""
        if self._state is not None and self._state.banner.look is not Look.READY:
            painter = QPainter(self)
            painter.fillRect(self.rect(), QColor(ground_of(self._state.banner.look)[0]))
            painter.end()

    def _flood(self, look: Look) -> None:
        """What is written on the bare ground stays readable on it."""
        for each in (self.keys, self.title, self.prints.log.title):
            if each.property("ground") != _EDGES[look]:
                each.setProperty("ground", _EDGES[look])
                each.style().unpolish(each)
                each.style().polish(each)
        if look is not self._flooded:  # the whole window is painted anew
            self._flooded = look
            self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Take on other colours at once."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._state is not None:
            self.notices.dress()
            self.display(self._state)

    def _make_room(self) -> None:
        """What is asked or found goes before counts and keys, and in a low window before the picture."""
        found = self.search.list.isVisibleTo(self)
        asked = self.desk.isVisibleTo(self)
        self.prints.panel.setVisible(self.prints.setting_up and not asked)
        asked = asked or self.prints.setting_up
        self.notices.setVisible(not self.prints.setting_up or self.height() >= ROOMY)  # the strip says it too
        for each in (self.scans, self.last):
            each.setVisible(not self.prints.logging)
        self.tally.setVisible(not asked and not found)
        self.keys.setVisible(not asked and not found)
        self.picture.setVisible(not asked or self.height() >= ROOMY)

    def _sight(self, state: DoorState) -> Sight:
        off = state.camera.status in (CameraStatus.LOST, CameraStatus.NONE)
        usual = self.tr("Hold the code inside the frame") if state.banner.look is Look.READY else ""
        icon, edge = "camera-off" if off else "camera", _EDGES[state.banner.look]
        return Sight(state.camera_words, icon, state.hint or usual, edge, bool(state.hint), state.camera_set.mirrored)

    def _connect(self) -> None:
        self.search.asked.connect(self.asked)
        self.search.chosen.connect(self.chosen)
        self.search.discretion_picked.connect(self.discretion_picked)
        self.header.camera_picked.connect(self.camera_picked)
        self.header.kind_picked.connect(self.kind_picked)
        self.header.mute_toggled.connect(self.mute_toggled)
        self.header.scheme_picked.connect(self.scheme_picked)
        self.header.language_picked.connect(self.language_picked)
        self.header.full_screen_asked.connect(self.full_screen_asked)
        self.header.place_change_asked.connect(self.place_change_asked)
        self.header.sign_in_asked.connect(self.sign_in_asked)
        self.header.rehearsal_toggled.connect(self.rehearsal_asked)
        self.offers.override_asked.connect(self.override_asked)
        self.offers.payment_asked.connect(self.payment_asked)
        self.offers.party_asked.connect(self.party_asked)
        self.offers.undo_asked.connect(self._undo_newest)
        self.strip.health_asked.connect(self.health_asked)
        self.prints.room_needed.connect(self._make_room)
        self.prints.left.connect(self.search.line.setFocus)

    def _bind_keys(self) -> None:
        for key, act in (
            ("F2", self._enter_kind),
            ("F3", self._exit_kind),
            ("Ctrl+F", self.search.line.setFocus),
            ("Ctrl+D", self.search.discreet.toggle),
            ("Ctrl+M", self.header.sound.toggle),
            ("Ctrl+L", self.header.place.click),
            ("Ctrl+R", self.header.rehearsal.click),
            ("F4", self.sign_in_asked.emit),
            ("F6", self.override_asked.emit),
            ("F7", self.payment_asked.emit),
            ("F8", self._undo_newest),
            ("F9", self.party_asked.emit),
            ("F12", self.health_asked.emit),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.scans)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._undo_marked)

    def _undo_newest(self) -> None:
        if self._state is not None:
            self.undo_asked.emit(undoable(self._state.scans))

    def _undo_marked(self) -> None:
        row = self.scans.currentRow()
        if self._state is not None and 0 <= row < len(self._state.scans):
            self.undo_asked.emit(self._state.scans[row])

    def _enter_kind(self) -> None:
        self.kind_picked.emit(Kind.ENTRY)

    def _exit_kind(self) -> None:
        self.kind_picked.emit(Kind.EXIT)

    def _lay_out(self) -> None:
        space = style.SCALE.space
        body = QHBoxLayout()
        body.setContentsMargins(space, space, space, space)
        body.setSpacing(space)
        body.addLayout(self._left())
        body.addLayout(self._right(), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.band)
        whole.addLayout(body, 1)
        whole.addWidget(self.strip)

    def _left(self) -> QVBoxLayout:
        self.keys = KeyLine(self)
        column = QVBoxLayout()
        column.setSpacing(style.SCALE.space)
        for each in (self.picture, self.search, self.desk, self.prints.panel, self.notices):
            column.addWidget(each)
        column.addStretch(1)
        column.addWidget(self.tally)
        column.addWidget(self.keys)
        return column

    def _right(self) -> QVBoxLayout:
        self.title = QLabel(self.tr("Last scans"), self)
        self.title.setProperty("kind", "section")
        self.empty = QLabel(self.tr("Nobody has been scanned yet."), self)
        self.empty.setProperty("kind", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(self.scans)
        inside.addWidget(self.empty)
        column = QVBoxLayout()
        column.setSpacing(style.SCALE.gap)
        column.addWidget(self.banner, 3)
        self.last = QWidget(self)
        head = QHBoxLayout(self.last)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title)
        head.addWidget(self.offers, 1)
        column.addWidget(self.last)
        column.addWidget(self.scans, 2)
        column.addWidget(self.prints.log, 2)
        return column
