"""The camera as an operator sets it, and what it tells to who holds a code."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from eventreg_desktop.ui.door import camera_menu
from eventreg_desktop.ui.door.state import CameraSet, Look
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.work.hints import Hint
from eventreg_desktop.work.opencv import cv2
from tests.sights import TICKET, code, product_code, scrambled, showing, write_video
from tests.ui import night, scenes
from tests.ui.stage import Stage, runs, shown


def entry(view: DoorView, text: str) -> QAction:
    (found,) = [each for each in view.header.cameras.menu().actions() if each.text() == text]
    return found


def test_the_size_and_the_mirror_are_picked_and_kept_for_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "screen.ini"), QSettings.Format.IniFormat)
    assert camera_menu.remembered(settings) == CameraSet((1280, 720), mirrored=False)
    model, view = scenes.door()
    qtbot.addWidget(view)
    for text, chosen in (
        ("1920 × 1080", CameraSet((1920, 1080), mirrored=False)),
        ("Mirror the picture", CameraSet((1920, 1080), mirrored=True)),
    ):
        with qtbot.waitSignal(view.header.camera_set) as told:
            entry(view, text).trigger()
        assert told.args == [chosen]
        model.camera_set(chosen)
        camera_menu.remember(settings, chosen)
    assert entry(view, "1920 × 1080").isChecked()
    assert not entry(view, "640 × 480").isChecked()
    assert entry(view, "Mirror the picture").isChecked()
    assert camera_menu.remembered(settings) == CameraSet((1920, 1080), mirrored=True)
    settings.setValue("camera_size", "7x7")
    assert camera_menu.remembered(settings).size == (1280, 720)


def test_a_mirrored_picture_is_shown_as_a_mirror_shows_it(qtbot: QtBot) -> None:
    model, view = scenes.door()
    qtbot.addWidget(view)
    view.resize(1366, 768)
    frame = np.zeros((90, 160, 3), dtype=np.uint8)
    frame[:, :80] = (0, 0, 255)

    def left_and_right() -> list[int]:
        seen, middle = view.picture.grab().toImage(), view.picture.height() // 2
        return [seen.pixelColor(x, middle).red() for x in (20, view.picture.width() - 20)]

    view.show_frame(frame)
    assert left_and_right() == [255, 0]
    model.camera_set(CameraSet(mirrored=True))
    assert left_and_right() == [0, 255]


def test_a_hint_stands_in_the_picture_also_beside_the_verdict_on_the_guest_before(qtbot: QtBot) -> None:
    model, view = scenes.door(night.ADMITTED)
    qtbot.addWidget(view)
    words = []
    for hint in Hint:
        model.hinted(hint)
        words.append(model.state.hint)
    assert words == ["Closer, please", "Hold it still", "Tilt it away from the light"]
    assert view.picture.accessibleDescription() == words[-1]
    model.hinted(None)
    assert (model.state.hint, view.picture.accessibleDescription()) == ("", "")


def test_a_family_holds_up_three_phones_and_a_blurred_code_is_hinted_at(stage: Stage) -> None:
    family = showing(*(code(stage.ticket(number), 3) for number in (1, 2, 3)))
    height, width = family.shape[:2]
    sheet = np.asarray(cv2.GaussianBlur(scrambled(TICKET, 5), (0, 0), 2.5), dtype=np.uint8)
    soft = np.full_like(family, 96)
    soft[40 : 40 + sheet.shape[0], 40 : 40 + sheet.shape[1]] = sheet[: height - 40, : width - 40, None]
    nobody = np.full_like(family, 96)
    two = family.copy()
    two[:, width * 2 // 3 :] = 96  # the third phone comes a picture later
    film = [nobody] * 3 + [two] + [family] * 4 + [nobody] * 2 + [np.roll(soft, 3 * (n % 2), axis=1) for n in range(14)]
    app = stage.at_work(camera=write_video(stage.path / "family.avi", film, rate=15))
    hints: list[str] = []
    app.door.changed.connect(lambda state: hints.append(state.hint))
    app.window.door.camera_picked.emit(str(stage.path / "family.avi"))
    stage.until(lambda: "3" in app.door.state.banner.word)
    assert len(shown(app.door)) == 3
    stage.until(lambda: "Hold it still" in hints)
    stage.until(lambda: not runs(app.door))
    assert app.door.state.hint == ""


def test_menus_wifi_bar_codes_and_cut_or_altered_tickets_admit_nobody(stage: Stage) -> None:
    good = stage.ticket(1)
    altered = good[:60] + ("A" if good[60] != "A" else "B") + good[61:]
    shown_texts = ["https://bar.example/menu", "WIFI:T:WPA;S:Bar;P:secret;;", good[:-1], good[3:], altered, good[::-1]]
    sheets = [product_code(), *(code(text, 4) for text in shown_texts), code(good, 4)]
    room = max(max(sheet.shape) for sheet in sheets)
    film = []
    for sheet in sheets:
        room_left = [(0, room - side) for side in sheet.shape]
        film += [showing(np.pad(sheet, room_left, constant_values=96))] * 3
    app = stage.at_work(camera=write_video(stage.path / "strange.avi", film, rate=30))
    app.window.door.camera_picked.emit(str(stage.path / "strange.avi"))
    stage.until(lambda: ("Łukasz Nowak", Look.ADMITTED) in shown(app.door))
    looks = [look for _, look in shown(app.door)]
    assert looks[:-1] == [Look.STOP] * len(shown_texts)
    assert len(stage.entries()) == 1
