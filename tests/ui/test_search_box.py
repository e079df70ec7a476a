"""The search panel: what it shows, its keys, and its thread, on real files."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from eventreg_core.wire import Page
from eventreg_desktop.door.lookup import MOST, Found
from eventreg_desktop.store.db import StoreLocked
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.search import ROWS
from eventreg_desktop.ui.door.state import Search
from eventreg_desktop.ui.door.view import DoorView
from eventreg_desktop.work.search import SearchWorker
from tests.sync.festival import Festival, guest_row, guests, ticket_row
from tests.sync.laptop import Laptop, laptop
from tests.ui import night

Opened = tuple[DoorModel, DoorView]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    model, view = DoorModel(night.PLACE, night.ZONE), DoorView()
    qtbot.addWidget(view)
    model.changed.connect(view.display)
    view.asked.connect(model.asked)
    view.chosen.connect(model.chosen)
    view.discretion_picked.connect(model.discretion_picked)
    view.display(model.state)
    view.resize(1366, 768)
    view.show()
    return model, view


def typed(opened: Opened, text: str, found: Found) -> DoorView:
    model, view = opened
    QTest.keyClicks(view.search.line, text)
    model.found(text, found)
    return view


def test_a_name_that_is_only_alike_is_said_to_be_and_is_never_chosen_by_enter_alone(
    qtbot: QtBot, opened: Opened
) -> None:
    view = typed(opened, "mueler", Found(alike=night.FOUND[:1]))
    assert view.search.said.text() == "Nobody is called exactly so. These names are alike:"
    assert "similar name" in view.search.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    with qtbot.assertNotEmitted(view.chosen):
        QTest.keyClick(view.search.line, Qt.Key.Key_Return)
    QTest.keyClick(view.search.line, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.chosen) as chosen:
        QTest.keyClick(view.search.line, Qt.Key.Key_Return)
    assert chosen.args == [night.FOUND[0].serial]


def test_exact_names_need_no_words_and_too_many_are_said(opened: Opened) -> None:
    view = typed(opened, "mul", Found(night.FOUND))
    assert not view.search.said.isVisible()
    assert view.search.how.isVisible()
    many = tuple(replace(night.FOUND[0], serial=bytes([n] * 8)) for n in range(MOST))
    QTest.keyClicks(view.search.line, "l")
    opened[0].found("mull", Found())
    assert view.search.said.text().startswith("Nobody found.")
    opened[0].found("mull", Found(many))
    assert view.search.said.text().startswith("Many are called so")


def test_page_keys_move_by_a_sight_and_the_chosen_row_is_seen(opened: Opened) -> None:
    many = tuple(replace(night.FOUND[0], serial=bytes([n] * 8), name=f"Anna {n}") for n in range(MOST))
    view = typed(opened, "anna", Found(many))
    for key, row in ((Qt.Key.Key_PageDown, ROWS - 1), (Qt.Key.Key_PageDown, 2 * ROWS - 1), (Qt.Key.Key_PageUp, 5)):
        QTest.keyClick(view.search.line, key)
        assert view.search.list.currentRow() == row
        assert (
            view.search.list.viewport().rect().intersects(view.search.list.visualItemRect(view.search.list.item(row)))
        )


def test_discretion_is_picked_by_a_key_and_stays_after_the_search(qtbot: QtBot, opened: Opened) -> None:
    model, view = opened
    with qtbot.waitSignal(view.discretion_picked) as picked:
        QTest.keyClick(view.search.line, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert picked.args == [True]
    assert model.state.search == Search(discreet=True)
    typed(opened, "mu", Found(more=True))
    assert view.search.said.text().startswith("Type more of the name")
    QTest.keyClick(view.search.line, Qt.Key.Key_Escape)
    assert (view.search.line.text(), view.search.discreet.isChecked(), model.state.search.discreet) == ("", True, True)


class Searched:
    """A search worker on a laptop's files, and what it said."""

    def __init__(self, one: Laptop) -> None:
        self.laptop = one
        self.worker = SearchWorker(lambda: one.stores, one.door, one.clock)
        self.answers: list[tuple[str, list[str]]] = []
        self.failures: list[str] = []
        self.worker.found.connect(self._answered)
        self.worker.failed.connect(self._failed)

    def _answered(self, text: str, found: Found) -> None:
        self.answers.append((text, [each.short_code for each in found.candidates]))

    def _failed(self, code: str, _: str) -> None:
        self.failures.append(code)


@pytest.fixture
def searched(tmp_path: Path, qtbot: QtBot) -> Iterator[Searched]:
    with laptop(tmp_path) as one:
        one.holds(Festival().setting())
        one.holds(guests(10), revision=2)
        yield Searched(one)


def test_of_what_is_typed_quickly_only_the_last_is_searched(qtbot: QtBot, searched: Searched) -> None:
    for text in ("a", "an", "anna"):
        searched.worker.asked(text)
    qtbot.waitUntil(lambda: bool(searched.answers))
    assert searched.answers == [("anna", ["AB-0006"])]


def test_a_pull_is_taken_in_before_anybody_types_and_no_search_is_an_answer_to_nothing(
    qtbot: QtBot, searched: Searched
) -> None:
    searched.laptop.holds(Page(tickets=[ticket_row(11)], guests=[guest_row(11, "Nora Neu")]), revision=3)
    searched.worker.refresh()
    searched.worker.asked("")
    searched.worker.asked("nora")
    qtbot.waitUntil(lambda: bool(searched.answers))
    assert searched.answers == [("nora", ["AB-0011"])]


def test_discretion_answers_what_is_typed_already_once_more(qtbot: QtBot, searched: Searched) -> None:
    searched.worker.asked("now")
    qtbot.waitUntil(lambda: len(searched.answers) == 1)
    searched.worker.discretion_picked(True)
    qtbot.waitUntil(lambda: len(searched.answers) == 2)
    assert searched.answers == [("now", ["AB-0001", "AB-0007"]), ("now", [])]


def test_a_search_that_fails_says_so_and_the_next_one_is_tried(qtbot: QtBot, searched: Searched) -> None:
    searched.laptop.stores.mirror.execute("ALTER TABLE guests RENAME TO elsewhere")
    searched.worker.asked("nora")
    qtbot.waitUntil(lambda: searched.failures == ["search_broken"])
    searched.laptop.stores.mirror.execute("ALTER TABLE elsewhere RENAME TO guests")
    searched.worker.asked("anna")
    with qtbot.waitSignal(searched.worker.mended) as mended:
        qtbot.waitUntil(lambda: searched.answers == [("anna", ["AB-0006"])])
    assert mended.args == ["search_broken"]


def test_files_that_can_be_read_again_are_no_trouble_any_more_though_nobody_searches(searched: Searched) -> None:
    held, mended = [StoreLocked()], list[str]()

    def open_stores() -> Stores:
        if held:
            raise held.pop()
        return searched.laptop.stores

    worker = SearchWorker(open_stores, searched.laptop.door, searched.laptop.clock)
    worker.mended.connect(mended.append)
    worker.refresh()
    assert mended == []
    worker.refresh()
    assert mended == ["store_locked"]
