"""The one visual language: colours, spacing, type scale, and how an application takes them on.

Text on its ground keeps a contrast of at least 4.5 : 1 (WCAG 2.2 AA, 1.4.3) in every scheme; a test holds it to that.
"""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from string import Template

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from eventreg_desktop import assets


class Scheme(StrEnum):
    """Which set of colours is worn; `system` follows the desktop's own choice."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme's colours as `#rrggbb`. `on_x` is for text and icons on a ground filled with `x`."""

    window: str
    surface: str
    sunken: str
    line: str
    control_line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    hover: str
    admitted: str
    on_admitted: str
    look: str
    on_look: str
    stop: str
    on_stop: str
    admitted_text: str
    look_text: str
    stop_text: str


SIGNALS = {
    "admitted": "#0a7a3d",
    "on_admitted": "#ffffff",
    "look": "#ffb81c",
    "on_look": "#1c1300",
    "stop": "#b9131b",
    "on_stop": "#ffffff",
}
"""The verdicts' grounds are the same in every scheme: staff learn them once."""

LIGHT = Colours(
    window="#f2f4f8",
    surface="#ffffff",
    sunken="#e6eaf1",
    line="#d6dce6",
    control_line="#7c879b",
    text="#141a24",
    muted="#505b70",
    accent="#1d4fd7",
    on_accent="#ffffff",
    hover="#e8eefc",
    admitted_text="#0a6b36",
    look_text="#7a4f00",
    stop_text="#b9131b",
    **SIGNALS,
)
DARK = Colours(
    window="#10141b",
    surface="#191f29",
    sunken="#0a0d12",
    line="#2e3847",
    control_line="#6e7b90",
    text="#eef2f8",
    muted="#a6b2c5",
    accent="#86abff",
    on_accent="#0b1220",
    hover="#243044",
    admitted_text="#5bd98e",
    look_text="#ffc94d",
    stop_text="#ff8f8f",
    **SIGNALS,
)
CONTRAST = Colours(
    window="#000000",
    surface="#000000",
    sunken="#000000",
    line="#ffffff",
    control_line="#ffffff",
    text="#ffffff",
    muted="#ffffff",
    accent="#ffe14d",
    on_accent="#000000",
    hover="#333333",
    admitted_text="#6dff9f",
    look_text="#ffd24d",
    stop_text="#ff9d9d",
    **SIGNALS,
)
SCHEMES = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK, Scheme.CONTRAST: CONTRAST}

FAMILIES = ["Noto Sans", "Noto Sans Arabic", "EventReg CJK"]
"""Fonts that ship with the program, in the order in which a letter is looked for."""


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


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def remembered(settings: QSettings) -> Scheme:
    """The scheme that was chosen last on this computer; the system's when none was."""
    kept = str(settings.value("scheme", Scheme.SYSTEM.value))
    return Scheme(kept) if kept in set(Scheme) else Scheme.SYSTEM


def remember(settings: QSettings, scheme: Scheme) -> None:
    """Keep the choice for the next start."""
    settings.setValue("scheme", scheme.value)


def grounds() -> list[tuple[str, str]]:
    """Which text colours stand on which grounds: pairs of names of `Colours` that must stay readable."""
    on = [(each.name, each.name.removeprefix("on_")) for each in fields(Colours) if each.name.startswith("on_")]
    plain = ("text", "muted", "admitted_text", "look_text", "stop_text", "accent")
    return on + [(text, ground) for text in plain for ground in ("window", "surface", "sunken")]
