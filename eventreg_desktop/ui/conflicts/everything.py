"""Is everything in from last night: laptops, their last numbers, what is missing, and a proof to print."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from eventreg_desktop.admin.answers import Completeness, Journal
from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.conflicts import wording
from eventreg_desktop.ui.conflicts.state import OfficeState

ROW_HEIGHT = 46


class Everything(QWidget):
    """One answer in large letters, and a row for each laptop's journal."""

    proof_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark, self.answer, self.more = QLabel(self), QLabel(self), QLabel(self)
        self.proof = QPushButton(self.tr(" Keep the proof as PDF  (Ctrl+P)"), self)
        self.table = QTableWidget(0, 7, self)
        self._shown: Completeness | None = None
        self._lay_out()
        self.proof.clicked.connect(self.proof_asked)

    def display(self, state: OfficeState) -> None:
        """Show what is here."""
        found = state.everything
        self.proof.setEnabled(found is not None and not state.busy)
        if found is None:
            self.answer.setText(self.tr("Looking …"))
            self.more.clear()
            self.mark.clear()
            self.table.setRowCount(0)
            return
        zone = state.event.zone if state.event is not None else "UTC"
        worn = style.colours()
        icon, ink = ("circle-check-big", worn.admitted_text) if found.complete else ("triangle-alert", worn.stop_text)
        self.mark.setPixmap(icons.icon(icon, ink).pixmap(44, 44))
        self.answer.setText(self.tr("Everything is in") if found.complete else self.tr("Not everything is in"))
        self.more.setText(self._sentence(found, zone))
        if found != self._shown:
            self._fill(found, zone)
            self._shown = found

    def _sentence(self, found: Completeness, zone: str) -> str:
        laptops = len({one.name for one in found.journals})
        whose = self.tr("one laptop") if laptops == 1 else self.tr("{} laptops").format(laptops)
        here = self.tr("{} entries of {} are here").format(wording.locale_number(found.facts), whose)
        missing = self.tr("{} are missing").format(wording.locale_number(found.missing)) if found.missing else ""
        seen = self.tr("looked at {}").format(wording.when(found.at, zone))
        return ", ".join(part for part in (here, missing, seen) if part) + "."

    def _fill(self, found: Completeness, zone: str) -> None:
        self.table.setRowCount(len(found.journals))
        for number, journal in enumerate(found.journals):
            for column, (text, tint, icon) in enumerate(_cells(journal, zone)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setForeground(QBrush(QColor(tint)))
                if icon:
                    item.setIcon(icons.icon(icon, tint))
                if column in (2, 3):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(number, column, item)

    def _lay_out(self) -> None:
        self.answer.setProperty("kind", "heading")
        self.more.setProperty("kind", "muted")
        self.proof.setIcon(icons.icon("download"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.answer)
        words.addWidget(self.more)
        head = QHBoxLayout()
        head.setSpacing(style.SCALE.space)
        head.addWidget(self.mark)
        head.addLayout(words, 1)
        head.addWidget(self.proof)
        card = QFrame(self)
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(style.SCALE.space)
        inside.addLayout(head)
        inside.addWidget(self.table, 1)
        note = QLabel(
            self.tr(
                "A laptop numbers whatever it does. Compare its last number here with the one on its own screen: "
                "what it did afterwards, and has not sent, nobody here can know."
            ),
            self,
        )
        note.setProperty("kind", "muted")
        note.setWordWrap(True)
        inside.addWidget(note)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)
        self._lay_out_table()

    def _lay_out_table(self) -> None:
        headers = [
            self.tr("Laptop"),
            self.tr("State"),
            self.tr("Here"),
            self.tr("Last number"),
            self.tr("Missing numbers"),
            self.tr("Last heard of"),
            self.tr("Mark at its last whole number"),
        ]
        self.table.setHorizontalHeaderLabels(headers)
        self.table.setAccessibleName(self.tr("Laptops and what is here of them"))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(False)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate((190, 200, 80, 110, 170, 170)):
            self.table.setColumnWidth(column, width)
        header.setSectionResizeMode(6, QHeaderView.ResizeMode.Stretch)


def _cells(journal: Journal, zone: str) -> list[tuple[str, str, str]]:
    worn = style.colours()
    state, tint, icon = wording.journal_state(journal)
    missing = worn.stop_text if journal.gaps else worn.muted
    mark = f"{journal.head_seq}: {journal.head_hash[:24]}…" if journal.head_hash else "–"
    return [
        (journal.name or wording.translate("journal", "Laptop"), worn.text, ""),
        (state, getattr(worn, tint), icon),
        (wording.locale_number(journal.facts), worn.text, ""),
        (wording.locale_number(journal.last_seq), worn.text, ""),
        (wording.gaps(journal), missing, ""),
        (wording.when(journal.heard_at, zone), worn.muted, ""),
        (mark, worn.muted, ""),
    ]
