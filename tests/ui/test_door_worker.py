"""What reaches the door's worker from the camera, on real files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from eventreg_core.admission import Kind, Reason, Status
from eventreg_core.facts import PayMethod
from eventreg_core.wire import Page
from eventreg_desktop.door.door import Allowed, Scanned, Taken
from eventreg_desktop.door.keyboards import Lock, damages
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.work.door import DoorWorker
from tests.sync.festival import NAMES, Festival, guests, serial, ticket_row
from tests.sync.laptop import Laptop, laptop, told

FESTIVAL = Festival()
TICKET = FESTIVAL.text(serial(1))


class Worked:
    """A worker on a laptop's files, and what it said."""

    def __init__(self, one: Laptop) -> None:
        self.laptop = one
        self.worker = DoorWorker(lambda: one.stores, one.signing, one.door, one.clock)
        self.outcomes: list[Outcome] = []
        self.together: list[list[Outcome]] = []
        self.failed: list[str] = []
        self.worker.judged.connect(self.outcomes.append)
        self.worker.judged_together.connect(self.together.append)
        self.worker.failed.connect(lambda code, _: self.failed.append(code))

    def said(self) -> list[Reason | None]:
        return [told(outcome) for outcome in self.outcomes]

    def groups(self) -> list[list[str | None]]:
        """Who was told together, each time."""
        return [[outcome.name for outcome in outcomes] for outcomes in self.together]


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
    assert worked.groups() == [["Łukasz Nowak", "Sinéad O'Brien"]]


def test_a_third_phone_that_is_read_a_picture_later_is_told_with_the_two_beside_it(worked: Worked) -> None:
    first, second, third = (FESTIVAL.text(serial(number)) for number in (1, 2, 3))
    worked.worker.scanned(second)
    worked.worker.saw([first, second], 1_000, 2.0)
    worked.worker.saw([third], 1_066, 2.0, [first, second])
    assert worked.said() == [None, None, Reason.ALREADY_USED, None], "each was judged by itself"
    assert worked.groups()[1:] == [[NAMES[1], NAMES[2], NAMES[3]]], "and the one who may not pass is not hidden"
    worked.worker.saw(["https://menu.example.org"], 1_133, 2.0, [first, second, third])
    assert len(worked.together) == 2, "a menu is nobody's"
    worked.worker.kind_picked(Kind.EXIT)
    worked.worker.saw([second], 1_900, 2.0, [first, third])
    assert len(worked.together) == 2, "what is counted otherwise is not added up"


def test_a_scan_that_was_not_kept_is_not_hidden_by_others_of_its_picture(worked: Worked) -> None:
    first, second, third = (FESTIVAL.text(serial(number)) for number in (1, 2, 3))
    said: list[str] = []
    worked.worker.judged.connect(lambda outcome: said.append(outcome.name))
    worked.worker.judged_together.connect(lambda outcomes: said.append(f"{len(outcomes)} together"))
    worked.worker.failed.connect(lambda code, _: said.append(code))
    worked.laptop.stores.journal.execute(
        "CREATE TEMP TRIGGER spoilt BEFORE INSERT ON facts"
        f" WHEN NEW.serial = X'{serial(2).hex()}' BEGIN SELECT RAISE(FAIL, 'spoilt'); END"
    )
    worked.worker.saw([first, second, third], 40, 2.0)
    assert said == [NAMES[1], "broken", NAMES[3], "2 together", "broken"]


def test_at_a_door_that_counts_exits_who_is_let_in_all_the_same_or_pays_comes_in(worked: Worked) -> None:
    worked.laptop.holds(Page(tickets=[ticket_row(3, settled=False), ticket_row(4, status=Status.BLOCKED)]), revision=3)
    for number in (3, 4):
        worked.worker.scanned(FESTIVAL.text(serial(number)))
    worked.worker.kind_picked(Kind.EXIT)
    worked.worker.take_payment(Scanned(FESTIVAL.text(serial(3))), Taken(1000, "EUR", PayMethod.CASH))
    worked.worker.override(Scanned(FESTIVAL.text(serial(4))), Allowed("supervisor-1", "Mara: her sister"))
    worked.worker.admit_party([serial(5)])
    assert [outcome.kind for outcome in worked.outcomes[2:]] == [Kind.ENTRY] * 3
    kinds = [type(each.fact).__name__ for each in worked.laptop.facts()[2:]]
    assert kinds == ["Payment", "CheckIn", "CheckIn", "CheckIn"]


def test_a_hand_scanner_at_a_computer_with_another_keyboard_admits(worked: Worked) -> None:
    german = next(each for each in damages() if each.computer.name == "German" and each.lock is Lock.OFF)
    as_shown = {sign: shown for shown, sign in reversed(german.undone.items())}
    worked.worker.scanned("".join(as_shown[sign] for sign in TICKET))
    assert worked.said() == [None]


def test_two_hand_scanners_at_once_are_both_judged_or_told_to_scan_again(worked: Worked) -> None:
    second = FESTIVAL.text(serial(2))
    worked.worker.scanned("".join(one + other for one, other in zip(TICKET, second, strict=True)))
    assert worked.said() == [None, None]
    assert [sorted(map(str, names)) for names in worked.groups()] == [sorted(NAMES[1:3])], "neither hides the other"
    worked.worker.scanned(TICKET[:60] + second[:17] + TICKET[60:75] + second[17:] + TICKET[75:])
    assert worked.failed == ["two_scanners"]
    assert worked.said() == [None, None], "nobody is turned away for it"
