"""The form for a place: which list, which gate."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from eventreg_desktop.ui import style
from eventreg_desktop.ui.setup.state import ListChoice, PlacePicked


class PlaceForm(QWidget):
    """Emits the list and the gate that were chosen."""

    place_picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lists: tuple[ListChoice, ...] = ()
        self._place: PlacePicked | None = None
        self.event_name = QLabel(self)
        self.event_name.setProperty("kind", "title")
        self.event_name.setWordWrap(True)
        self.lists, self.gates = QComboBox(self), QComboBox(self)
        self.start = QPushButton(self.tr("Open the door"), self)
        self.start.setProperty("kind", "primary")
        self.start.setAutoDefault(True)
        form = QFormLayout()
        form.setHorizontalSpacing(style.SCALE.space)
        form.setVerticalSpacing(style.SCALE.space - 4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for name, box in ((self.tr("&List"), self.lists), (self.tr("&Gate"), self.gates)):
            box.setFixedHeight(style.SCALE.control)
            box.setAccessibleName(name.replace("&", ""))
            form.addRow(name, box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.SCALE.space)
        column.addWidget(self.event_name)
        column.addLayout(form)
        column.addWidget(self.start)
        self.lists.currentIndexChanged.connect(self._list_changed)
        self.start.clicked.connect(self._pick)
        self.setFocusProxy(self.lists)

    def display(self, event: str, lists: tuple[ListChoice, ...], place: PlacePicked | None) -> None:
        """Offer these lists, `place` marked; what was chosen stays while they are the same."""
        self.event_name.setText(event)
        self.start.setEnabled(bool(lists))
        if (lists, place) == (self._lists, self._place):
            return
        self._lists, self._place = lists, place
        self.lists.clear()
        for each in lists:
            self.lists.addItem(each.name)
        if place is not None:
            self._mark(place)

    def _list_changed(self, row: int) -> None:
        self.gates.clear()
        gates = self._lists[row].gates if 0 <= row < len(self._lists) else ()
        for gate in gates:
            self.gates.addItem(gate.name)
        self.gates.setEnabled(len(gates) > 1)

    def _mark(self, place: PlacePicked) -> None:
        for row, each in enumerate(self._lists):
            if each.id == place.check_in_list:
                self.lists.setCurrentIndex(row)
                gates = [gate.id for gate in each.gates]
                if place.gate in gates:
                    self.gates.setCurrentIndex(gates.index(place.gate))

    def _pick(self) -> None:
        chosen = self._lists[self.lists.currentIndex()]
        gate = chosen.gates[self.gates.currentIndex()].id if chosen.gates else None
        self.place_picked.emit(PlacePicked(chosen.id, gate))
