"""What reaches the door's worker from the camera, on real files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from eventreg_core.admission import Reason
from eventreg_desktop.door.keyboards import Lock, damages
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.work.door import DoorWorker
from tests.sync.festival import Festival, guests, serial
from tests.sync.laptop import Laptop, laptop, told

FESTIVAL = Festival()
TICKET = FESTIVAL.text(serial(1))


class Worked:
    """A worker on a laptop's files, and what it said."""

    def __init__(self, one: Laptop) -> None:
        self.laptop = one
        self.worker = DoorWorker(lambda: one.stores, one.signing, one.door, one.clock)
        self.outcomes: list[Outcome] = []
        self.worker.judged.connect(self.outcomes.append)

    def said(self) -> list[Reason | None]:
        return [told(outcome) for outcome in self.outcomes]


@pytest.fixture
def worked(tmp_path: Path, qtbot: QtBot) -> Iterator[Worked]:
    with laptop(tmp_path) as one:
        one.holds(FESTIVAL.setting())
        one.holds(guests(10), revision=2)
        yield Worked(one)


def test_a_mistake_of_ours_at_the_end_of_a_shift_keeps_no_program_open(qtbot: QtBot, worked: Worked) -> None:
    worked.worker.scanned(TICKET)
    worked.laptop.stores.journal.execute("DROP TABLE signed_heads")
    with qtbot.waitSignal(worked.worker.closed):
        worked.worker.close()
    assert worked.said() == [None]


def test_a_menu_in_the_same_picture_never_hides_what_was_said_to_the_guest(worked: Worked) -> None:
    worked.worker.saw([TICKET, "https://menu.example.org"], 40, 2.0)
    assert worked.said() == [Reason.UNREADABLE, None]


def test_two_tickets_in_one_picture_are_both_judged_once(worked: Worked) -> None:
    worked.worker.saw([TICKET, FESTIVAL.text(serial(2))], 40, 2.0)
    assert [outcome.name for outcome in worked.outcomes] == ["Łukasz Nowak", "Sinéad O'Brien"]
    assert worked.said() == [None, None]


def test_a_hand_scanner_at_a_computer_with_another_keyboard_admits(worked: Worked) -> None:
    german = next(each for each in damages() if each.computer.name == "German" and each.lock is Lock.OFF)
    as_shown = {sign: shown for shown, sign in reversed(german.undone.items())}
    worked.worker.scanned("".join(as_shown[sign] for sign in TICKET))
    assert worked.said() == [None]


def test_two_hand_scanners_at_once_are_both_judged_or_told_to_scan_again(worked: Worked) -> None:
    second = FESTIVAL.text(serial(2))
    worked.worker.scanned("".join(one + other for one, other in zip(TICKET, second, strict=True)))
    assert worked.said() == [None, None]
    failed: list[str] = []
    worked.worker.failed.connect(lambda code, _: failed.append(code))
    worked.worker.scanned(TICKET[:60] + second[:17] + TICKET[60:75] + second[17:] + TICKET[75:])
    assert failed == ["two_scanners"]
    assert worked.said() == [None, None], "nobody is turned away for it"
