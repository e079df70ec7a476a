"""What is listed: a class with how many are open, open or settled ones, a list, a text."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from eventreg_core.conflict import Class
from eventreg_desktop.admin.remote import State
from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.conflicts import wording
from eventreg_desktop.ui.conflicts.state import Filter, OfficeState

TYPED_MS = 250
"""So long after the last key a text is looked for."""


class Filters(QWidget):
    """One row of fields; each change is told at once, a typed text when the typing rests."""

    changed = Signal(object)
    """A `Filter`."""
    class_settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Filter()
        self.text = QLineEdit(self)
        self.kind, self.list = QComboBox(self), QComboBox(self)
        self.states = QButtonGroup(self)
        self.settle_class = QPushButton(self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(TYPED_MS)
        self._rest.timeout.connect(self._tell)
        self._lay_out()
        self.text.textEdited.connect(lambda _: self._rest.start())
        self.text.returnPressed.connect(self._tell)
        self.kind.activated.connect(lambda _: self._tell())
        self.list.activated.connect(lambda _: self._tell())
        self.states.buttonClicked.connect(lambda _: self._tell())
        self.settle_class.clicked.connect(self.class_settled)

    def display(self, state: OfficeState) -> None:
        """Show the filters and what they would find."""
        self._shown = state.filter
        if not self.text.hasFocus() and self.text.text() != state.filter.text:
            self.text.setText(state.filter.text)
        total = sum(count for _, count in state.open)
        kinds: list[tuple[str, object]] = [(self.tr("Every class · {} open").format(total), None)]
        kinds += [(f"{wording.kind_name(kind)} · {state.open_of(kind)}", kind.value) for kind in Class]
        _fill(self.kind, kinds, state.filter.kind.value if state.filter.kind is not None else None)
        lists: list[tuple[str, object]] = [(self.tr("Every list"), None)]
        lists += [(each.name, each.id) for each in state.lists]
        _fill(self.list, lists, state.filter.list)
        for button in self.states.buttons():
            button.setChecked(button.property("state") == state.filter.state)
        self._display_bulk(state)

    def _display_bulk(self, state: OfficeState) -> None:
        kind = state.filter.kind
        count = state.open_of(kind) if kind is not None else 0
        self.settle_class.setEnabled(bool(count) and state.bulk is None and not state.busy)
        text = self.tr(" Settle all {}").format(count) if count else self.tr(" Settle a class")
        self.settle_class.setText(text)
        self.settle_class.setToolTip(
            self.tr("Settle every open conflict of this class, each as proposed  (Ctrl+Shift+S)")
            if count
            else self.tr("Choose a class first; then all of it can be settled at once")
        )

    def _tell(self) -> None:
        self._rest.stop()
        checked = self.states.checkedButton()
        state: State = checked.property("state") if checked is not None else "open"
        kind = self.kind.currentData()  # Qt gives plain text back
        wished = Filter(Class(kind) if kind else None, state, self.list.currentData(), self.text.text().strip())
        if wished != self._shown:
            self.changed.emit(wished)

    def _lay_out(self) -> None:
        self.text.setPlaceholderText(self.tr("Name, e-mail or laptop  (Ctrl+F)"))
        self.text.setAccessibleName(self.tr("Look for a name, an e-mail or a laptop"))
        self.text.setClearButtonEnabled(True)
        self.kind.setAccessibleName(self.tr("Class of conflicts"))
        self.list.setAccessibleName(self.tr("Check-in list"))
        self.settle_class.setIcon(icons.icon("square-check"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.SCALE.gap)
        row.addWidget(self.kind, 3)
        row.addWidget(self.list, 2)
        row.addWidget(self.text, 4)
        states = QHBoxLayout()
        states.setSpacing(0)
        sides: tuple[tuple[State, str, str], ...] = (
            ("open", self.tr("Open"), "entry"),
            ("settled", self.tr("Settled"), "exit"),
        )
        for state, words, side in sides:
            button = QPushButton(words, self)
            button.setCheckable(True)
            for name, value in (("kind", "segment"), ("side", side), ("state", state)):
                button.setProperty(name, value)
            self.states.addButton(button)
            states.addWidget(button)
        row.addLayout(states)
        row.addWidget(self.settle_class)
        for field in (self.kind, self.list, self.text):
            field.setMinimumHeight(style.SCALE.control)


def _fill(combo: QComboBox, wished: list[tuple[str, object]], chosen: object) -> None:
    shown = [(combo.itemText(at), combo.itemData(at)) for at in range(combo.count())]
    if shown != wished:
        combo.clear()
        for words, value in wished:
            combo.addItem(words, value)
    at = next((at for at, (_, value) in enumerate(wished) if value == chosen), 0)
    if combo.currentIndex() != at:
        combo.setCurrentIndex(at)
