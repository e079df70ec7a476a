"""The form for an enrolment: paste or scan one text, hold it before the camera, or type its parts."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.picture import Picture, Sight
from eventreg_desktop.ui.setup.state import Eye

PICTURE = QSize(538, 303)
"""Of the live picture, in logical pixels: small enough for a window 640 high."""


class EnrolForm(QWidget):
    """Three pages that lead to each other: the whole text, its parts, and the camera's picture while it looks."""

    text_entered = Signal(str)
    typed = Signal(str, str, str)
    camera_toggled = Signal(bool)

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
        self.use_camera = QPushButton(" " + self.tr("Use the camera"), self)
        self.leave_camera = QPushButton(self.tr("Stop the camera"), self)
        self.picture = Picture(self)
        self._looking = False
        self._pages = (self._whole(), self._parts(), self._camera())
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
                "Hold its QR code before the camera, scan it with a hand scanner, or paste its text here."
            ),
            page,
        )
        hint.setWordWrap(True)
        hint.setProperty("kind", "muted")
        column = _column(page)
        for each in (hint, self.text, self.connect_text, self.use_camera, self.to_parts):
            column.addWidget(each)
        return page

    def _camera(self) -> QWidget:
        page = QWidget(self)
        hint = QLabel(self.tr("Hold the QR code of the enrolment before the camera. It is entered by itself."), page)
        hint.setWordWrap(True)
        hint.setProperty("kind", "muted")
        self.picture.setFixedSize(PICTURE)
        column = _column(page)
        for each in (hint, self.picture, self.leave_camera):
            column.addWidget(each)
        return page

    def display(self, text: str, eye: Eye, words: str) -> None:
        """Show the camera's page while it looks; `text` is what the camera read, `words` stand where no picture is."""
        if text and text != self.text.text():
            self.text.setText(text)
        self.picture.display(Sight(words, "camera-off" if eye is Eye.BLIND else "camera"))
        looking = eye is not Eye.OFF
        if looking != self._looking:
            self._looking = looking
            self._show(*((2, self.leave_camera) if looking else (0, self.text)))

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
        self.use_camera.setIcon(icons.icon("camera"))
        self.use_camera.clicked.connect(self._open_eye)
        self.leave_camera.clicked.connect(self._close_eye)
        for each in (self.use_camera, self.leave_camera):
            each.setAutoDefault(True)
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

    def _open_eye(self) -> None:
        self.camera_toggled.emit(True)

    def _close_eye(self) -> None:
        self.camera_toggled.emit(False)

    def _show_parts(self) -> None:
        self._show(1, self.url)

    def _show_text(self) -> None:
        self._show(0, self.text)

    def _show(self, page: int, first: QWidget) -> None:
        for number, each in enumerate(self._pages):
            each.setVisible(number == page)
        self.setFocusProxy(first)
        first.setFocus()


def _column(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(style.SCALE.space)
    return column
