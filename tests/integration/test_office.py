"""The office's window against a real server: sign in, look, settle, take back, and print the proof."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from eventreg_core.admission import Reason
from eventreg_core.conflict import Class
from eventreg_desktop.office import Office
from eventreg_desktop.ui.conflicts.state import Filter, Screen
from tests.integration.arrange import made
from tests.integration.conftest import PASSWORD, People
from tests.integration.laptop import NOON, Festival, Laptop, make_festival
from tests.integration.served import Served
from tests.integration.test_truth import turn_away


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=3)


@pytest.fixture
def office(qapp: QApplication, qtbot: QtBot, server: Served, tmp_path: Path) -> Iterator[Office]:
    settings = QSettings(str(tmp_path / "office.ini"), QSettings.Format.IniFormat)
    made_office = Office(qapp, settings, server.url)
    with qtbot.waitActive(made_office.window):
        made_office.start()
        made_office.window.activateWindow()
    yield made_office
    made_office.stop()
    made_office.window.close()
    delete(made_office.window)
    delete(made_office)


def until(qtbot: QtBot, happened: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(happened()))


def an_evening(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    """Two guests who came in twice, one who was turned away, and a laptop of which nothing came."""
    north, south = (Laptop(anonymous, organizer, festival, name) for name in ("North", "South"))
    for guest in (0, 1):
        north.check_in(festival.serial(guest), NOON)
        south.check_in(festival.serial(guest), NOON + timedelta(minutes=1 + 90 * guest))
    turn_away(north, festival.serial(2), NOON, Reason.UNKNOWN_TICKET)
    north.push()
    south.push()
    return Laptop(anonymous, organizer, festival, "East")


def sign_in(office: Office, qtbot: QtBot, email: str) -> None:
    card = office.window.sign_in
    QTest.keyClicks(card.email, email)
    QTest.keyClicks(card.password, PASSWORD)
    QTest.keyClick(card.password, Qt.Key.Key_Return)


def test_an_organizer_settles_an_evening_by_keys_and_prints_the_proof(
    office: Office,
    qtbot: QtBot,
    anonymous: httpx.Client,
    organizer: httpx.Client,
    festival: Festival,
    people: People,
    tmp_path: Path,
) -> None:
    an_evening(anonymous, organizer, festival)
    model, page = office.model, office.window.conflicts
    sign_in(office, qtbot, people.organizer.email)
    until(qtbot, lambda: len(model.state.items) == 3 and model.state.detail)
    assert model.state.event is not None
    assert page.list.hasFocus()
    kinds = [conflict.kind for conflict in model.state.items]
    at = kinds.index(Class.TURNED_AWAY)
    for _ in range(at):
        QTest.keyClick(page.list, Qt.Key.Key_Down)
    until(qtbot, lambda: model.state.detail and model.state.detail.conflict.kind is Class.TURNED_AWAY)
    assert page.detail.annul.isHidden()
    assert "was good" in page.detail.proposed.text()
    QTest.keyClick(page.list, Qt.Key.Key_A)
    until(qtbot, lambda: len(model.state.items) == 2 and not model.state.busy)
    assert model.state.undo is not None
    QTest.keyClick(office.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: len(model.state.items) == 3 and not model.state.busy)

    page.filters.kind.setCurrentIndex(1 + list(Class).index(Class.DOUBLE_ENTRY))
    page.filters.kind.activated.emit(page.filters.kind.currentIndex())
    until(qtbot, lambda: len(model.state.items) == 2 and not model.state.busy)
    page.filters.settle_class.click()
    until(qtbot, lambda: model.state.items == () and not model.state.busy and model.state.bulk is None)
    outcomes = {
        one["decisions"][-1]["outcome"]
        for one in made(organizer.get(festival.path("conflicts"), params={"class": "double_entry"}), 200)["items"]
    }
    assert outcomes == {"accepted", "annulled"}
    assert "2 settled as proposed" in office.window.message.toolTip()
    QTest.keyClick(office.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: model.state.everything)
    assert office.window.everything.table.rowCount() == 3
    assert office.window.everything.answer.text() == "Everything is in"
    file = tmp_path / "proof.pdf"
    office.window.proof_asked.emit(str(file))
    until(qtbot, lambda: "proof" in model.state.said)
    assert file.read_bytes().startswith(b"%PDF")


def test_a_wrong_password_and_a_conflict_that_changed_are_told_and_nothing_is_lost(
    office: Office,
    qtbot: QtBot,
    anonymous: httpx.Client,
    organizer: httpx.Client,
    festival: Festival,
    people: People,
) -> None:
    an_evening(anonymous, organizer, festival)
    model, card = office.model, office.window.sign_in
    card.asked.emit("ftp://somewhere", people.organizer.email, PASSWORD)
    until(qtbot, lambda: model.state.problem)
    assert "https://" in card.problem.text()
    card.asked.emit(card.address.text(), people.organizer.email, "wrong " + PASSWORD)
    until(qtbot, lambda: "https://" not in model.state.problem and not model.state.busy)
    assert model.state.screen is Screen.SIGN_IN
    assert card.problem.text()
    card.asked.emit(card.address.text(), people.organizer.email, PASSWORD)
    until(qtbot, lambda: model.state.detail and not model.state.busy)
    model.filter_by(Filter(Class.DOUBLE_ENTRY))
    until(qtbot, lambda: len(model.state.items) == 2 and model.state.detail)
    conflict = model.state.conflict
    assert conflict is not None
    laptop = Laptop(anonymous, organizer, festival, "West")
    for guest in (0, 1):
        laptop.check_in(festival.serial(guest), NOON + timedelta(hours=5))
    laptop.push()
    office.window.conflicts.detail.accept.click()
    until(qtbot, lambda: model.state.problem and not model.state.busy)
    assert "New scans" in model.state.problem
    until(qtbot, lambda: model.state.conflict and len(model.state.conflict.fact_ids) == 3)
    assert model.state.conflict is not None
    assert model.state.conflict.is_open
