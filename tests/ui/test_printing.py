"""Badges at a door, on real files and through Qt's real printing; what was printed is read back."""

from contextlib import closing
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import pytest
import zxingcpp
from PySide6.QtCore import QSettings, Qt
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from eventreg_desktop.app import App
from eventreg_desktop.door.badge import FILES, Badge, Paper, PrintSetup, Template, Wanted
from eventreg_desktop.door.printed import JobState, Printed
from eventreg_desktop.door.walk_in import Sold
from eventreg_desktop.store import prints
from eventreg_desktop.store.prints import Job
from eventreg_desktop.store.stores import door_stores, prepare
from eventreg_desktop.ui.door.ask import Answer
from eventreg_desktop.ui.door.state import Look
from eventreg_desktop.work.printing import printers
from eventreg_desktop.work.printing.job import print_once
from eventreg_desktop.work.printing.printers import PrinterGone
from eventreg_desktop.work.printing.room import Booth, Looks, PrintRoom
from tests import paper
from tests.sync.festival import EVENT, NAMES, SERVER, serial
from tests.sync.laptop import KEY, Hands, small
from tests.sync.memory_server import NOON
from tests.ui.stage import Stage, scan, shown

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def set_to(stage: Stage, printer: str, *, automatic: bool = False) -> Path:
    """This laptop printed so the last time; where its files go."""
    folder = stage.path / "printed"
    settings = QSettings(str(stage.path / "screen.ini"), QSettings.Format.IniFormat)
    for key, value in (("printer", printer), ("folder", str(folder)), ("automatic", "yes" if automatic else "no")):
        settings.setValue(f"print/{key}", value)
    settings.sync()
    return folder


def said(app: App) -> list[str]:
    return [line.said for line in app.printing.model.state.lines]


def codes(page: paper.Page) -> list[str]:
    return [found.text for picture in page.pictures for found in zxingcpp.read_barcodes(picture)]


def test_a_first_admission_prints_one_badge_whose_code_and_name_are_the_guest_s_and_a_second_wants_a_reason(
    stage: Stage,
) -> None:
    folder = set_to(stage, FILES, automatic=True)
    app = stage.at_work()
    door = app.window.door
    scan(door.search.line, stage.ticket(2))
    stage.until(lambda: said(app) == ["in a file"])
    (first,) = folder.iterdir()
    (page,) = paper.read(first)
    assert [round(side) for side in page.size] == [86, 54]
    assert codes(page) == [stage.ticket(2)]
    assert NAMES[2] in page.words
    assert {"Sommerfest", "Adult"} <= set(page.words.split())

    scan(door.search.line, stage.ticket(2))
    stage.until(lambda: shown(app.door)[-1:] == [(NAMES[2], Look.STOP)])
    assert door.offers.badge.isVisible(), "who was let in before may have lost it"
    QTest.keyClick(door, Qt.Key.Key_P, CTRL)
    stage.until(lambda: door.desk.isVisible())
    assert door.desk.title.text() == "This badge was printed before. Why again?"
    door.desk.answered.emit(Answer())
    assert door.desk.error.text() == "Choose why."
    QTest.keyClick(door.desk.choices, Qt.Key.Key_Down)
    QTest.keyClick(door.desk.choices, Qt.Key.Key_Return)
    stage.until(lambda: said(app) == ["in a file", "in a file"])
    assert [line.second for line in app.printing.model.state.lines] == ["Adult · damaged", "Adult · by itself"]
    assert not door.desk.isVisible()

    app.stop()
    assert len(list(folder.iterdir())) == 2
    everything = b"".join(file.read_bytes() for file in (stage.path / "laptop").rglob("*") if file.is_file())
    for secret in (NAMES[2], stage.ticket(2)):
        assert secret.encode() not in everything
        assert secret.encode("utf-16-le") not in everything


def test_a_printer_that_is_gone_stops_nobody_and_nothing_is_printed_twice_when_it_is_mended(stage: Stage) -> None:
    set_to(stage, "A printer that nobody has", automatic=True)
    app = stage.at_work()
    door = app.window.door
    scan(door.search.line, stage.ticket(1))
    stage.until(lambda: said(app) == ["not printed"])
    stage.until(lambda: any(notice.code == "print_gone" for notice in app.door.state.notices))
    assert not app.door.state.well
    scan(door.search.line, stage.ticket(2))
    stage.until(lambda: shown(app.door) == [(NAMES[1], Look.ADMITTED), (NAMES[2], Look.ADMITTED)])
    stage.until(lambda: said(app) == ["not printed", "not printed"])

    QTest.keyClick(door, Qt.Key.Key_P, CTRL | SHIFT)
    stage.until(lambda: door.prints.panel.isVisible() and app.printing.model.state.printers is not None)
    choice = door.prints.panel.printer
    choice.setCurrentIndex(choice.findData(FILES))
    choice.activated.emit(choice.currentIndex())
    stage.until(lambda: not door.prints.panel.picture.pixmap().isNull())
    QTest.keyClick(choice, Qt.Key.Key_Escape)
    assert not door.prints.panel.isVisible()
    QTest.keyClick(door, Qt.Key.Key_P, CTRL)
    stage.until(lambda: said(app) == ["in a file", "not printed", "not printed"])
    stage.until(lambda: all(notice.code != "print_gone" for notice in app.door.state.notices))
    assert len(list((stage.path / "printed").iterdir())) == 1


def test_one_fact_prints_once_whoever_asks_and_the_log_lists_it_by_a_key(stage: Stage) -> None:
    folder = set_to(stage, FILES)
    app = stage.at_work()
    sold = Wanted(b"not synced yet"[:8], stage.ticket(9), uuid4(), "Zoë Müller", "Adult")
    for _ in range(3):
        app.printing.print_ticket(sold)
    stage.until(lambda: app.window.door.desk.isVisible())
    assert app.window.door.desk.sentence.text() == "Zoë Müller"
    QTest.keyClick(app.window.door.desk.choices, Qt.Key.Key_Escape)
    QTest.keyClick(app.window.door, Qt.Key.Key_J, CTRL)
    stage.until(lambda: said(app) == ["in a file"])
    assert app.window.door.prints.log.list.isVisible()
    assert not app.window.door.scans.isVisible()
    assert app.printing.model.state.lines[0].name == "Zoë Müller"
    (file,) = folder.iterdir()
    assert codes(paper.read(file)[0]) == [stage.ticket(9)]
    QTest.keyClick(app.window.door.prints.log.list, Qt.Key.Key_Escape)
    assert app.window.door.scans.isVisible()


def test_who_buys_a_ticket_for_later_takes_it_along_on_paper(stage: Stage) -> None:
    folder = set_to(stage, FILES)
    app = stage.at_work()
    sold = Sold(uuid4(), b"a-blank!", stage.ticket(9), "Zoë Müller", "Adult", None, None)
    app.printing.model.sold(sold)
    assert app.window.door.offers.badge.isVisible()
    QTest.keyClick(app.window.door, Qt.Key.Key_P, CTRL)
    stage.until(lambda: said(app) == ["in a file"])
    (page,) = paper.read(next(folder.iterdir()))
    assert codes(page) == [stage.ticket(9)]
    assert {"Zoë", "Müller", "Adult"} <= set(page.words.split())


def test_troubles_that_come_together_never_open_a_window_of_their_own(stage: Stage) -> None:
    app = stage.at_work()
    for number in range(5):
        app.door.noticed(f"print_{number}", "Look at the printer.")
    for _ in range(5):
        stage.qapp.processEvents()  # what a layout shows a moment later
    assert [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [app.window]
    assert app.window.isActiveWindow()


def test_the_door_list_comes_by_a_key_while_the_door_scans(stage: Stage) -> None:
    folder = set_to(stage, FILES)
    app = stage.at_work()
    door = app.window.door
    scan(door.search.line, stage.ticket(1))
    stage.until(lambda: len(shown(app.door)) == 1)
    QTest.keyClick(door, Qt.Key.Key_D, CTRL | SHIFT)
    stage.until(lambda: app.printing.model.state.paper_list.file)
    (page,) = paper.read(Path(app.printing.model.state.paper_list.file))
    assert app.printing.model.state.paper_list.file == str(folder / "door-list-2026-07-01-140000.pdf"), "Berlin's time"
    assert all(name in page.words for name in ("Sommerfest", "Main door", "Page 1 of 1", "Tickets: 10", NAMES[1]))
    assert door.prints.panel.show_file.isVisible()


def test_a_kill_leaves_no_badge_in_doubt_that_was_not_on_its_way_and_none_is_sent_again(
    qapp: QApplication, tmp_path: Path
) -> None:
    folder, event = small(tmp_path), uuid4()
    tmp_path.mkdir(exist_ok=True)
    setup = PrintSetup(FILES, str(tmp_path / "printed"))

    def job(number: int) -> Job:
        return Job(UUID(int=number), event, serial(number), FILES, Paper.CARD, NOON)

    with closing(prints.open_log(folder)) as log:
        for number in (1, 2, 3):
            assert prints.add(log, job(number)) is None
        badge = Badge("Zoë Müller", "Adult", "Sommerfest", "K7QX-2M4P")
        assert print_once(log, job(1), badge, Template(), setup, None, NOON).state is JobState.PRINTED
        assert prints.begin(log, job(2).id), "killed here"
    with closing(prints.open_log(folder)) as log:
        assert [each.id for each in prints.settle(log, NOON)] == [job(2).id]
        ended = {each.id.int: each.state for each in prints.list_newest(log, event, 9)}
        assert ended == {1: JobState.PRINTED, 2: JobState.UNKNOWN, 3: JobState.FAILED}
        for number in (1, 2, 3):
            print_once(log, job(number), badge, Template(), setup, None, NOON)
        assert len(list((tmp_path / "printed").iterdir())) == 1
        before = prints.add(log, Job(uuid4(), event, serial(2), FILES, Paper.CARD, NOON))
        assert before is not None
        assert before.state is JobState.UNKNOWN, "who has it perhaps is asked why again"
        assert prints.add(log, Job(uuid4(), event, serial(3), FILES, Paper.CARD, NOON)) is None
        with pytest.raises(PrinterGone):
            print_once(log, job(1), badge, Template(), PrintSetup("Nobody's"), None, NOON)
        assert prints.list_newest(log, event, 9)[-1].state is JobState.PRINTED, "what has ended stays"


def test_a_printer_that_never_answers_is_said_and_choosing_another_mends_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never, clock, folder = Event(), Hands(), small(tmp_path / "door")

    class Stuck:
        """The system's word on printers, of which one hangs."""

        @staticmethod
        def printerInfo(name: str) -> QPrinterInfo:  # noqa: N802
            never.wait()
            return QPrinterInfo.printerInfo(name)

        availablePrinterNames = staticmethod(lambda: ["Stuck"])  # noqa: N815
        defaultPrinterName = staticmethod(lambda: "Stuck")  # noqa: N815

    monkeypatch.setattr(printers, "QPrinterInfo", Stuck)
    prepare(folder, KEY, SERVER)
    room = PrintRoom(folder, clock)
    log: list[tuple[Printed, ...]] = []
    codes: list[str] = []
    room.listed.connect(log.append)
    room.noticed.connect(lambda code, _: codes.append(code))
    room.work_for(Booth(EVENT, "Sommerfest", lambda: door_stores(folder, KEY)))
    stuck, files = (Looks(PrintSetup(name, str(tmp_path / "printed")), {}) for name in ("Stuck", FILES))
    with qtbot.waitSignal(room.printers_found) as found:
        room.print(Wanted(serial(10)), stuck)
        room.find_printers()
    assert found.args == [("Stuck",)]
    room.print(Wanted(serial(11)), files)
    qtbot.waitUntil(lambda: bool(log) and [each.state for each in log[-1]] == [JobState.PRINTED, JobState.QUEUED])
    assert codes == []
    clock.wait(60)
    room.print(Wanted(serial(12)), stuck)
    qtbot.waitUntil(lambda: codes == ["print_stopped"])
    never.set()
    qtbot.waitUntil(lambda: [each.state for each in log[-1]] == [JobState.FAILED, JobState.PRINTED, JobState.FAILED])
    room.stop()
