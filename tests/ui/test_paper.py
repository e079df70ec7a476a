"""What stands on paper: badges of any name on any paper, and the door list."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from eventreg_core.admission import Kind, Status
from eventreg_core.wire import Page
from eventreg_desktop.__main__ import main as eventreg
from eventreg_desktop.door.annul import annul
from eventreg_desktop.door.badge import ACCENTS, Badge, Paper, Template, usual
from eventreg_desktop.door.door import Allowed, Chosen
from eventreg_desktop.door.door_list import By, Cancelled, DoorList, NoSuchList, Remark, read
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.door_list_command import make
from eventreg_desktop.journal_command import NotEnrolled
from eventreg_desktop.store import device
from eventreg_desktop.store.device import Device, Secrets
from eventreg_desktop.store.folding import folded_name
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.ui.colours import contrast
from eventreg_desktop.work import decode
from eventreg_desktop.work.opencv import Picture, cv2
from eventreg_desktop.work.printing.card import pictured
from eventreg_desktop.work.printing.door_list import ROWS, NotWritten, write_pdf
from eventreg_desktop.work.printing.lane import Lane
from eventreg_desktop.work.printing.letters import write
from tests import paper
from tests.sights import TICKET
from tests.sync.blanks import give
from tests.sync.festival import CLUB, DAYS, EVENT, MAIN, PRESS, SERVER, Festival, guest_row, guests, serial, ticket_row
from tests.sync.laptop import KEY, Laptop, laptop

LONG = "Maria-Magdalena Freiin von Hohenstein-Wittgenstein zu Löwenberg und Sachsen-Coburg-Altenburg"
ARABIC = "عبد الرحمن الهاشمي"
STRANGE = ("", "Æ" * 255, LONG, ARABIC, "李小龍", "Anna محمد Ünal", "a\u202eb\n\tc")


def dots(image: QImage) -> Picture:
    """A picture as grey dots."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return np.array(rows[:, : grey.width()])  # the picture's own memory goes with it


def go_on() -> bool:
    return True


@pytest.mark.parametrize("size", list(Paper))
def test_every_badge_is_read_by_our_own_camera_whatever_the_name(qapp: QApplication, size: Paper) -> None:
    for name in STRANGE:
        badge = Badge(name, name, "Sommerfest", "K7QX-2M4P", TICKET)
        image = pictured(size, badge, Template(), None, round(size.size[0] / 25.4 * 200))
        assert decode.texts(np.repeat(dots(image)[..., None], 3, axis=2)) == [TICKET], name
    without = pictured(size, Badge(LONG, "Adult", "Sommerfest", "K7QX-2M4P"), Template(logo=False), None, 800)
    assert decode.texts(np.repeat(dots(without)[..., None], 3, axis=2)) == []


def test_colours_of_types_bear_white_letters_and_are_the_same_everywhere() -> None:
    assert min(contrast(accent, "#ffffff") for accent in ACCENTS) >= 4.5
    assert [usual(number).accent for number in (1, 2, 9)] == [ACCENTS[0], ACCENTS[1], ACCENTS[0]]


def test_letters_of_arabic_are_joined_and_long_names_stay_in_their_box(qapp: QApplication) -> None:
    def ink(text: str) -> NDArray[np.bool_]:
        image = QImage(900, 300, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        write(painter, QRectF(100, 100, 700, 100), text, (60, 12), "#000000", lines=2, bold=True)
        painter.end()
        return np.asarray(dots(image) < 128)

    joined, apart = (
        cv2.connectedComponents(ink(text).astype(np.uint8))[0] for text in ("محمد", "م\u200cح\u200cم\u200cد")
    )
    assert (joined, apart) == (2, 5), "one stroke of ink, or four letters; and the ground"
    for name in STRANGE:
        drawn = ink(name)
        drawn[80:220, 90:810] = False
        assert not drawn.any(), name


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Laptop]:
    """A laptop that knows a hundred guests, some with strange names; one is blocked, one to pay, one of the press."""
    with laptop(tmp_path / "door") as one:
        one.holds(Festival().setting(), complete=True)
        one.holds(guests(100))
        strange = [guest_row(number, name) for number, name in enumerate((*STRANGE, "Zoë Äbel"), start=1)]
        others = [
            ticket_row(50, status=Status.BLOCKED),
            ticket_row(51, settled=False),
            ticket_row(52, PRESS),
            ticket_row(53, status=Status.CANCELLED),
        ]
        one.holds(Page(guests=strange, tickets=others))
        yield one


def listed(door: Laptop, check_in_list: UUID = MAIN, by: By = By.NAME) -> DoorList:
    return read(door.stores, EVENT, check_in_list, by, door.clock(), go_on)


def test_the_door_list_holds_who_may_come_in_here_in_order_and_who_is_in(door: Laptop, tmp_path: Path) -> None:
    door.choose(serial(10))
    undone = door.choose(serial(11))
    annul(door.stores, door.door, undone.fact or uuid4(), door.clock())
    found = listed(door)
    names = [line.name for line in found.lines]
    assert len(names) == 98, "the press and who was cancelled are not of this list"
    assert names[-1] == "", "who has no name comes last"
    folded = [folded_name(name) for name in names[:-1]]
    assert folded == sorted(folded)
    by_last = [line.name for line in listed(door, by=By.LAST).lines]
    assert by_last.index("Zoë Äbel") < by_last.index("Bo") < by_last.index("Anna Müller")
    remarks = {line.short_code: line.remark for line in found.lines}
    codes = {number: ticket_row(number).short_code or "" for number in (10, 11, 50, 51)}
    assert [remarks[codes[number]] for number in (10, 11, 50, 51)] == [
        Remark.IN, Remark.NONE, Remark.BLOCKED, Remark.UNPAID,
    ]  # fmt: skip
    assert len(listed(door, CLUB).lines) == 99
    with pytest.raises(NoSuchList):
        listed(door, uuid4())


def since(door: Laptop, check_in_list: UUID) -> dict[int, str]:
    """Who of guests 10 to 14 is in by the door list, and since when."""
    lines = {line.short_code: line for line in listed(door, check_in_list).lines}
    found = {number: lines[f"AB-{number:04}"].since for number in range(10, 15)}
    return {number: f"{at:%d. %H:%M}" for number, at in found.items() if at is not None}


def test_on_paper_is_in_who_may_not_enter_again_by_the_list_s_own_rule(door: Laptop) -> None:
    for check_in_list in (MAIN, CLUB, DAYS):
        door.works(check_in_list)
        door.choose(serial(10))
        door.choose(serial(11))
    door.works(CLUB, Kind.EXIT)
    door.choose(serial(10))
    door.clock.wait(3600)
    door.works(DAYS, Kind.EXIT)
    door.choose(serial(11))
    door.works(MAIN)
    redeem(door.stores, door.door, Chosen(serial(11)), door.clock(), Allowed("supervisor-1", "came back"))
    assert since(door, MAIN) == {10: "01. 12:00", 11: "01. 12:00"}, "each ticket enters once, also after an exception"
    assert since(door, CLUB) == {11: "01. 12:00"}, "who went out may come in again"
    assert since(door, DAYS) == {10: "01. 12:00", 11: "01. 12:00"}
    door.clock.wait(24 * 3600)
    door.works(DAYS)
    door.choose(serial(11))
    assert since(door, DAYS) == {11: "02. 13:00"}, "yesterday's guests may all come today"
    assert since(door, MAIN) == {10: "01. 12:00", 11: "01. 12:00"}


def test_blanks_that_nobody_has_are_not_on_paper(door: Laptop) -> None:
    before = listed(door)
    give(door, Festival())
    assert listed(door) == before


def test_the_door_list_on_paper_has_every_guest_once_and_tells_pages_list_and_time(
    qapp: QApplication, door: Laptop, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, pages: int) -> bool:
        told.append((done, pages))
        return True

    found, file = listed(door), tmp_path / "fresh" / "list.pdf"
    pages = write_pdf(found, file, progress)
    assert pages == -(-98 // ROWS)
    assert told == [(done, pages) for done in range(1, pages + 1)]
    printed = paper.read(file)
    for number, page in enumerate(printed, start=1):
        lines = found.lines[(number - 1) * ROWS : number * ROWS]
        assert [round(side) for side in page.size] == [210, 297]
        for words in (f"Page {number} of {pages}", "Sommerfest", "Main door", "Tickets: 98", "2026-07-01 14:00"):
            assert words in page.words
        assert [text for text in page.texts if text in {line.short_code for line in found.lines}] == [
            line.short_code for line in lines
        ]
        plain = [line.name for line in lines if line.name.isascii() and len(line.name) < 30]
        assert all(name in page.words for name in plain)


def test_a_door_list_that_is_cancelled_or_has_no_room_leaves_nothing(
    qapp: QApplication, door: Laptop, tmp_path: Path
) -> None:
    found, file = listed(door), tmp_path / "list.pdf"
    with pytest.raises(Cancelled):
        write_pdf(found, file, lambda done, pages: done < 2)
    with pytest.raises(Cancelled):
        read(door.stores, EVENT, MAIN, By.NAME, door.clock(), lambda: False)
    (tmp_path / "taken").write_text("a file, no folder")
    with pytest.raises(NotWritten):
        write_pdf(found, tmp_path / "taken" / "list.pdf", go_on_pages)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["door", "taken"]
    write_pdf(replace(found, lines=()), file, go_on_pages)
    assert "Tickets: 0" in paper.read(file)[0].words


def go_on_pages(done: int, pages: int) -> bool:
    return True


def test_the_command_writes_the_list_beside_an_open_door(
    qapp: QApplication, door: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vault = Vault(None)
    here = Device(
        id=door.id,
        name="North",
        event=EVENT,
        url="",
        pin="",
        server=SERVER,
        server_key="",
        certificate="",
        signature="",
    )
    device.keep(door.folder, here)
    device.keep_secrets(vault, door.id, Secrets(door.signing, KEY))
    said: list[str] = []
    told = Namespace(list="Main door", pdf=str(tmp_path / "list.pdf"), by="last")
    sentence = make(door.folder, vault, door.clock, told, said.append)
    assert sentence.startswith("98 tickets of Main door are on 3 pages in ")
    assert said == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]
    assert len(paper.read(tmp_path / "list.pdf")) == 3
    with pytest.raises(NotEnrolled):
        make(door.folder, Vault(None), door.clock, told, said.append)
    elsewhere = ["--data", str(tmp_path / "empty"), "--language", "en"]
    assert eventreg(["door-list", "--pdf", str(tmp_path / "other.pdf"), *elsewhere]) == 2
    assert "not enrolled" in capsys.readouterr().err


def test_a_printer_that_never_answers_holds_up_its_own_lane_alone() -> None:
    never, done = Event(), Event()
    stuck, other = Lane("stuck"), Lane("other")
    stuck.do(lambda: (never.wait(), None)[1])
    other.do(done.set)
    assert done.wait(60)
    assert other.stop(60)
    assert not stuck.stop(0.01), "the end of the program does not wait for it"
    never.set()
    assert stuck.stop(60)
