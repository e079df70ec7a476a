"""The visual language: readable in every scheme, remembered, worn at once."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QSize
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QRawFont
from PySide6.QtWidgets import QApplication

from eventreg_desktop.ui import icons, style
from eventreg_desktop.ui.colours import contrast, grounds
from eventreg_desktop.ui.style import SCHEMES, Scheme


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), grounds())
def test_text_is_readable_on_its_ground(scheme: Scheme, text: str, ground: str) -> None:
    worn = SCHEMES[scheme]
    assert contrast(getattr(worn, text), getattr(worn, ground)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_edge_of_a_field_and_the_focus_are_visible(scheme: Scheme) -> None:
    worn = SCHEMES[scheme]
    assert contrast(worn.control_line, worn.surface) >= 3
    assert contrast(worn.accent, worn.surface) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_application_wears_the_scheme_that_was_chosen(qapp: QApplication, scheme: Scheme) -> None:
    style.apply(qapp, scheme)
    assert style.colours() == SCHEMES[scheme]


def test_the_choice_is_remembered_and_nonsense_means_the_systems(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    assert style.remembered(settings) is Scheme.SYSTEM
    style.remember(settings, Scheme.DARK)
    assert style.remembered(settings) is Scheme.DARK
    settings.setValue("scheme", "pink")
    assert style.remembered(settings) is Scheme.SYSTEM


@pytest.mark.parametrize(
    "name", ["Müller", "Łukasz", "O'Brien", "李", "محمد", "田中さくら", "김민준", "Ольга", "Νίκος"]
)
def test_no_name_is_a_row_of_boxes(qapp: QApplication, name: str) -> None:
    shipped = [QRawFont.fromFont(QFont(family)) for family in style.FAMILIES]
    for letter in name:
        assert any(font.supportsCharacter(ord(letter)) for font in shipped), letter
    assert QFontMetrics(style.font(20)).horizontalAdvance(name) > 0


def test_an_icon_takes_the_colour_of_the_text_and_is_sharp_at_twice_the_scale(qapp: QApplication) -> None:
    style.apply(qapp, Scheme.DARK)
    picture = icons.icon("octagon-x").pixmap(QSize(24, 24), 2.0, QIcon.Mode.Normal, QIcon.State.Off)
    assert (picture.width(), picture.devicePixelRatio()) == (48, 2.0)
    image = picture.toImage()
    inks = {
        image.pixelColor(x, y).name() for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() == 255
    }
    assert inks == {style.colours().text}


def test_an_icon_says_by_its_colour_that_it_is_disabled(qapp: QApplication) -> None:
    style.apply(qapp, Scheme.LIGHT)
    sound = icons.icon("volume-2")
    plain = sound.pixmap(QSize(24, 24), QIcon.Mode.Normal).toImage()
    dimmed = sound.pixmap(QSize(24, 24), QIcon.Mode.Disabled).toImage()
    assert plain != dimmed
