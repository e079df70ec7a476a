"""The one visual language: schemes, spacing, type scale, and how an application takes them on."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from string import Template

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from eventreg_desktop import assets
from eventreg_desktop.assets import FAMILIES as FAMILIES
from eventreg_desktop.ui.colours import CONTRAST, DARK, LIGHT, Colours


class Scheme(StrEnum):
    """Which set of colours is worn; `system` follows the desktop's own choice."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


SCHEMES = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK, Scheme.CONTRAST: CONTRAST}


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes in logical pixels: text from caption to word (the verdict's, the largest it may grow), gaps, corners."""

    caption: int = 13
    body: int = 15
    strong: int = 17
    title: int = 21
    heading: int = 28
    name: int = 46
    word: int = 92
    gap: int = 8
    space: int = 16
    corner: int = 10
    control: int = 40


SCALE = Scale()


def colours() -> Colours:
    """The colours of the palette that the application wears now."""
    palette = QGuiApplication.palette()
    worn = (palette.color(QPalette.ColorRole.Window).name(), palette.color(QPalette.ColorRole.Text).name())
    return next((each for each in SCHEMES.values() if (each.window, each.text) == worn), LIGHT)


def font(size: int, *, bold: bool = False) -> QFont:
    """The program's font at `size` logical pixels."""
    made = QFont(FAMILIES)
    made.setPixelSize(size)
    made.setBold(bold)
    made.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)  # the same spacing on every computer
    return made


def load_fonts() -> None:
    """Make the fonts that ship known to Qt, so that a name is never a row of boxes."""
    for file in assets.fonts():
        QFontDatabase.addApplicationFont(str(file))


def apply(app: QApplication, scheme: Scheme) -> None:
    """Dress the application: style, fonts, palette, style sheet, icon. May be called again to change."""
    if not set(FAMILIES) <= set(QFontDatabase.families()):
        load_fonts()
    chosen = resolved(app, scheme)
    app.setStyle("fusion")
    app.setFont(font(SCALE.body))
    app.setWindowIcon(QIcon(str(assets.logo())))
    app.setPalette(palette(chosen))
    template = Template(assets.style_sheet().read_text(encoding="utf-8"))
    icons = assets.resources().joinpath("icons").as_posix()
    chevron = "chevron-dark.svg" if chosen is LIGHT else "chevron-light.svg"
    app.setStyleSheet(template.substitute(asdict(chosen), icons=icons, chevron=chevron, **asdict(SCALE)))


def resolved(app: QApplication, scheme: Scheme) -> Colours:
    """The colours that `scheme` means on this desktop now."""
    if scheme is not Scheme.SYSTEM:
        return SCHEMES[scheme]
    return DARK if app.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


def palette(worn: Colours) -> QPalette:
    """The Qt palette of a set of colours, for everything that the style sheet does not name."""
    role = QPalette.ColorRole
    made = QPalette(QColor(worn.surface), QColor(worn.window))
    for each, colour in {
        role.Window: worn.window,
        role.WindowText: worn.text,
        role.Base: worn.surface,
        role.AlternateBase: worn.sunken,
        role.Text: worn.text,
        role.Button: worn.surface,
        role.ButtonText: worn.text,
        role.BrightText: worn.stop_text,
        role.Highlight: worn.accent,
        role.HighlightedText: worn.on_accent,
        role.Link: worn.accent,
        role.LinkVisited: worn.accent,
        role.PlaceholderText: worn.muted,
        role.ToolTipBase: worn.text,
        role.ToolTipText: worn.window,
        role.Accent: worn.accent,
    }.items():
        made.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(worn.muted))
    return made


def remembered(settings: QSettings) -> Scheme:
    """The scheme that was chosen last on this computer; the system's when none was."""
    kept = str(settings.value("scheme", Scheme.SYSTEM.value))
    return Scheme(kept) if kept in set(Scheme) else Scheme.SYSTEM


def remember(settings: QSettings, scheme: Scheme) -> None:
    """Keep the choice for the next start."""
    settings.setValue("scheme", scheme.value)
