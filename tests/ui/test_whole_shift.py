"""A whole shift in the window: who works here, exceptions, undo, rehearsal, counts; on real files, by keys."""

from contextlib import closing

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from eventreg_core.facts import Annulment, CheckIn, Fact, Unrecognised
from eventreg_core.wire import Page
from eventreg_desktop.app import App
from eventreg_desktop.store import db, journal
from eventreg_desktop.ui.door.state import Look
from tests.sync.festival import ticket_row
from tests.ui.stage import Stage, scan, shown


def facts(stage: Stage) -> list[Fact | Unrecognised]:
    with closing(db.connect(stage.path / "laptop" / "journal.db")) as file:
        return [each.fact for each in journal.chain(file, journal.get_current(file).id)]


def fill(app: App, **blanks: str) -> None:
    panel = app.window.door.desk
    for name, text in blanks.items():
        panel.blanks[name].setText(text)
    QTest.keyClick(panel.blanks[name], Qt.Key.Key_Return)


def scanned(stage: Stage, app: App, guest: int, count: int) -> None:
    scan(app.window.door.search.line, stage.ticket(guest))
    stage.until(lambda: len(app.door.state.scans) == count)


def test_a_shift_with_a_supervisor_an_exception_and_a_mistake_taken_back(stage: Stage) -> None:
    app = stage.at_work()
    door = app.window.door
    QTest.keyClick(door, Qt.Key.Key_F4)
    stage.until(lambda: app.desk.ask is not None)
    fill(app, name="Mara Lindqvist", new_pin="4711")
    stage.until(lambda: app.door.state.operator == "Mara Lindqvist")
    scanned(stage, app, 1, 1)
    scanned(stage, app, 1, 2)
    assert app.door.state.banner.look is Look.STOP
    QTest.keyClick(door, Qt.Key.Key_F6)
    fill(app, reason="came back for her coat", pin="4711")
    stage.until(lambda: len(app.door.state.scans) == 3)
    assert (app.door.state.banner.look, app.door.state.banner.headline) == (Look.LOOK, "Look: Already used")
    QTest.keyClick(door, Qt.Key.Key_F8)
    QTest.keyClick(door.desk.buttons["yes"], Qt.Key.Key_Return)
    stage.until(lambda: app.door.state.scans[0].undone)
    assert not door.desk.isVisible()
    stage.until(lambda: app.door.state.tally is not None and app.door.state.tally.inside == "1")
    told = facts(stage)
    assert len({fact.operator for fact in told[:1]} | {fact.operator for fact in told}) == 1
    override, undo = told[-2:]
    assert isinstance(override, CheckIn)
    assert isinstance(undo, Annulment)
    assert (override.despite, override.supervisor, undo.target) == ("already_used", override.operator, override.id)
    stage.until(lambda: len(stage.peer.server.facts) == 4)
    app.stop()  # files come and go while a door is at work
    everything = b"".join(file.read_bytes() for file in (stage.path / "laptop").iterdir() if file.is_file())
    assert b"came back" not in everything
    assert b"Lindqvist" not in everything


def test_a_party_is_let_in_and_a_rehearsal_leaves_no_trace_in_the_counts(stage: Stage) -> None:
    family = [ticket_row(20 + place, of=3, place=place, holder=f"Companion {place}") for place in (1, 2)]
    stage.peer.server.publish(Page(tickets=family))
    app = stage.at_work()
    door = app.window.door
    QTest.keyClick(door, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(door.desk.buttons["yes"], Qt.Key.Key_Return)
    stage.until(lambda: app.door.state.rehearsal)
    scanned(stage, app, 1, 1)
    QTest.keyClick(door, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    stage.until(lambda: not app.door.state.rehearsal)
    scanned(stage, app, 3, 2)
    assert app.door.state.offers.party == "Party of 3 (F9)"
    QTest.keyClick(door, Qt.Key.Key_F9)
    stage.until(door.desk.isVisible)
    QTest.keyClick(door.desk.choices, Qt.Key.Key_Return)
    stage.until(lambda: app.door.state.banner.word == "2 ADMITTED")
    assert [name for name, _ in shown(app.door)][2:] == ["Companion 1", "Companion 2"]
    stage.until(lambda: app.door.state.tally is not None and app.door.state.tally.inside == "3")
    told = facts(stage)
    assert [fact.rehearsal for fact in told] == [True, False, False, False]
    assert told[2].group == told[3].group is not None
