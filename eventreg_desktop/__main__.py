"""`eventreg`: the door's window, a door without one, or what is done with its journal."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from eventreg_core.problems import Problem
from eventreg_desktop import lasting, log
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.config import DATA_VARIABLE, config_of
from eventreg_desktop.store.stores import Folder, held

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from eventreg_desktop.app import Asked


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit code: 0 all went well, 1 a verdict differs from the expected, 2 it could not begin."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["journal"]:
        from eventreg_desktop import journal_command

        return journal_command.main(given[1:])
    if given[:1] == ["door-list"]:
        from eventreg_desktop import door_list_command

        return door_list_command.main(given[1:])
    if given[:1] == ["office"]:
        from eventreg_desktop import office

        return office.main(given[1:])
    told = _parser().parse_args(given)
    folder = Folder(Path(told.data) if told.data else config_of(os.environ).data)
    return _window(folder, told) if told.headless is None else _headless(folder, told)


def _headless(folder: Folder, told: argparse.Namespace) -> int:
    # Imported here: Qt only where pictures are wanted.
    from eventreg_desktop import headless
    from eventreg_desktop.store.vault import open_vault

    watcher: headless.Watcher = headless.Nobody()
    if told.pictures is not None:
        from PySide6.QtWidgets import QApplication

        from eventreg_desktop.pictures import Pictures

        watcher = Pictures(QApplication(["eventreg"]), told.pictures)
    log.write_to(folder.path)
    write = partial(print, flush=True)
    return headless.run(Path(told.headless), folder, open_vault(), laptop_clock(), watcher, write, json=told.json)


def _window(folder: Folder, told: argparse.Namespace) -> int:
    # Imported here: `--help` and a door without a window need none of it.
    from PySide6.QtWidgets import QApplication

    from eventreg_desktop.app import Asked

    return open_window(QApplication(["eventreg"]), folder, Asked(told.enrol or "", told.source or ""))


def open_window(qt: "QApplication", folder: Folder, asked: "Asked") -> int:
    """Run the door's window on this folder until it is closed; where another copy runs there: a sentence, and 2."""
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QMessageBox

    from eventreg_desktop.app import App

    try:
        with held(folder):
            log.write_to(folder.path)
            settings = QSettings(str(folder.path / "screen.ini"), QSettings.Format.IniFormat)
            app = App(qt, settings, folder, laptop_clock(), asked)
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C in a terminal; every scan is on disk
            app.start()
            lasting.keep()
            code = qt.exec()
            app.stop()
            return code
    except Problem as problem:
        QMessageBox.critical(None, "EventReg", problem.sentence)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="eventreg", description="EventReg at a door: scan tickets, with or without a network."
    )
    parser.add_argument("--enrol", metavar="TEXT", help="enrol this laptop with the text that the organizer gave")
    parser.add_argument("--source", metavar="CAMERA", help="a camera's number, a video file or an address")
    parser.add_argument(
        "--data", metavar="FOLDER", help=f"where this laptop's files are (else {DATA_VARIABLE}, else the user's folder)"
    )
    parser.add_argument("--headless", metavar="SCENARIO", help="run a door without a window, by a file of steps")
    parser.add_argument("--json", action="store_true", help="with --headless: a line of JSON for each scan")
    parser.add_argument(
        "--pictures", metavar="FOLDER", type=Path, help="with --headless: pictures of the window after each verdict"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
