"""The print log, in the place of the last scans: what was printed for whom, and what became of it."""

from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.door.print_state import PrintState
from eventreg_desktop.ui.rows import Row, RowList


class PrintLog(QWidget):
    """Enter on a line prints it again, after a reason; Esc shows the last scans."""

    again_asked = Signal(int)
    """The number of a line."""
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ids: tuple[UUID, ...] = ()
        self.title = QLabel(self.tr("Badges printed here"), self)
        self.title.setProperty("kind", "section")
        self.list = RowList(self.tr("Badges printed here"), self)
        self.empty = QLabel(self.tr("No badge was printed yet."), self)
        self.empty.setProperty("kind", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.again, self.back = QPushButton(self.tr(" Print again (Enter)"), self), QPushButton(self)
        self.again.setIcon(icons.icon("printer"))
        self.back.setText(self.tr("Last scans (Ctrl+J)"))
        for button in (self.again, self.back):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.again.clicked.connect(self._ask)
        self.back.clicked.connect(self.closed)
        self.list.installEventFilter(self)
        self._lay_out()
        self.setVisible(False)

    def display(self, state: PrintState) -> None:
        """Show these lines, or nothing."""
        opened = state.log and self.isHidden()
        self.setVisible(state.log)
        row = self.list.currentRow()
        marked = self._ids[row] if not opened and 0 <= row < len(self._ids) else None
        self._ids = tuple(each.id for each in state.lines)
        self.list.show_rows(
            tuple(Row(each.icon, each.tint, each.name, each.second, each.said, each.time) for each in state.lines)
        )
        # The same one, however many came in above it: Enter prints nobody else's badge.
        self.list.setCurrentRow(self._ids.index(marked) if marked in self._ids else 0)
        self.empty.setVisible(not state.lines)
        self.again.setEnabled(bool(state.lines))
        if opened:
            self.list.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter prints again, Esc closes."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._ask()
                return True
            case Qt.Key.Key_Escape:
                self.closed.emit()
                return True
            case _:
                return False

    def _ask(self) -> None:
        self.again_asked.emit(self.list.currentRow())

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self.list)
        inside.addWidget(self.empty)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.again)
        head.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.SCALE.gap)
        column.addLayout(head)
        column.addWidget(self.list, 1)
