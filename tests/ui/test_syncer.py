"""The sync's worker when this laptop itself is the trouble: said on the screen, and over when it is over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from eventreg_desktop.store.db import DiskFull, StoreLocked
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.sync.cycle import Party
from eventreg_desktop.ui.door.model import DoorModel
from eventreg_desktop.ui.door.state import Level
from eventreg_desktop.work.syncer import SyncWorker
from tests.sync.festival import EVENT, SERVER, Festival, serial
from tests.sync.laptop import Laptop, laptop
from tests.sync.memory_server import NOON, MemoryServer
from tests.ui import night
from tests.ui.stage import festival_server


class Syncing:
    """A worker, its server, the door's screen, and what goes wrong when the files are opened."""

    def __init__(self, one: Laptop) -> None:
        self.laptop = one
        self.server: MemoryServer = festival_server(Festival())
        self.troubles: list[Exception] = []
        self.worker = SyncWorker(self._open, one.at(self.server), Party(EVENT, SERVER, one.signing), one.clock)
        self.model = DoorModel(night.PLACE, night.ZONE)
        self.worker.synced.connect(self.model.synced)
        self.worker.failed.connect(self.model.sync_failed)
        self.worker.mended.connect(self.model.mended)

    def _open(self) -> Stores:
        if self.troubles:
            raise self.troubles.pop(0)
        return self.laptop.stores

    def notices(self) -> list[str]:
        return [line.code for line in self.model.state.notices]


@pytest.fixture
def syncing(tmp_path: Path, qtbot: QtBot) -> Iterator[Syncing]:
    with laptop(tmp_path) as one:
        made = Syncing(one)
        yield made
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


def test_one_trouble_after_another_leaves_no_notice_behind(qtbot: QtBot, syncing: Syncing) -> None:
    syncing.troubles = [DiskFull(), StoreLocked()]
    said = []
    while "All is well" not in said:
        with qtbot.waitSignal(syncing.model.changed):
            syncing.worker.tick()
        said += syncing.notices() or [syncing.model.state.connection.text]
    assert said == ["disk_full", "store_locked", "All is well"]
