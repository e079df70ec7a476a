"""`eventreg door-list`: everybody who may come in at a door, as a PDF to print, from this laptop's own guest list."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from eventreg_core.problems import Problem
from eventreg_desktop.clocks import Clock, laptop_clock
from eventreg_desktop.config import DATA_VARIABLE, config_of
from eventreg_desktop.door.door_list import By, NoSuchList, read
from eventreg_desktop.journal_command import NotEnrolled
from eventreg_desktop.store import device as devices
from eventreg_desktop.store import mirror
from eventreg_desktop.store.db import snapshot
from eventreg_desktop.store.mirror import CheckInList
from eventreg_desktop.store.stores import Folder, Stores, door_stores
from eventreg_desktop.store.vault import Vault, open_vault
from eventreg_desktop.ui import languages
from eventreg_desktop.work.printing import letters
from eventreg_desktop.work.printing.door_list import write_pdf

Say = Callable[[str], None]


def main(arguments: Sequence[str]) -> int:
    """0 when the file is there, 2 when it is not, with a sentence on stderr. A door that is open goes on meanwhile."""
    told = _parser().parse_args(arguments)
    folder = Folder(Path(told.data) if told.data else config_of(os.environ).data)
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # paper needs letters, and no screen
    app = QApplication.instance() or QApplication(["eventreg"])
    settings = QSettings(str(folder.path / "screen.ini"), QSettings.Format.IniFormat)
    if isinstance(app, QApplication):
        languages.speak(app, languages.find(told.language or languages.remembered(settings).code))
    try:
        print(make(folder, open_vault(), laptop_clock(), told, _say_progress))
    except Problem as problem:
        print(f"eventreg: {problem.sentence}", file=sys.stderr)
        return 2
    return 0


def make(folder: Folder, vault: Vault, clock: Clock, told: argparse.Namespace, say: Say) -> str:
    """Write the list `told.list` to `told.pdf`; says what is in it.

    Raises NotEnrolled, NoSuchList, NotWritten and Problem as `door_stores` does.
    """
    letters.load()
    known = devices.find(folder)
    secrets = None if known is None else devices.find_secrets(vault, known.id)
    if known is None or secrets is None:
        raise NotEnrolled
    with closing(door_stores(folder, secrets.mirror)) as stores:
        chosen = _chosen(stores, known, told.list)
        listed = read(stores, known.event, chosen.id, By(told.by), clock(), lambda: True)

    def progress(done: int, pages: int) -> bool:
        say(f"Page {done} of {pages}")
        return True

    pages = write_pdf(listed, Path(told.pdf), progress)
    return f"{len(listed.lines)} tickets of {listed.check_in_list} are on {pages} pages in {told.pdf}."


def _chosen(stores: Stores, known: devices.Device, name: str | None) -> CheckInList:
    with snapshot(stores.mirror):
        event = mirror.find_event(stores.mirror, known.event)
        lists = [] if event is None else mirror.list_lists(stores.mirror, event)
    if name is not None:
        lists = [each for each in lists if each.name == name]
    if not lists:
        raise NoSuchList
    return lists[0]


def _say_progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{words}   ", end="", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eventreg door-list", description="The guests of a door, on paper.")
    parser.add_argument("--pdf", metavar="FILE", required=True, help="where to write it")
    parser.add_argument("--list", metavar="NAME", help="which check-in list (else the first by name)")
    parser.add_argument("--by", choices=tuple(By), default=By.NAME, help="sorted by the name, or by its last word")
    parser.add_argument(
        "--language", choices=[each.code for each in languages.LANGUAGES], help="else the window's"
    )  # fmt: skip
    parser.add_argument("--data", metavar="FOLDER", help=f"this laptop's files (else {DATA_VARIABLE}, else the user's)")
    return parser
