"""The bar at the top: which door this is, which way it counts, sound, looks, full screen."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from eventreg_core.admission import Kind
from eventreg_desktop import assets
from eventreg_desktop.ui import icons, style, texts
from eventreg_desktop.ui.door import phrases
from eventreg_desktop.ui.door.camera_menu import CameraMenu
from eventreg_desktop.ui.door.state import DoorState
from eventreg_desktop.ui.elided import ElidedButton, ElidedLabel
from eventreg_desktop.ui.languages import LANGUAGES, Language
from eventreg_desktop.ui.style import Scheme


class Header(QFrame):
    """Emits what the operator picks; shows what is in force."""

    kind_picked = Signal(object)
    mute_toggled = Signal(bool)
    camera_picked = Signal(str)
    camera_set = Signal(object)
    scheme_picked = Signal(object)
    language_picked = Signal(object)
    full_screen_asked = Signal()
    place_change_asked = Signal()
    sign_in_asked = Signal()
    rehearsal_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._muted: bool | None = None
        self.setObjectName("header")
        self.setFixedHeight(60)
        self.title, self.place = ElidedLabel(self), ElidedButton(icons.icon("map-pin"), self)
        self.title.setProperty("kind", "title")
        self.place.clicked.connect(self.place_change_asked)
        self.kinds = self._kind_buttons()
        self.cameras = CameraMenu(self)
        self.cameras.picked.connect(self.camera_picked)
        self.cameras.set_otherwise.connect(self.camera_set)
        self.looks = self._menu_button("contrast", self.tr("Colours and language"))
        self.operator = ElidedButton(icons.icon("circle-user"), self)
        self.operator.clicked.connect(self.sign_in_asked)
        self.rehearsal = QToolButton(self)
        self.rehearsal.setIcon(icons.icon("drama", inverted_when_on=True))
        self.rehearsal.setCheckable(True)
        self.rehearsal.setToolTip(self.tr("Rehearsal: nothing counts (Ctrl+R)"))
        self.rehearsal.setAccessibleName(self.tr("Rehearsal: nothing counts (Ctrl+R)"))
        self.rehearsal.clicked.connect(self._rehearsal_clicked)
        self.sound = QToolButton(self)
        self.sound.setCheckable(True)
        self.sound.toggled.connect(self.mute_toggled)
        self.full = QToolButton(self)
        self.full.setIcon(icons.icon("maximize"))
        self.full.setToolTip(self.tr("Full screen (F11)"))
        self.full.setAccessibleName(self.tr("Full screen"))
        self.full.clicked.connect(self.full_screen_asked)
        for button in (self.rehearsal, self.sound, self.full):
            button.setIconSize(QSize(22, 22))
        self._fill_looks()
        self._lay_out()

    def display(self, state: DoorState) -> None:
        """Show the door's place and what is switched how."""
        self.title.set_whole(state.place.event)
        standing = " · ".join(part for part in (state.place.check_in_list, state.place.gate) if part)
        tip = self.tr("This door: %1. Change the place (Ctrl+L)").replace("%1", standing)
        self.place.set_whole(standing, tip)
        self.kinds[state.kind].setChecked(True)
        tip = self.tr("Who works here: %1. Change (F4)").replace("%1", state.operator or self.tr("nobody signed in"))
        self.operator.set_whole(phrases.operator(state.operator), tip)
        self.rehearsal.setChecked(state.rehearsal)
        if state.muted != self._muted:
            self._show_sound(state.muted)
        self.cameras.display(state)

    def _show_sound(self, muted: bool) -> None:
        self._muted = muted
        self.sound.blockSignals(True)
        self.sound.setChecked(muted)
        self.sound.blockSignals(False)
        self.sound.setIcon(icons.icon("volume-x" if muted else "volume-2"))
        spoken = self.tr("Sound off (Ctrl+M)") if muted else self.tr("Sound on (Ctrl+M)")
        self.sound.setToolTip(spoken)
        self.sound.setAccessibleName(spoken)

    def _kind_buttons(self) -> dict[Kind, QPushButton]:
        group = QButtonGroup(self)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        made: dict[Kind, QPushButton] = {}
        for kind, mark, key in ((Kind.ENTRY, "log-in", "F2"), (Kind.EXIT, "log-out", "F3")):
            button = QPushButton(f" {texts.kind_name(kind)}", self)
            button.setCheckable(True)
            button.setIcon(icons.icon(mark, inverted_when_on=True))
            button.setProperty("kind", "segment")
            button.setProperty("side", Kind.EXIT if mirrored is (kind is Kind.ENTRY) else Kind.ENTRY)
            button.setToolTip(f"{texts.kind_name(kind)} ({key})")
            group.addButton(button)
            made[kind] = button
        made[Kind.ENTRY].clicked.connect(self._entry_clicked)
        made[Kind.EXIT].clicked.connect(self._exit_clicked)
        made[Kind.ENTRY].setChecked(True)
        return made

    def _entry_clicked(self) -> None:
        self.kind_picked.emit(Kind.ENTRY)

    def _exit_clicked(self) -> None:
        self.kind_picked.emit(Kind.EXIT)

    def _rehearsal_clicked(self, on: bool) -> None:
        self.rehearsal.setChecked(not on)  # it is on when the door says so
        self.rehearsal_toggled.emit(on)

    def _menu_button(self, mark: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(mark))
        button.setIconSize(QSize(22, 22))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        return button

    def _fill_looks(self) -> None:
        names = {
            Scheme.SYSTEM: self.tr("As the system"),
            Scheme.LIGHT: self.tr("Light"),
            Scheme.DARK: self.tr("Dark"),
            Scheme.CONTRAST: self.tr("High contrast"),
        }
        for scheme, name in names.items():
            action = self.looks.menu().addAction(name)
            action.setData(scheme.value)
        self._fill_languages()
        self.looks.menu().triggered.connect(self._look_triggered)

    def _fill_languages(self) -> None:
        self.looks.menu().addSection(self.tr("Language, from the next start"))
        for language in LANGUAGES:
            remark = "" if language.reviewed else f" ({self.tr('unreviewed')})"
            self.looks.menu().addAction(language.name + remark).setData(language)

    def _look_triggered(self, action: QAction) -> None:
        if isinstance(action.data(), Language):
            self.language_picked.emit(action.data())
        else:
            self.scheme_picked.emit(Scheme(action.data()))

    def _lay_out(self) -> None:
        mark = QLabel(self)
        mark.setPixmap(QIcon(str(assets.logo())).pixmap(QSize(32, 32), self.devicePixelRatioF()))
        row = QHBoxLayout(self)
        row.setContentsMargins(style.SCALE.space, 0, style.SCALE.space, 0)
        row.setSpacing(style.SCALE.gap)
        row.addWidget(mark)
        row.addSpacing(4)
        row.addWidget(self.title)
        row.addSpacing(4)
        row.addWidget(self.place)
        row.addStretch(1)
        segment = QHBoxLayout()
        segment.setSpacing(0)
        for button in self.kinds.values():
            segment.addWidget(button)
        row.addLayout(segment)
        row.addSpacing(style.SCALE.gap)
        for each in (self.operator, self.cameras, self.rehearsal, self.sound, self.looks, self.full):
            row.addWidget(each)
