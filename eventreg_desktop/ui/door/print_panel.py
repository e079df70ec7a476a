"""How this laptop prints, beside the scanning: printer, paper, looks with a live picture, and the door list."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from eventreg_desktop.door.badge import ACCENTS, FILES, Paper
from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.door import print_wording as wording
from eventreg_desktop.ui.door.print_state import PrintState
from eventreg_desktop.ui.elided import ElidedLabel

PICTURE_HEIGHT = 150
_ICON = 22


class PrintPanel(QFrame):
    """One `PrintState` in, what the operator picks out. Esc puts it away; nothing here stops a scan."""

    closed = Signal()
    printer_picked = Signal(str)
    paper_picked = Signal(object)
    automatic_picked = Signal(bool)
    type_picked = Signal(int)
    look_picked = Signal(object)
    logo_asked = Signal()
    folder_asked = Signal()
    list_asked = Signal()
    order_picked = Signal(bool)
    cancel_asked = Signal()
    show_asked = Signal(str)
    """The file to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Badges and paper"))
        self._state = PrintState()
        self.picture = QLabel(self)
        self.picture.setFixedHeight(PICTURE_HEIGHT)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(self.tr("A badge as it is printed"))
        self.printer, self.types, self.accents = (QComboBox(self) for _ in range(3))
        self.folder, self.logo = QPushButton(self.tr("Folder …"), self), QPushButton(self.tr("Logo …"), self)
        self.papers = {paper: self._segment(paper) for paper in Paper}
        self.automatic = self._toggle(self.tr("Print by itself at the first admission"))
        self.code, self.mark = self._toggle(self.tr("QR code")), self._toggle(self.tr("Logo"))
        self.make = QPushButton(self.tr(" Door list as PDF (Ctrl+Shift+D)"), self)
        self.make.setIcon(icons.icon("users"))
        self.by_last = self._toggle(self.tr("By last word"))
        self.bar, self.cancel = QProgressBar(self), QPushButton(self.tr("Cancel"), self)
        self.said, self.show_file = ElidedLabel(self), QPushButton(self.tr("Show"), self)
        self.close_button = QToolButton(self)
        self._dress()
        self._lay_out()
        self._connect()
        self.setVisible(False)

    def display(self, state: PrintState) -> None:
        """Show exactly this."""
        self._state = state
        _fill(self.printer, self._printers(state), state.setup.printer)
        self.folder.setVisible(state.setup.printer == FILES)
        self.folder.setToolTip(state.setup.folder)
        self.papers[state.setup.paper].setChecked(True)
        _fill(self.types, [(each.name, each.number) for each in state.types], state.number)
        accents = list(zip(wording.accent_names(), ACCENTS, strict=True))
        _fill(self.accents, accents, state.template.accent, swatches=True)
        self.accents.setEnabled(state.setup.paper.coloured)
        for button, on in (
            (self.automatic, state.setup.automatic),
            (self.code, state.template.code),
            (self.mark, state.template.logo),
            (self.by_last, state.by_last),
        ):
            button.setChecked(on)
            button.setIcon(icons.icon("square-check" if on else "square"))
        self._display_list(state)

    @Slot(object)
    def show_picture(self, image: QImage) -> None:
        """Show the badge as it is printed."""
        ratio = self.devicePixelRatioF()
        smooth = Qt.TransformationMode.SmoothTransformation
        shown = QPixmap.fromImage(image.scaledToHeight(round(PICTURE_HEIGHT * ratio), smooth))
        shown.setDevicePixelRatio(ratio)
        painter = QPainter(shown)
        painter.setPen(QColor(style.colours().control_line))
        painter.drawRect(QRectF(0, 0, shown.width() / ratio - 1, shown.height() / ratio - 1))
        painter.end()
        self.picture.setPixmap(shown)

    def open(self) -> None:
        """Begin at the printer."""
        self.printer.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc puts the panel away, Enter presses what has the focus."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, QPushButton | QToolButton):
            watched.click()
            return True
        return False

    def _display_list(self, state: PrintState) -> None:
        being_made = state.paper_list.share is not None
        self.bar.setVisible(being_made)
        self.bar.setValue(state.paper_list.share or 0)
        self.cancel.setVisible(being_made)
        self.make.setEnabled(not being_made)
        self.said.setVisible(bool(state.paper_list.said))
        self.said.set_whole(state.paper_list.said)
        self.show_file.setVisible(bool(state.paper_list.file))

    def _printers(self, state: PrintState) -> list[tuple[str, object]]:
        names = [*(state.printers or ()), FILES]
        if state.setup.printer and state.setup.printer not in names:
            names.insert(0, state.setup.printer)
        none = self.tr("Looking for printers …") if state.printers is None else self.tr("No printer chosen")
        return [(none, ""), *((wording.printer_name(name), name) for name in names)]

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.closed)
        self.printer.activated.connect(self._printer_activated)
        self.types.activated.connect(self._type_activated)
        self.accents.activated.connect(self._look_changed)
        self.code.clicked.connect(self._look_changed)
        self.mark.clicked.connect(self._look_changed)
        self.automatic.clicked.connect(self.automatic_picked)
        self.logo.clicked.connect(self.logo_asked)
        self.folder.clicked.connect(self.folder_asked)
        self.make.clicked.connect(self.list_asked)
        self.by_last.clicked.connect(self.order_picked)
        self.cancel.clicked.connect(self.cancel_asked)
        self.show_file.clicked.connect(self._show_clicked)
        self.segments.idClicked.connect(self._paper_clicked)

    def _printer_activated(self) -> None:
        self.printer_picked.emit(self.printer.currentData())

    def _type_activated(self) -> None:
        self.type_picked.emit(self.types.currentData())

    def _paper_clicked(self, number: int) -> None:
        self.paper_picked.emit(list(Paper)[number])

    def _look_changed(self) -> None:
        accent = str(self.accents.currentData())
        picked = replace(
            self._state.template, accent=accent, code=self.code.isChecked(), logo=self.mark.isChecked()
        )  # fmt: skip
        self.look_picked.emit(picked)

    def _show_clicked(self) -> None:
        self.show_asked.emit(self._state.paper_list.file)

    def _segment(self, paper: Paper) -> QPushButton:
        button = QPushButton(wording.paper_name(paper), self)
        button.setCheckable(True)
        button.setProperty("kind", "segment")
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        sides = {Paper.CARD: "entry", Paper.ROLL: "exit"}
        if mirrored:
            sides = {Paper.CARD: "exit", Paper.ROLL: "entry"}
        button.setProperty("side", sides.get(paper, "middle"))
        return button

    def _toggle(self, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("kind", "check")
        return button

    def _dress(self) -> None:
        self.title = QLabel(self.tr("Badges and paper"), self)
        self.title.setProperty("kind", "strong")
        self.close_button.setIcon(icons.icon("x"))
        self.close_button.setToolTip(self.tr("Put away (Esc)"))
        self.close_button.setAccessibleName(self.tr("Put away (Esc)"))
        self.segments = QButtonGroup(self)
        for number, button in enumerate(self.papers.values()):
            self.segments.addButton(button, number)
        for combo, name in (
            (self.printer, self.tr("Printer")),
            (self.types, self.tr("Ticket type")),
            (self.accents, self.tr("Colour of this ticket type")),
        ):
            combo.setAccessibleName(name)
            combo.setToolTip(name)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(8)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        for child in self.findChildren(QWidget):
            if isinstance(child, QPushButton | QToolButton | QComboBox):
                child.installEventFilter(self)

    def _lay_out(self) -> None:
        mark = QLabel(self)
        mark.setPixmap(icons.icon("printer").pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 10, 12)
        column.setSpacing(style.SCALE.gap)
        papers = tuple(self.papers.values())
        for widgets, wide in (
            ((mark, self.title, self.close_button), self.title),
            ((self.picture,), self.picture),
            ((self.printer, self.folder), self.printer),
            ((*papers,), None),
            ((self.automatic,), None),
            ((self.types, self.accents), self.types),
            ((self.code, self.mark, self.logo), None),
            ((self.make, self.by_last), self.make),
            ((self.bar,), self.bar),
            ((self.said, self.show_file, self.cancel), self.said),
        ):
            row = QHBoxLayout()
            row.setSpacing(0 if widgets == papers else style.SCALE.gap)
            for widget in widgets:
                row.addWidget(widget, 1 if widget is wide else 0)
            if wide is None:
                row.addStretch(1)
            column.addLayout(row)


def _fill(combo: QComboBox, wished: Sequence[tuple[str, object]], chosen: object, *, swatches: bool = False) -> None:
    """Offer exactly these, with `chosen` in force."""
    there = [(combo.itemText(at), combo.itemData(at)) for at in range(combo.count())]
    if there != list(wished):
        combo.clear()
        for words, value in wished:
            combo.addItem(_swatch(str(value)) if swatches else QIcon(), words, value)
    combo.setCurrentIndex(combo.findData(chosen))


def _swatch(colour: str) -> QIcon:
    made = QPixmap(16, 16)
    made.fill(QColor(colour))
    return QIcon(made)
