"""The page of conflicts: filters above, the list at the side, and the chosen one closely."""

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from eventreg_core.conflict import Outcome
from eventreg_desktop.ui import style
from eventreg_desktop.ui.conflicts import wording
from eventreg_desktop.ui.conflicts.detail import DetailPanel
from eventreg_desktop.ui.conflicts.filters import Filters
from eventreg_desktop.ui.conflicts.state import Bulk, OfficeState
from eventreg_desktop.ui.rows import RowList

LIST_WIDTH = 430


class ConflictsPage(QWidget):
    """Keys: up and down choose, A accepts, N annuls, O opens again, Ctrl+Return does what is proposed."""

    chosen = Signal(object)
    """A conflict's id."""
    more_wanted = Signal()
    bulk_stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filters, self.detail = Filters(self), DetailPanel(self)
        self.list = RowList(self.tr("Conflicts"), self)
        self.count, self.more = QLabel(self), QPushButton(self.tr("Show more"), self)
        self.bulk, self.bulk_words = QProgressBar(self), QLabel(self)
        self.stop = QPushButton(self.tr("Stop  (Esc)"), self)
        self._ids: tuple[UUID, ...] = ()
        self._filling = False
        self._lay_out()
        self._lay_keys()
        self.list.currentRowChanged.connect(self._choose)
        self.more.clicked.connect(self.more_wanted)
        self.stop.clicked.connect(self.bulk_stopped)

    def display(self, state: OfficeState) -> None:
        """Show exactly this state."""
        self.filters.display(state)
        zone = state.event.zone if state.event is not None else "UTC"
        self._filling = True
        self._ids = tuple(each.id for each in state.items)
        self.list.show_rows(tuple(wording.row(each, zone) for each in state.items))
        at = self._ids.index(state.chosen) if state.chosen in self._ids else -1
        if self.list.currentRow() != at:
            self.list.setCurrentRow(at)
        self._filling = False
        shown = self.tr("{} of {}").format(len(state.items), wording.locale_number(state.total))
        self.count.setText(shown if state.items else "")
        self.more.setVisible(state.cursor is not None)
        self._display_bulk(state.bulk)
        self.detail.display(state)

    def focus_list(self) -> None:
        """Let the keys of the list work."""
        self.list.setFocus()

    def _display_bulk(self, bulk: Bulk | None) -> None:
        for each in (self.bulk, self.bulk_words, self.stop):
            each.setVisible(bulk is not None)
        if bulk is not None:
            self.bulk.setRange(0, max(bulk.total, 1))
            self.bulk.setValue(len(bulk.settled))
            words = self.tr("{}: {} of {} settled as proposed")
            self.bulk_words.setText(words.format(wording.kind_name(bulk.kind), len(bulk.settled), bulk.total))

    def _choose(self, row: int) -> None:
        if not self._filling and 0 <= row < len(self._ids):
            self.chosen.emit(self._ids[row])

    def _decide(self, outcome: Outcome) -> None:
        button = self.detail.annul if outcome is Outcome.ANNULLED else self.detail.accept
        if button.isVisible() and button.isEnabled():
            button.click()

    def _decide_as_proposed(self) -> None:
        proposed = next((b for b in (self.detail.annul, self.detail.accept) if b.property("kind") == "primary"), None)
        if proposed is not None and proposed.isVisible() and proposed.isEnabled():
            proposed.click()

    def _open_again(self) -> None:
        if self.detail.reopen.isVisible():
            self.detail.reopen.click()

    def _lay_keys(self) -> None:
        # Letters belong to the list: in the text field they are letters.
        for key, do in (
            ("A", lambda: self._decide(Outcome.ACCEPTED)),
            ("N", lambda: self._decide(Outcome.ANNULLED)),
            ("O", self._open_again),
        ):
            QShortcut(QKeySequence(key), self.list, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(do)
        for keys, do in (
            ("Ctrl+Return", self._decide_as_proposed),
            ("Ctrl+F", self.filters.text.setFocus),
            ("Ctrl+Shift+S", self.filters.settle_class.click),
            ("Escape", self._escape),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    def _escape(self) -> None:
        if self.stop.isVisible():
            self.stop.click()
        else:
            self.focus_list()

    def _lay_out(self) -> None:
        self.count.setProperty("kind", "caption")
        self.bulk.setTextVisible(False)
        self.bulk.setAccessibleName(self.tr("How many are settled"))
        self.list.setFixedWidth(LIST_WIDTH)
        side = QVBoxLayout()
        side.setSpacing(style.SCALE.gap)
        side.addWidget(self.list, 1)
        low = QHBoxLayout()
        low.addWidget(self.count, 1)
        low.addWidget(self.more)
        side.addLayout(low)
        body = QHBoxLayout()
        body.setSpacing(style.SCALE.space)
        body.addLayout(side)
        body.addWidget(self.detail, 1)
        progress = QHBoxLayout()
        progress.setSpacing(style.SCALE.space)
        progress.addWidget(self.bulk_words)
        progress.addWidget(self.bulk, 1)
        progress.addWidget(self.stop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(style.SCALE.space)
        whole.addWidget(self.filters)
        whole.addLayout(progress)
        whole.addLayout(body, 1)
