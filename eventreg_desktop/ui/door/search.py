"""The line for typed names and short codes, and the tickets they may mean. Typing finds; only choosing admits."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidgetItem,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from eventreg_desktop.ui import icons, style, texts
from eventreg_desktop.ui.door.state import CandidateLine, Search
from eventreg_desktop.ui.rows import ROW_HEIGHT, Row, RowList

ROWS, FEWEST = 6, 2
"""Tickets that are in sight at once, and those on the smallest of windows."""


class SearchBox(QWidget):
    """Emits what is typed, and the serial of the ticket that an operator chose with the arrow keys and Enter."""

    asked = Signal(str)
    chosen = Signal(object)
    discretion_picked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[CandidateLine, ...] = ()
        self._answered = ""
        self.line, self.discreet = self._make_line(), self._make_discreet()
        self.card = QFrame(self)  # the screen's ground has the colour of the verdict
        self.card.setObjectName("found")
        self.list = _FoundList(self.tr("Tickets found"), self.card)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.said = _label(self.card, "muted")
        self.how = _label(self.card, "caption")
        self.how.setText(self.tr("Arrow keys choose, Enter admits, Esc closes."))
        self._lay_out()
        self.line.textEdited.connect(self.asked)
        self.line.textChanged.connect(self._emptied)
        self.list.itemClicked.connect(self._picked)
        self.discreet.toggled.connect(self._discretion_toggled)
        self.line.installEventFilter(self)
        self.display(Search())

    def display(self, search: Search) -> None:
        """Show what was found; a single ticket is marked at once unless its name is only alike, of several none is."""
        found, self._answered = search.found or (), search.answered
        if found != self._found:
            self._found = found
            self.list.show_rows(tuple(_row(each) for each in found))
            self.list.setCurrentRow(0 if len(found) == 1 and not found[0].alike else -1)
        self.list.setVisible(bool(found))
        self.how.setVisible(bool(found))
        self.list.take_room(len(found))
        self.said.setText(search.said)
        self.said.setVisible(bool(search.said) and bool(search.typed))
        self.card.setVisible(bool(found) or (bool(search.said) and bool(search.typed)))
        self.discreet.setChecked(search.discreet)
        if not search.typed and self.line.text():
            self.line.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the line keeps the focus; Enter chooses; Esc closes."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        match event.key():
            case Qt.Key.Key_Down:
                return self._move(1)
            case Qt.Key.Key_Up:
                return self._move(-1)
            case Qt.Key.Key_PageDown:
                return self._move(ROWS)
            case Qt.Key.Key_PageUp:
                return self._move(-ROWS)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                return self._choose()
            case Qt.Key.Key_Escape:
                self.line.clear()
                return True
            case _:
                return False

    def _move(self, step: int) -> bool:
        if not self._found:
            return False
        row = self.list.currentRow() + step
        self.list.setCurrentRow(max(0, min(len(self._found) - 1, row)))
        return True

    def _choose(self) -> bool:
        row = self.list.currentRow()
        if 0 <= row < len(self._found) and self._answered == self.line.text():  # else it is another guest's row
            self.chosen.emit(self._found[row].serial)
        return True

    def _picked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(self._found[self.list.row(item)].serial)

    def _emptied(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        if not text:
            self.asked.emit("")

    def _discretion_toggled(self, discreet: bool) -> None:
        self.discreet.setIcon(icons.icon("eye-off" if discreet else "eye", inverted_when_on=True))
        self.discretion_picked.emit(discreet)

    def _make_line(self) -> QLineEdit:
        line = QLineEdit(self)
        line.setPlaceholderText(self.tr("Name, e-mail, phone or short code"))
        line.setAccessibleName(self.tr("Search a guest by name, e-mail address, end of the phone number or short code"))
        line.setToolTip(self.tr("Search a guest (Ctrl+F). Arrow keys and Enter choose, Esc closes."))
        line.setFixedHeight(style.SCALE.control + 4)
        line.addAction(icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = line.addAction(icons.icon("x"), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setToolTip(self.tr("Clear the search (Esc)"))
        self._clear.setVisible(False)
        self._clear.triggered.connect(line.clear)
        return line

    def _make_discreet(self) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setIcon(icons.icon("eye", inverted_when_on=True))
        button.setIconSize(QSize(20, 20))
        button.setFixedSize(style.SCALE.control + 4, style.SCALE.control + 4)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self.tr("Show names only when few guests are meant"))
        button.setToolTip(self.tr("Guests can see this screen: show names only when few are meant (Ctrl+D)"))
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(style.SCALE.gap)
        top.addWidget(self.line, 1)
        top.addWidget(self.discreet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.SCALE.gap)
        layout.addLayout(top)
        layout.addWidget(self.card)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(3, style.SCALE.gap, 3, style.SCALE.gap)
        inside.setSpacing(style.SCALE.gap)
        for each in (self.said, self.list, self.how):
            inside.addWidget(each)


class _FoundList(RowList):
    """As high as its rows, up to `ROWS` of them; where the window is too small, it gives way first."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._rows_wanted = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def take_room(self, rows: int) -> None:
        """Be high enough for so many."""
        self._rows_wanted = min(rows, ROWS)
        self.setMinimumHeight(min(rows, FEWEST) * ROW_HEIGHT)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """All rows that may be in sight."""
        return QSize(super().sizeHint().width(), self._rows_wanted * ROW_HEIGHT)


def _label(parent: QWidget, kind: str) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setContentsMargins(style.SCALE.gap + 2, 0, style.SCALE.gap, 0)
    label.setProperty("kind", kind)
    return label


def _row(line: CandidateLine) -> Row:
    parts = (texts.alike() if line.alike else "", line.ticket_type, line.short_code)
    second = " · ".join(part for part in parts if part)
    if line.enterable:
        return Row("ticket", "muted" if line.alike else "admitted_text", line.name, second, line.state)
    return Row("circle-alert", "look_text", line.name, second, line.state)
