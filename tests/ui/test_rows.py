"""Lists of rows: they show exactly what they are given, and whoever is marked stays so."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from eventreg_desktop.ui.door.print_log import PrintLog
from eventreg_desktop.ui.door.print_state import PrintState
from eventreg_desktop.ui.door.print_wording import line_of
from eventreg_desktop.ui.rows import Row, RowList
from tests.ui import print_scenes

ANNA, BO, CARLA, DEE = (
    Row("check", "admitted_text", name, "Day", "Admitted") for name in ("Anna", "Bo", "Carla", "Dee")
)


@pytest.fixture
def rows(qtbot: QtBot) -> RowList:
    made = RowList("Last scans")
    qtbot.addWidget(made)
    return made


def names(rows: RowList) -> list[str]:
    said = (rows.item(number).data(Qt.ItemDataRole.AccessibleTextRole) for number in range(rows.count()))
    return [str(each).partition(",")[0] for each in said]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param((), (ANNA,), id="the first"),
        pytest.param((ANNA,), (BO,), id="another instead"),
        pytest.param((ANNA,), (BO, ANNA), id="one more"),
        pytest.param((BO, ANNA), (CARLA, BO), id="one more, and the oldest goes"),
        pytest.param((CARLA, BO, ANNA), (DEE,), id="fewer"),
        pytest.param((ANNA, ANNA), (ANNA, ANNA, ANNA), id="the same again and again"),
        pytest.param((BO, ANNA), (replace(BO, state="Undone"), ANNA), id="the newest became another"),
        pytest.param((BO, ANNA), (BO, replace(ANNA, name="Anne")), id="an older one became another"),
        pytest.param((BO, ANNA), (), id="none"),
    ],
)
def test_a_list_shows_exactly_what_it_is_given(rows: RowList, before: Sequence[Row], after: Sequence[Row]) -> None:
    rows.show_rows(tuple(before))
    rows.show_rows(tuple(after))
    assert names(rows) == [each.name for each in after]
    said = [rows.item(number).data(Qt.ItemDataRole.AccessibleTextRole) for number in range(rows.count())]
    assert said == [each.spoken() for each in after]


def test_a_marked_scan_stays_marked_while_others_come_in(rows: RowList) -> None:
    rows.show_rows((BO, ANNA))
    rows.setCurrentRow(1)
    rows.show_rows((CARLA, BO, ANNA))
    assert names(rows)[rows.currentRow()] == "Anna"


def test_a_marked_one_stays_marked_while_another_becomes_another(rows: RowList) -> None:
    rows.show_rows((CARLA, BO, ANNA))
    rows.setCurrentRow(2)
    rows.show_rows((CARLA, replace(BO, state="Undone"), ANNA))
    assert names(rows)[rows.currentRow()] == "Anna"


def test_in_the_print_log_the_same_guest_stays_marked_while_badges_are_printed_for_others(qtbot: QtBot) -> None:
    log, lines = PrintLog(), tuple(line_of(each, "UTC") for each in print_scenes.jobs())
    qtbot.addWidget(log)
    asked: list[int] = []
    log.again_asked.connect(asked.append)
    log.display(PrintState(log=True, lines=lines[1:]))
    assert log.list.currentRow() == 0, "it opens at the newest"
    log.list.setCurrentRow(2)
    log.display(PrintState(log=True, lines=lines))
    log.display(PrintState(log=True, lines=(replace(lines[0], said="sent to the printer"), *lines[1:])))
    QTest.keyClick(log.list, Qt.Key.Key_Return)
    assert asked == [3]
    log.display(PrintState(lines=lines))
    log.display(PrintState(log=True, lines=lines))
    assert log.list.currentRow() == 0
