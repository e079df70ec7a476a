"""Other languages: German says everything at the door, Arabic goes from right to left, marked unreviewed."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from eventreg_core.admission import Reason
from eventreg_desktop.ui import languages, texts
from eventreg_desktop.ui.conflicts.view import OfficeWindow
from eventreg_desktop.ui.door.header import Header
from eventreg_desktop.ui.languages import ENGLISH, LANGUAGES
from tests.ui import desk_scenes, night, office_scenes
from tests.ui.sentences import texts_of_the_window

GERMAN, ARABIC = languages.find("de"), languages.find("ar")


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    locale = QLocale()
    yield
    for catalogue in qapp.findChildren(languages.Catalogue):
        qapp.removeTranslator(catalogue)
        catalogue.deleteLater()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    QLocale.setDefault(locale)


def test_german_says_everything_in_the_windows_and_nothing_that_the_program_does_not_say() -> None:
    said, german = texts_of_the_window(), languages.read(languages.file_of(GERMAN))
    assert len(said) > 250
    assert said - german.keys() == set()
    assert german.keys() - said == set()


@pytest.mark.parametrize("language", LANGUAGES[1:], ids=lambda language: language.code)
def test_a_translation_keeps_what_is_filled_in_and_every_mark_of_a_key(language: languages.Language) -> None:
    for (context, text), translated in languages.read(languages.file_of(language)).items():
        for place in ("%1", "%2", "%3", "%4", "F6", "F7", "F8", "F9", "F12", "Esc"):
            assert (place in text) == (place in translated), (context, text)
        assert text.count("{}") == translated.count("{}"), (context, text)
        assert text[-1:] not in ".…" or translated[-1:] in ".…", (context, text)


def test_what_nobody_has_reviewed_is_marked_in_the_catalogue_and_where_it_is_chosen(qtbot: QtBot) -> None:
    messages = ElementTree.parse(languages.file_of(ARABIC)).getroot().iter("translation")
    assert {each.get("type") for each in messages} == {"unfinished"}
    header = Header()
    qtbot.addWidget(header)
    offered = [action.text() for action in header.looks.menu().actions() if isinstance(action.data(), type(ENGLISH))]
    assert offered == ["English", "Deutsch", "العربية (unreviewed)"]


def test_a_german_door_speaks_german(qapp: QApplication, qtbot: QtBot) -> None:
    languages.speak(qapp, GERMAN)
    model, view, _ = desk_scenes.with_desk(night.refused(Reason.ALREADY_USED))
    qtbot.addWidget(view)
    assert model.state.banner.word == "HALT"
    assert view.banner.accessibleName().startswith("HALT. Schon benutzt um 13:02, Main gate. Łukasz Wójcik.")
    assert view.title.text() == "Letzte Scans"
    assert [each.meaning.text() for each in (view.tally.inside, view.tally.expected)] == ["drinnen", "erwartet"]
    assert view.tally.inside.number.text() == "1.412"


def test_a_german_office_speaks_german(qapp: QApplication, qtbot: QtBot) -> None:
    languages.speak(qapp, GERMAN)
    scenes = dict(office_scenes.all_scenes())
    for scene in scenes.values():
        qtbot.addWidget(scene)
    window = scenes["office-conflicts"]
    assert isinstance(window, OfficeWindow)
    assert window.windowTitle() == "EventReg Büro"
    assert "Doppelter Einlass" in window.conflicts.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_problem_that_names_something_is_translated_around_the_name(qapp: QApplication) -> None:
    named = {text for context, text in texts_of_the_window() if context == "problem" and "%1" in text}
    assert named == set(texts.NAMING)
    languages.speak(qapp, GERMAN)
    said = texts.problem("The video 100 %1.avi cannot be read. Choose another video or a camera.")
    assert said == "Das Video 100 %1.avi lässt sich nicht lesen. Wählen Sie ein anderes Video oder eine Kamera."
    assert texts.problem("A sentence that nobody translated.") == "A sentence that nobody translated."


def test_an_arabic_door_is_laid_out_from_right_to_left(qapp: QApplication, qtbot: QtBot) -> None:
    languages.speak(qapp, ARABIC)
    _, view, _ = desk_scenes.with_desk(night.ADMITTED)
    qtbot.addWidget(view)
    view.resize(1366, 768)
    with qtbot.waitExposed(view):
        view.show()
    assert view.picture.x() > view.banner.x(), "the picture stands at the right"
    assert view.header.title.x() > 683


def test_a_choice_is_kept_for_the_next_start_and_an_unknown_one_is_english(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "screen.ini"), QSettings.Format.IniFormat)
    languages.remember(settings, GERMAN)
    assert languages.remembered(settings) == GERMAN
    settings.setValue("language", "tlh")
    assert languages.remembered(settings) == ENGLISH
