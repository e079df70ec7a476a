"""Shows one question of the desk. Scanning goes on beside it; Esc puts it away."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.door.ask import YES, Answer, Ask, Blank
from eventreg_desktop.ui.door.code_picture import CodePicture
from eventreg_desktop.ui.rows import ROW_HEIGHT, Row, RowList

MOST_ROWS = 4
_ICON = 22


class AskPanel(QFrame):
    """One `Ask` in, an `Answer` out; built anew for each question, kept while only its words change."""

    answered = Signal(object)
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._ask: Ask | None = None
        self._picked: set[str] = set()
        self.mark, self.title, self.sentence, self.error = (QLabel(self) for _ in range(4))
        self.choices = RowList(self.tr("Choices"), self)
        self.code, self.tick = CodePicture(self), QToolButton(self)
        self.blanks: dict[str, QLineEdit] = {}
        self.buttons: dict[str, QPushButton] = {}
        self.close_button = QToolButton(self)
        self._dress_fixed()
        self._lay_out()
        self.choices.installEventFilter(self)
        self.choices.itemClicked.connect(self._clicked)
        self.setVisible(False)

    @Slot(object)
    def display(self, ask: Ask | None) -> None:
        """Show this question, or none."""
        before, self._ask = self._ask, ask
        self.setVisible(ask is not None)
        if ask is None:
            return
        fresh = before is None or (before.matter, before.number) != (ask.matter, ask.number)
        if fresh:
            self._picked = {each.id for each in ask.choices if each.picked}
            self._rebuild(ask)
        self._refresh(ask)
        if fresh:
            self._focus_first(ask)
        elif ask.error and not ask.busy:
            self._retry()

    def answer(self, button: str = YES) -> None:
        """Give what is picked and filled in as the answer."""
        if self._ask is None or self._ask.busy:
            return
        order = [each.id for each in self._ask.choices if each.id in self._picked]
        filled = {key: line.text() for key, line in self.blanks.items()}
        self.answered.emit(Answer(button, tuple(order), filled, self.tick.isChecked()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter answers, Space picks, Esc puts the question away."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        match event.key():
            case Qt.Key.Key_Escape:
                self.dropped.emit()
                return True
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if isinstance(watched, QPushButton | QToolButton):
                    watched.click()
                else:
                    self.answer()
                return True
            case Qt.Key.Key_Space if watched is self.choices:
                self._pick(self.choices.currentRow())
                return True
            case _:
                return False

    def changeEvent(self, event: QEvent) -> None:
        """Take on other colours at once."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._ask is not None:
            self._refresh(self._ask)

    def _ticked(self, on: bool) -> None:
        self.tick.setIcon(icons.icon("square-check" if on else "square"))

    def _clicked(self) -> None:
        self._pick(self.choices.currentRow())

    def _pick(self, row: int) -> None:
        if self._ask is None or not 0 <= row < len(self._ask.choices):
            return
        choice = self._ask.choices[row]
        if not choice.enabled:
            return
        if self._ask.many:
            self._picked ^= {choice.id}
        else:
            self._picked = {choice.id}
        self._refresh(self._ask)

    def _moved(self, row: int) -> None:
        if self._ask is not None and not self._ask.many and self._ask.yes:
            self._pick(row)

    def _rebuild(self, ask: Ask) -> None:
        for each in (*self.blanks.values(), *self.buttons.values()):
            each.hide()  # and stays so: a layout shows its newest a moment later, and without a parent as a window
            each.deleteLater()
        self.blanks = {blank.id: self._line(blank) for blank in ask.blanks}
        self.buttons = {}
        self.tick.setText(f" {ask.tick}")
        self.tick.setVisible(bool(ask.tick))
        self.tick.setChecked(ask.ticked)
        self.code.display(ask.code)
        if ask.yes:
            self._button(YES, ask.yes, "primary")
        for other in ask.others:
            self._button(other.id, other.label, "")

    def _refresh(self, ask: Ask) -> None:
        colour = style.colours().text
        self.mark.setPixmap(icons.icon(ask.icon, colour).pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))
        self.title.setText(ask.title)
        for label, text in ((self.sentence, ask.sentence), (self.error, ask.error)):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(". ".join(part for part in (ask.title, ask.sentence, ask.error) if part))
        row = self.choices.currentRow()
        self.choices.show_rows(tuple(self._row(ask, number) for number in range(len(ask.choices))))
        self.choices.setVisible(bool(ask.choices))
        most = MOST_ROWS if ask.blanks else max(MOST_ROWS, (self.window().height() - 330) // ROW_HEIGHT)
        self.choices.setFixedHeight(min(len(ask.choices), most) * ROW_HEIGHT + 6)
        self.choices.blockSignals(True)
        self.choices.setCurrentRow(self._row_to_mark(ask, row))
        self.choices.blockSignals(False)
        for each in (*self.blanks.values(), *self.buttons.values(), self.choices, self.tick):
            each.setEnabled(not ask.busy)

    def _row_to_mark(self, ask: Ask, before: int) -> int:
        if not ask.many:
            return next((number for number, each in enumerate(ask.choices) if each.id in self._picked), -1)
        return before

    def _row(self, ask: Ask, number: int) -> Row:
        choice = ask.choices[number]
        icon, tint = choice.icon, choice.tint
        if ask.many and choice.enabled:
            icon = "square-check" if choice.id in self._picked else "square"
        return Row(icon, tint, choice.label, choice.second, choice.state)

    def _focus_first(self, ask: Ask) -> None:
        unfilled = [line for line in self.blanks.values() if not line.text()]
        if unfilled and (not ask.choices or self._picked):
            unfilled[0].setFocus()
        elif not ask.yes:
            self.close_button.setFocus()
        elif ask.choices:
            self.choices.setFocus()
        elif self.blanks:
            next(iter(self.blanks.values())).setFocus()
        elif self.buttons:
            next(iter(self.buttons.values())).setFocus()

    def _retry(self) -> None:
        """After a wrong answer: what is secret is entered once more."""
        for line in self.blanks.values():
            if line.echoMode() is QLineEdit.EchoMode.Password:
                line.clear()
                line.setFocus()

    def _line(self, blank: Blank) -> QLineEdit:
        line = QLineEdit(blank.value, self)
        line.setPlaceholderText(blank.label)
        line.setAccessibleName(blank.label)
        line.setToolTip(blank.label)
        line.setFixedHeight(style.SCALE.control)
        if blank.secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
        line.installEventFilter(self)
        self._blank_rows.addWidget(line)
        return line

    def _button(self, key: str, label: str, kind: str) -> None:
        button = QPushButton(label, self)
        if kind:
            button.setProperty("kind", kind)
        button.clicked.connect(lambda: self.answer(key))
        button.installEventFilter(self)
        self.buttons[key] = button
        self._button_row.addWidget(button)

    def _dress_fixed(self) -> None:
        self.title.setProperty("kind", "strong")
        self.error.setProperty("kind", "error")
        for label in (self.title, self.sentence, self.error):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.close_button.setIcon(icons.icon("x"))
        self.close_button.setToolTip(self.tr("Put away (Esc)"))
        self.close_button.setAccessibleName(self.tr("Put away (Esc)"))
        self.close_button.clicked.connect(self.dropped)
        self.close_button.installEventFilter(self)
        self.tick.installEventFilter(self)
        self.tick.setCheckable(True)
        self.tick.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.tick.setProperty("kind", "check")
        self.tick.toggled.connect(self._ticked)
        self.choices.currentRowChanged.connect(self._moved)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.mark)
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        self._blank_rows, self._button_row = QVBoxLayout(), QHBoxLayout()
        for each in (self._blank_rows, self._button_row):
            each.setSpacing(style.SCALE.gap)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 10, 12)
        column.setSpacing(style.SCALE.gap)
        column.addLayout(head)
        for widget in (self.sentence, self.code, self.choices):
            column.addWidget(widget)
        column.addLayout(self._blank_rows)
        column.addWidget(self.tick)
        column.addWidget(self.error)
        column.addLayout(self._button_row)
