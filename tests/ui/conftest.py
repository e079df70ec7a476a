"""Windows without a screen, in the colours and fonts that ship; and the whole program on a stage."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.null import Keyring as NoKeyring
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from eventreg_desktop.ui import style
from eventreg_desktop.ui.colours import LIGHT
from eventreg_desktop.ui.style import Scheme
from tests.sync.festival import Festival
from tests.sync.http_peer import Peer, listening
from tests.ui.stage import Stage, festival_server


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    """Every window test begins in the light scheme, and in English."""
    QLocale.setDefault(QLocale("en"))
    if not qapp.styleSheet() or style.colours() != LIGHT:
        style.apply(qapp, Scheme.LIGHT)


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """The tester's own keyring is none of our business: these laptops keep their secrets in memory."""
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A server with the festival, on loopback."""
    with listening(Peer(festival_server(Festival()))) as made:
        yield made


@pytest.fixture
def stage(qapp: QApplication, qtbot: QtBot, tmp_path: Path, peer: Peer, no_keyring: None) -> Iterator[Stage]:
    """Where the whole program plays; closed after the test."""
    made = Stage(qapp, qtbot, tmp_path, peer)
    yield made
    made.close()
