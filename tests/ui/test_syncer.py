"""The sync's worker when this laptop itself is the trouble: said on the screen, and over when it is over."""

from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from uuid import UUID

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from eventreg_desktop.store.db import DiskFull, StoreLocked
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.sync.cycle import Party
from eventreg_desktop.sync.ear import Ear
from eventreg_desktop.sync.others import Others
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import Level
from eventreg_desktop.work.syncer import SyncWorker
from tests.sync.festival import EVENT, SERVER, Festival, guests, serial
from tests.sync.laptop import Laptop, laptop
from tests.sync.memory_server import NOON, MemoryServer
from tests.ui import night
from tests.ui.stage import festival_server


class Line:
    """Revisions that a server tells, when a test says so; None: the line is cut."""

    def __init__(self) -> None:
        self.told: Queue[int | None] = Queue()

    def listen(self, event: UUID) -> Iterator[int]:
        """As `Ear` asks for it."""
        while (revision := self.told.get()) is not None:
            yield revision

    def hang_up(self) -> None:
        """Cut it."""
        self.told.put(None)

    def close(self) -> None:
        """Nothing is held."""


class Syncing:
    """A worker, its server, the door's screen, and what goes wrong when the files are opened."""

    def __init__(self, one: Laptop) -> None:
        self.laptop = one
        self.server: MemoryServer = festival_server(Festival())
        self.api = one.at(self.server)
        self.troubles: list[Exception] = []
        self.line = Line()
        party, ear = Party(EVENT, SERVER, one.signing), Ear(self.line, EVENT)
        self.worker = SyncWorker(self._open, self.api, party, one.clock, ear, chance=lambda: 1.0)
        self.model = DoorModel(night.PLACE, night.ZONE)
        self.worker.synced.connect(self.model.synced)
        self.worker.failed.connect(self.model.sync_failed)
        self.worker.mended.connect(self.model.mended)

    def _open(self) -> Stores:
        if self.troubles:
            raise self.troubles.pop(0)
        return self.laptop.stores

    def begins(self) -> bool:
        """Whether a cycle is about to begin."""
        [timer] = self.worker.findChildren(QTimer)
        return timer.isActive()

    def notices(self) -> list[str]:
        return [line.code for line in self.model.state.notices]


@pytest.fixture
def syncing(tmp_path: Path, qtbot: QtBot) -> Iterator[Syncing]:
    with laptop(tmp_path) as one:
        made = Syncing(one)
        yield made
        made.worker.close()
        delete(made.worker)  # garbage is collected in any thread, and its timer bears one


def test_a_mistake_of_ours_while_syncing_is_said_and_goes_when_it_is_over(qtbot: QtBot, syncing: Syncing) -> None:
    syncing.worker.tick()
    qtbot.waitUntil(lambda: syncing.model.state.connection.text == "All is well")
    syncing.laptop.scan(Festival().text(serial(1)))
    syncing.server.time = NOON.replace(tzinfo=None)  # no server of ours says the time so
    syncing.worker.tick()
    qtbot.waitUntil(lambda: syncing.notices() == ["broken"])
    assert "nothing is lost" in syncing.model.state.notices[0].text
    assert syncing.model.state.connection.level is Level.LOOK
    syncing.server.time = NOON
    syncing.worker.tick()
    qtbot.waitUntil(lambda: syncing.notices() == [])
    assert syncing.model.state.connection.text == "All is well"


def test_whatever_goes_wrong_at_another_event_is_no_trouble_of_this_door(qtbot: QtBot, syncing: Syncing) -> None:
    asked: list[UUID] = []

    def open_at(event: UUID) -> Stores:
        asked.append(event)
        raise ZeroDivisionError("a mistake of ours")

    syncing.worker._others = Others((EVENT, SERVER), open_at, lambda _: None)
    with qtbot.waitSignal(syncing.worker.synced):
        syncing.worker.tick()
    qtbot.waitUntil(lambda: asked == [SERVER])
    assert syncing.model.state.connection.text == "All is well"
    assert syncing.notices() == []


def test_one_trouble_after_another_leaves_no_notice_behind(qtbot: QtBot, syncing: Syncing) -> None:
    syncing.troubles = [DiskFull(), StoreLocked()]
    said = []
    while "All is well" not in said:
        with qtbot.waitSignal(syncing.model.changed):
            syncing.worker.tick()
        said += syncing.notices() or [syncing.model.state.connection.text]
    assert said == ["disk_full", "store_locked", "All is well"]


def test_a_server_that_does_not_answer_is_left_alone_for_longer_and_longer_until_it_is_heard(
    qtbot: QtBot, syncing: Syncing
) -> None:
    syncing.api.fail = ["unreachable"] * 9
    pauses = []
    for _ in range(5):
        began = syncing.laptop.clock.mono_ns
        with qtbot.waitSignal(syncing.worker.synced):
            while not syncing.begins():
                syncing.laptop.clock.wait(5)
                syncing.worker.tick()
        pauses.append((syncing.laptop.clock.mono_ns - began) // 10**9)
    assert pauses == [5, 5, 10, 20, 40]
    syncing.api.fail = []
    with qtbot.waitSignal(syncing.worker.synced):
        syncing.line.told.put(len(syncing.server.feed))
    assert syncing.model.state.connection.text == "All is well"


def test_who_hears_of_news_pulls_at_once_and_asks_seldom_without(qtbot: QtBot, syncing: Syncing) -> None:
    with qtbot.waitSignal(syncing.worker.synced):
        syncing.worker.tick()
    syncing.line.told.put(len(syncing.server.feed))  # no news
    syncing.server.publish(guests(30))
    with qtbot.waitSignal(syncing.worker.synced) as heard:
        syncing.line.told.put(len(syncing.server.feed))
    assert heard.args[0].revision == len(syncing.server.feed)
    syncing.laptop.clock.wait(15)
    syncing.worker.tick()
    assert not syncing.begins(), "it would have heard"
    syncing.laptop.clock.wait(15)
    with qtbot.waitSignal(syncing.worker.synced):
        syncing.worker.tick()
    syncing.line.told.put(None)
    qtbot.waitUntil(lambda: not syncing.worker._hears)
    with qtbot.waitSignal(syncing.worker.synced):
        syncing.worker.tick()
