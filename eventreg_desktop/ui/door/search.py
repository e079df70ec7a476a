"""The line for typed names and short codes, and the tickets they may mean. Typing finds; only choosing admits."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidgetItem, QVBoxLayout, QWidget

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.door.state import CandidateLine, Search
from eventreg_desktop.ui.rows import ROW_HEIGHT, Row, RowList


class SearchBox(QWidget):
    """Emits what is typed, and the serial of the ticket that an operator chose with the arrow keys and Enter."""

    asked = Signal(str)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[CandidateLine, ...] = ()
        self._answered = ""
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(self.tr("Name or short code"))
        self.line.setAccessibleName(self.tr("Search a guest by name or short code"))
        self.line.setToolTip(self.tr("Search a guest (Ctrl+F). Arrow keys and Enter choose, Esc closes."))
        self.line.setFixedHeight(style.SCALE.control + 4)
        self.line.addAction(icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = self.line.addAction(icons.icon("x"), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setToolTip(self.tr("Clear the search (Esc)"))
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.line.clear)
        self.list = RowList(self.tr("Tickets found"), self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.nothing = QLabel(self.tr("Nobody found. Try a part of the name, or the short code."), self)
        self.nothing.setWordWrap(True)
        self.nothing.setProperty("kind", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.SCALE.gap)
        for each in (self.line, self.nothing, self.list):
            layout.addWidget(each)
        self.line.textEdited.connect(self.asked)
        self.line.textChanged.connect(self._emptied)
        self.list.itemClicked.connect(self._picked)
        self.line.installEventFilter(self)
        self.display(Search())

    def display(self, search: Search) -> None:
        """Show what was found; one single ticket is marked at once, of several none is."""
        found, self._answered = search.found or (), search.answered
        if found != self._found:
            self._found = found
            self.list.show_rows(tuple(_row(each) for each in found))
            self.list.setCurrentRow(0 if len(found) == 1 else -1)
        self.list.setVisible(bool(found))
        self.list.setFixedHeight(min(len(found), 6) * ROW_HEIGHT + 6)
        self.nothing.setVisible(search.found == () and bool(search.typed))
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


def _row(line: CandidateLine) -> Row:
    second = " · ".join(part for part in (line.ticket_type, line.short_code) if part)
    if line.enterable:
        return Row("ticket", "admitted_text", line.name, second, line.state)
    return Row("circle-alert", "look_text", line.name, second, line.state)
