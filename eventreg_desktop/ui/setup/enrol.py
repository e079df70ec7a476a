"""The form for an enrolment: paste or scan one text, or type its parts."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from eventreg_desktop.ui import style


class EnrolForm(QWidget):
    """Two pages that lead to each other: the whole text, and its parts."""

    text_entered = Signal(str)
    typed = Signal(str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLineEdit(self)
        self.text.setPlaceholderText("eventreg:enrol?url=…")
        self.text.setAccessibleName(self.tr("Enrolment code"))
        self.url, self.code, self.pin = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        for field in (self.text, self.url, self.code, self.pin):
            field.setFixedHeight(style.SCALE.control)
        self.url.setPlaceholderText("https://tickets.example.org")
        self.connect_text = QPushButton(self.tr("Connect"), self)
        self.connect_parts = QPushButton(self.tr("Connect"), self)
        self.to_parts = QPushButton(self.tr("Type address and code instead"), self)
        self.to_text = QPushButton(self.tr("Paste the whole code instead"), self)
        self._pages = (self._whole(), self._parts())
        column = _column(self)
        for page in self._pages:
            column.addWidget(page)
        self._connect()
        self._show(0, self.text)

    def _whole(self) -> QWidget:
        page = QWidget(self)
        hint = QLabel(
            self.tr(
                "The organizer opens <b>Devices</b> and shows an enrolment code. "
                "Scan its QR code with a hand scanner, or paste its text here."
            ),
            page,
        )
        hint.setWordWrap(True)
        hint.setProperty("kind", "muted")
        column = _column(page)
        for each in (hint, self.text, self.connect_text, self.to_parts):
            column.addWidget(each)
        return page

    def _parts(self) -> QWidget:
        page = QWidget(self)
        self.pin.setPlaceholderText(self.tr("only if the organizer shows one"))
        form = QFormLayout()
        form.setHorizontalSpacing(style.SCALE.space)
        form.setVerticalSpacing(style.SCALE.space - 4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for name, field in (
            (self.tr("Server &address"), self.url),
            (self.tr("&Code"), self.code),
            (self.tr("&Pin"), self.pin),
        ):
            field.setAccessibleName(name.replace("&", ""))
            form.addRow(name, field)
        column = _column(page)
        column.addLayout(form)
        for each in (self.connect_parts, self.to_text):
            column.addWidget(each)
        return page

    def _connect(self) -> None:
        for button in (self.connect_text, self.connect_parts):
            button.setProperty("kind", "primary")
            button.setAutoDefault(True)
        for link in (self.to_parts, self.to_text):
            link.setProperty("kind", "link")
        self.connect_text.clicked.connect(self._enter_text)
        self.text.returnPressed.connect(self._enter_text)
        self.connect_parts.clicked.connect(self._enter_parts)
        for field in (self.url, self.code, self.pin):
            field.returnPressed.connect(self._enter_parts)
        self.to_parts.clicked.connect(self._show_parts)
        self.to_text.clicked.connect(self._show_text)

    def _enter_text(self) -> None:
        self.text_entered.emit(self.text.text())

    def _enter_parts(self) -> None:
        self.typed.emit(self.url.text(), self.code.text(), self.pin.text())

    def _show_parts(self) -> None:
        self._show(1, self.url)

    def _show_text(self) -> None:
        self._show(0, self.text)

    def _show(self, page: int, first: QLineEdit) -> None:
        for number, each in enumerate(self._pages):
            each.setVisible(number == page)
        self.setFocusProxy(first)
        first.setFocus()


def _column(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(style.SCALE.space)
    return column
