"""The window's languages: catalogues in Qt Linguist's own format (TS), read as they are, without a step in between.

English is what the code says. A text that a catalogue does not hold is shown in English; what nobody who speaks the
language has read is marked *unfinished* in its catalogue, and the language says so where it is chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QLocale, QObject, QSettings, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from eventreg_desktop import assets


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code (ISO 639-1) and its own name; `reviewed` by somebody who speaks it."""

    code: str
    name: str
    reviewed: bool = True
    right_to_left: bool = False


ENGLISH = Language("en", "English")
LANGUAGES = (
    ENGLISH,
    Language("de", "Deutsch"),
    Language("ar", "العربية", reviewed=False, right_to_left=True),
)

Texts = Mapping[tuple[str, str], str]
"""Context and English text, and what it is in another language."""


class Catalogue(QTranslator):
    """One language's texts."""

    def __init__(self, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts

    def isEmpty(self) -> bool:
        """Whether it has nothing to say."""
        return not self._texts

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:  # noqa: N803
        """The text in this language; None where it has none, which Qt takes for *ask the next*."""
        return self._texts.get((context, sourceText))  # type: ignore[return-value]


def file_of(language: Language) -> Path:
    """Where a language's catalogue is."""
    return assets.resources() / "i18n" / f"{language.code}.ts"


def read(file: Path) -> Texts:
    """A catalogue as it was written by hand or by Qt Linguist; texts without a translation are left out."""
    found: dict[tuple[str, str], str] = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            source, translated = message.findtext("source", ""), message.findtext("translation", "")
            if translated:
                found[name, source] = translated
    return found


def find(code: str) -> Language:
    """A language by its code; English for one that is not here."""
    return next((each for each in LANGUAGES if each.code == code), ENGLISH)


def remembered(settings: QSettings) -> Language:
    """The language that was chosen on this computer; the system's when none was."""
    kept = str(settings.value("language", ""))
    return find(kept or QLocale.system().name().partition("_")[0])


def remember(settings: QSettings, language: Language) -> None:
    """Keep the choice for the next start."""
    settings.setValue("language", language.code)


def speak(app: QApplication, language: Language) -> Catalogue | None:
    """Let every window that is built from now on speak this language, and be laid out in its direction."""
    QLocale.setDefault(QLocale(language.code))
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if language.right_to_left else Qt.LayoutDirection.LeftToRight)
    if language is ENGLISH:
        return None
    catalogue = Catalogue(read(file_of(language)), app)
    app.installTranslator(catalogue)
    return catalogue
