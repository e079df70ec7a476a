"""Scenarios: a door's evening in a few lines, played through the real thing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest
import zxingcpp

from eventreg_core.problems import MalformedText
from eventreg_core.wire import Page
from eventreg_desktop import headless
from eventreg_desktop.door.counts import Counts
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.scenario import Scan, read_scenario
from eventreg_desktop.store.mirror import EventHere
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.work.opencv import Picture
from tests.sync import blanks
from tests.sync.festival import Festival, guests, serial
from tests.sync.http_peer import HOTEL, Peer, listening
from tests.sync.laptop import Hands, small
from tests.sync.memory_server import MemoryServer

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@dataclass
class Looks:
    """Somebody who looks at everything."""

    doors: list[tuple[str, str, str | None]] = field(default_factory=list)
    shown: list[tuple[Outcome, Picture | None]] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)

    def stood(self, event: EventHere, check_in_list: str, gate: str | None) -> None:
        self.doors.append((event.name, check_in_list, gate))

    def judged(self, outcome: Outcome, picture: Picture | None, counted: Callable[[], Counts]) -> None:
        self.shown.append((outcome, picture))
        self.inside.append(counted().inside)


@dataclass
class Play:
    """What a scenario printed and showed."""

    path: Path
    peer: Peer
    vault: Vault = field(default_factory=lambda: Vault(None))
    looks: Looks = field(default_factory=Looks)
    lines: list[str] = field(default_factory=list)

    def run(self, text: str, json: bool = True) -> int:
        """Play `text`, where `{ticket N}` is the code of guest N, after enrolling; the exit code."""
        festival = Festival()
        text = re.sub(r"\{ticket (\d+)\}", lambda found: festival.text(serial(int(found[1]))), text)
        file = self.path / "scenario.txt"
        file.write_text(f"enrol {self.peer.enrolment()}\n{text}", "utf-8")
        folder = small(self.path / "door")
        self.lines.clear()
        return headless.run(file, folder, self.vault, Hands(), self.looks, self.lines.append, json=json)

    @property
    def last(self) -> Any:
        """The last line."""
        return msgspec.json.decode(self.lines[-1])


@pytest.fixture
def play(tmp_path: Path, festival: Festival) -> Iterator[Play]:
    server = MemoryServer()
    server.publish(festival.setting())
    server.publish(guests(10))
    with listening(Peer(server)) as peer:
        yield Play(tmp_path, peer)


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.txt")), ids=lambda file: file.stem)
def test_a_scenario_goes_as_it_says(play: Play, file: Path) -> None:
    play.peer.server.publish(Page(tickets=blanks.rows()))
    play.peer.server.stock = blanks.stock_of(Festival(), blanks.rows())
    assert play.run(file.read_text("utf-8")) == 0, "\n".join(play.lines)
    assert play.last["unsent"] == 0
    assert play.last["device_facts"] == len(play.peer.server.facts)


def test_each_scan_is_a_line_and_the_last_one_repeats_them_all(play: Play) -> None:
    assert play.run('door "Main door"\nscan {ticket 1}\nexpect admitted\nscan {ticket 1}\n') == 0
    first, second, report = (msgspec.json.decode(line) for line in play.lines)
    assert {**first, "commit_ms": 0} == {
        "scan": 1,
        "expected": "admitted",
        "expected_reason": None,
        "verdict": "admitted",
        "reason": None,
        "decode_ms": 0.0,
        "commit_ms": 0,
    }
    assert (second["expected"], second["verdict"], second["reason"]) == (None, "refused", "already_used")
    assert report == {"scans": [first, second], "device_facts": 2, "unsent": 0}
    assert [outcome.name for outcome, _ in play.looks.shown] == ["Łukasz Nowak"] * 2
    assert play.looks.inside == [1, 1]
    assert play.looks.doors == [("Sommerfest", "Main door", None)]


@pytest.mark.parametrize(
    "lines",
    [
        "scan {ticket 1}\nexpect refused",
        "scan menu\nexpect refused already_used",
        "scan menu\nexpect admitted",
        "offline\nscan {ticket 1}\nunsent 0",
    ],
)
def test_a_difference_ends_with_one(play: Play, lines: str) -> None:
    assert play.run(f'door "Main door"\n{lines}\n') == 1
    assert "scans" in play.last


def test_people_read_it_too(play: Play) -> None:
    assert play.run('door "Main door"\nscan {ticket 1}\nexpect refused\n', json=False) == 1
    assert "admitted" in play.lines[0]
    assert "DIFFERS: expected refused" in play.lines[0]
    assert play.lines[-1] == "1 scans, 1 facts, 0 unsent"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("door Nowhere", "Known: Club, Days, Main door, North"),
        ('door "Main door" South', "Known"),
        ("scan x", "No door yet"),
        ("exit", "No door yet"),
        ('door "Main door"\nfind Anna\nchoose 9', "tickets were found"),
        ("door", "a list and perhaps a gate"),
        ("dance", "there is no 'dance'"),
        ("expect admitted", "follows"),
        ("scan x\nexpect admitted already_used", "expect admitted, or"),
        ("scan x\nexpect refused because", "because"),
        ("scan x\nexpect refused\nexpect refused", "follows"),
        ("unsent many", "many"),
        ("enrol rubbish", "not an enrolment code"),
        ('door "Main door"\nvideo missing.avi', "missing.avi cannot be read"),
    ],
)
def test_a_scenario_that_cannot_be_played_says_why(play: Play, lines: str, words: str) -> None:
    assert play.run(lines + "\n") == 2
    assert words in play.last["sentence"]


def test_sync_needs_a_server_that_answers(play: Play) -> None:
    play.peer.instead = [None, None, HOTEL]
    assert play.run("sync\n") == 2
    assert play.last["problem"] == "no_answer"


def test_a_door_that_is_online_goes_on_when_nobody_answers(play: Play) -> None:
    play.peer.instead = [None, None, HOTEL, HOTEL]
    assert play.run('door "Main door"\nscan {ticket 1}\nscan {ticket 2}\nunsent 2\nsync\nunsent 0\n') == 0


def test_a_laptop_that_is_not_enrolled_says_so(play: Play) -> None:
    (play.path / "alone.txt").write_text("door Main\n", "utf-8")
    file, folder = play.path / "alone.txt", small(play.path)
    code = headless.run(file, folder, Vault(None), Hands(), headless.Nobody(), play.lines.append, json=True)
    assert (code, play.last["problem"]) == (2, "not_enrolled")


def test_a_scenario_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(MalformedText, match="cannot be read"):
        read_scenario(tmp_path / "nothing.txt")


def test_a_code_is_taken_to_the_letter(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text("  scan  A B \n# nothing\n\n", "utf-8")
    assert read_scenario(tmp_path / "s.txt") == [Scan(" A B ")]


def film(path: Path, texts: list[str]) -> Path:
    """Each text held up for a second, with two seconds of an empty street in between, 10 pictures a second."""
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (640, 480))
    street = np.full((480, 640, 3), 128, np.uint8)
    for text in texts:
        code = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode), scale=6)
        held = street.copy()
        grey = np.asarray(code)
        height, width = grey.shape[:2]
        held[60 : 60 + height, 100 : 100 + width] = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
        for _ in range(10):
            out.write(held)
        for _ in range(20):
            out.write(street)
    out.release()
    return path


def test_a_film_is_scanned_as_the_camera_sees_it(play: Play, festival: Festival) -> None:
    film(play.path / "film.avi", [festival.text(serial(1)), festival.text(serial(2)), festival.text(serial(1)), "menu"])
    expected = "expect admitted\nexpect admitted\nexpect refused already_used\nexpect refused unreadable\n"
    assert play.run(f'door "Main door"\nvideo film.avi\n{expected}') == 0, play.lines
    assert all(scan["decode_ms"] > 0 for scan in play.last["scans"])
    assert all(picture is not None for _, picture in play.looks.shown)


@pytest.mark.parametrize(("count", "reason"), [(2, "not_seen"), (0, None)])
def test_a_film_that_shows_fewer_codes_than_expected_differs(
    play: Play, festival: Festival, count: int, reason: str | None
) -> None:
    film(play.path / "film.avi", [festival.text(serial(1))])
    assert play.run('door "Main door"\nvideo film.avi\n' + "expect admitted\n" * count) == (1 if count else 0)
    assert play.last["scans"][-1]["reason"] == reason


def test_a_film_that_shows_more_codes_than_expected_differs(play: Play, festival: Festival) -> None:
    film(play.path / "film.avi", [festival.text(serial(1)), festival.text(serial(2))])
    assert play.run('door "Main door"\nvideo film.avi\nexpect admitted\n') == 1
    assert any("more scans than expected" in line for line in play.lines)
