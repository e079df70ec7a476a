"""`eventreg journal`: write this laptop's journals to a file, or bring those of another laptop to the server."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from eventreg_core import journal_file
from eventreg_core.problems import Problem
from eventreg_desktop.clocks import Clock, laptop_clock
from eventreg_desktop.config import DATA_VARIABLE, config_of
from eventreg_desktop.store import device as devices
from eventreg_desktop.store.exporting import export
from eventreg_desktop.store.stores import Folder
from eventreg_desktop.store.vault import Vault, open_vault
from eventreg_desktop.sync.courier import Brought, bring
from eventreg_desktop.sync.http import HttpSyncApi


class NotEnrolled(Problem):
    """Only an enrolled laptop can bring anything."""

    def __init__(self) -> None:
        super().__init__("not_enrolled", "This laptop is not enrolled, or its keyring is locked. Enrol it first.")


def main(arguments: Sequence[str]) -> int:
    """0 when it was done, 2 when it could not be, with a sentence on stderr. No window, no other copy is in its way."""
    told = _parser().parse_args(arguments)
    folder = Folder(Path(told.data) if told.data else config_of(os.environ).data)
    act = write_file if told.action == "export" else bring_file
    try:
        print(act(folder, open_vault(), Path(told.file), laptop_clock()))
    except Problem as problem:
        print(f"eventreg: {problem.sentence}", file=sys.stderr)
        return 2
    return 0


def write_file(folder: Folder, vault: Vault, file: Path, clock: Clock) -> str:
    """Export; works without a keyring, then nobody vouches for the newest facts. Raises Problem as `export` does."""
    known = devices.find(folder)
    signing = None if known is None else devices.find_signing(vault, known.id)
    written = export(folder, known, signing, file, clock().wall)
    signed = "all of them" if written.signed == written.facts else f"{written.signed} of them"
    return f"{written.facts} facts of {written.journals} journals are in {file}; this laptop signed {signed}."


def bring_file(folder: Folder, vault: Vault, file: Path, clock: Clock) -> str:
    """Push what the file holds, as often as one likes. Raises Problem as `bring` does."""
    known = devices.find(folder)
    signing = None if known is None else devices.find_signing(vault, known.id)
    if known is None or signing is None:
        raise NotEnrolled
    with HttpSyncApi(known, signing, clock) as api:
        brought = bring(api, journal_file.read(_bytes(file)), known.server)
    return "\n".join(_line(one) for one in brought) or "This file holds nothing for this laptop's server."


def _line(one: Brought) -> str:
    return f"{one.journal}: {one.sentence}"


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Problem("cannot_read", f"The file {file} cannot be read. Check its name.") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eventreg journal", description="What a laptop recorded, as a file.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action, text in (
        ("export", "write all journals of this laptop to FILE"),
        ("bring", "send the journals in FILE, of another laptop of this event, to the server"),
    ):
        one = actions.add_parser(action, help=text)
        one.add_argument("file", metavar="FILE")
        one.add_argument(
            "--data", metavar="FOLDER", help=f"this laptop's files (else {DATA_VARIABLE}, else the user's)"
        )
    return parser
