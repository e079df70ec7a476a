"""One conflict, closely: whom it is about, what to do and why, and everything that happened there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from eventreg_core.conflict import Outcome
from eventreg_desktop.admin.answers import Conflict
from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.conflicts import wording
from eventreg_desktop.ui.conflicts.state import OfficeState
from eventreg_desktop.ui.conflicts.timeline import Timeline
from eventreg_desktop.ui.elided import ElidedLabel

MARK = 64


class DetailPanel(QFrame):
    """Shows the chosen conflict; its buttons decide it."""

    decided = Signal(str)
    """A wish: accepted, annulled."""
    undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.kind, self.former = QLabel(self), QLabel(self)
        self.name, self.place = ElidedLabel(self), ElidedLabel(self)
        self.proposed = QLabel(self)
        self.accept = QPushButton(self.tr(" Accept as told  (A)"), self)
        self.annul = QPushButton(self.tr(" Annul what is too much  (N)"), self)
        self.reopen = QPushButton(self.tr(" Open again  (O)"), self)
        self.timeline = Timeline(self)
        self.empty, self.mark = QLabel(self), QLabel(self)
        self._lay_out()
        self.accept.clicked.connect(lambda: self.decided.emit(Outcome.ACCEPTED.value))
        self.annul.clicked.connect(lambda: self.decided.emit(Outcome.ANNULLED.value))
        self.reopen.clicked.connect(self.undone)

    def display(self, state: OfficeState) -> None:
        """Show the chosen one, or that there is none."""
        conflict = state.conflict
        self.whole.setVisible(conflict is not None)
        for each in (self.empty, self.mark):
            each.setVisible(conflict is None)
        if conflict is None:
            self.empty.setText(_nothing(state))
            done = _is_done(state)
            icon = icons.icon("circle-check-big", style.colours().admitted_text) if done else icons.icon("search")
            self.mark.setPixmap(icon.pixmap(MARK, MARK))
            return
        zone = state.event.zone if state.event is not None else "UTC"
        self.kind.setText(wording.kind_name(conflict.kind))
        self.name.set_whole(wording.who(conflict))
        self.place.set_whole(wording.where(conflict))
        self.proposed.setText(conflict.proposed)
        former = wording.former(conflict, zone)
        self.former.setVisible(bool(former))
        self.former.setText(former)
        steps = state.detail.steps if state.detail is not None and state.detail.conflict.id == conflict.id else ()
        self.timeline.show_steps(steps, zone)
        self._display_buttons(conflict, state)

    def _display_buttons(self, conflict: Conflict, state: OfficeState) -> None:
        free = not state.busy and state.bulk is None
        self.accept.setVisible(conflict.is_open)
        self.annul.setVisible(conflict.is_open and bool(conflict.undue))
        self.reopen.setVisible(not conflict.is_open and not conflict.gone)
        for button in (self.accept, self.annul, self.reopen):
            button.setEnabled(free)
        proposed = self.annul if conflict.outcome is Outcome.ANNULLED else self.accept
        for button in (self.accept, self.annul):
            kind = "primary" if button is proposed else ""
            worn = style.colours()
            name = "undo-2" if button is self.annul else "circle-check-big"
            button.setIcon(icons.icon(name, worn.on_accent if kind and free else None))
            if button.property("kind") != kind:
                button.setProperty("kind", kind)
                button.style().unpolish(button)
                button.style().polish(button)
        if self.proposed.isVisible():
            self.proposed.updateGeometry()

    def _lay_out(self) -> None:
        self.kind.setProperty("kind", "section")
        self.name.setProperty("kind", "heading")
        self.place.setProperty("kind", "muted")
        self.former.setProperty("kind", "caption")
        self.empty.setProperty("kind", "strong")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.mark.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
        self.empty.setWordWrap(True)
        self.proposed.setProperty("kind", "strong")
        for label in (self.proposed, self.former):
            label.setTextFormat(Qt.TextFormat.PlainText)  # people's names are in it
            label.setWordWrap(True)
        self.reopen.setIcon(icons.icon("eye"))
        self.whole = QWidget(self)
        column = QVBoxLayout(self.whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.SCALE.gap)
        for each in (self.kind, self.name, self.place):
            column.addWidget(each)
        column.addSpacing(style.SCALE.gap)
        column.addWidget(self.proposed)
        column.addLayout(self._buttons())
        column.addWidget(self.former)
        column.addSpacing(style.SCALE.gap)
        column.addWidget(self._happened(), 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 12)
        outer.addWidget(self.whole, 1)
        outer.addWidget(self.mark, 1)
        outer.addWidget(self.empty, 1)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(style.SCALE.gap)
        for button in (self.accept, self.annul, self.reopen):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _happened(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget(area)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self.timeline)
        column.addStretch(1)
        area.setWidget(inside)
        for each in (area.viewport(), inside):
            each.setAutoFillBackground(False)  # the card's own ground; `setWidget` turned it on
        area.setAccessibleName(self.tr("What happened"))
        return area


def _is_done(state: OfficeState) -> bool:
    return not state.busy and state.filter.state == "open" and not state.open


def _nothing(state: OfficeState) -> str:
    if state.busy:
        return wording.translate("conflict", "Looking …")
    if _is_done(state):
        return wording.translate("conflict", "Nothing is left to decide.\nWhat the doors did was due, or is settled.")
    return wording.translate("conflict", "Nothing here with these filters.")
