"""Kill a busy door again and again: whoever saw green is on disk, the chain is whole, nobody entered twice.

    python -m tests.soak.door --count 200 --seed 1 [--folder FOLDER] [--json]

A child process scans as fast as it can while another of its threads writes the mirror, and prints a line for each green
after `redeem` has returned. The parent kills it (SIGKILL, on Windows TerminateProcess) at a random instant, opens the
files and looks. With `--folder` a later call goes on where an earlier one ended, until `--count` kills are done.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

import msgspec

from eventreg_core.facts import FIRST_PREV, CheckIn, broken_at
from eventreg_core.wire import Page
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.door.door import Door, Scanned
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store import db, journal, mirror
from eventreg_desktop.store.stores import Folder, door_stores, held, prepare, sync_stores
from tests.sync.festival import EVENT, MAIN, SERVER, Festival, guest_row, guests, serial, ticket_row
from tests.sync.laptop import KEY, answer_with, small

KNOWN = 500
"""Guests that the mirror knows from the start; higher serials are tickets too new for it."""
LONGEST_S = 0.5
"""The kill comes at a random instant within so many seconds after the first green."""


class Tally(msgspec.Struct):
    """What was seen over all kills so far: greens, how many of them are facts on disk, and facts nobody saw a green of.

    The latter were cut off between commit and light.
    """

    kills: int = 0
    greens: int = 0
    facts: int = 0
    unseen: int = 0
    lost: int = 0
    doubled: int = 0
    broken: int = 0

    @property
    def well(self) -> bool:
        """Whether the promise held; between commit and light there is one scan a kill at most."""
        return not (self.lost or self.doubled or self.broken) and self.unseen <= self.kills


def scan_for_ever(folder: Folder, seed: str) -> None:
    """The child: be a busy door until killed."""
    dice, festival = random.Random(seed), Festival()
    with held(folder):
        prepare(folder, KEY, SERVER)
        stores = door_stores(folder, KEY)
        began = journal.counts(stores.journal).facts
        threading.Thread(target=_sync_for_ever, args=(folder,), daemon=True).start()
        door, clock = Door(EVENT, MAIN), laptop_clock()
        for number in range(began, sys.maxsize):
            # mostly new guests, sometimes one who was here before
            guest = number if dice.random() < 0.7 else dice.randrange(number + 1)
            outcome = redeem(stores, door, Scanned(festival.text(serial(guest))), clock())
            if outcome.fact is not None:
                os.write(1, f"green {outcome.fact}\n".encode())


def _sync_for_ever(folder: Folder) -> None:
    stores = sync_stores(folder, KEY)
    for number in range(1, sys.maxsize):
        guest = number % KNOWN + 1
        with db.transaction(stores.mirror):
            page = Page(tickets=[ticket_row(guest)], guests=[guest_row(guest)])
            mirror.apply(stores.mirror, answer_with(page, revision=number))
        if number % 50 == 0:
            db.checkpoint(stores.mirror)
            db.checkpoint(stores.journal)


def kill_once(folder: Folder, dice: random.Random) -> set[UUID]:
    """Start a child, kill it at a random instant, and return the facts that it showed green."""
    command = [sys.executable, "-m", "tests.soak.door", "--child", str(folder.path), "--seed", str(dice.random())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        killer = threading.Timer(dice.uniform(0, LONGEST_S), child.kill)
        killer.start()
        greens = [first, *child.stdout]
        killer.join()
    return {UUID(line.split()[1]) for line in greens if line.startswith("green ") and line.endswith("\n")}


def look(folder: Folder, greens: set[UUID], tally: Tally) -> Tally:
    """Open the files after a kill and count what is there."""
    prepare(folder, KEY, SERVER)
    with closing(db.connect(folder.journal)) as file:
        chains = [journal.chain(file, each.id) for each in journal.list_journals(file, SERVER)]
    entries = [each.fact for chain in chains for each in chain if isinstance(each.fact, CheckIn)]
    found = tally.facts + len(greens & {entry.id for entry in entries})
    return Tally(
        kills=tally.kills + 1,
        greens=tally.greens + len(greens),
        facts=found,
        unseen=len(entries) - found,
        lost=tally.lost + len(greens) - (found - tally.facts),
        doubled=len(entries) - len({entry.serial for entry in entries}),
        broken=sum(broken_at(chain, 0, FIRST_PREV) is not None for chain in chains),
    )


def run(path: Path, count: int, seed: str) -> Tally:
    """Kill until `count` kills are done in this folder, or the promise is broken."""
    folder, notes = small(path), path / "tally.json"
    tally = msgspec.json.decode(notes.read_bytes(), type=Tally) if notes.exists() else Tally()
    if tally.kills == 0:
        prepare(folder, KEY, SERVER)
        with closing(sync_stores(folder, KEY)) as stores, db.transaction(stores.mirror):
            mirror.apply(stores.mirror, answer_with(Festival().setting()))
            mirror.apply(stores.mirror, answer_with(guests(KNOWN)))
    while tally.kills < count and tally.well:
        dice = random.Random(f"{seed} {tally.kills}")
        tally = look(folder, kill_once(folder, dice), tally)
        notes.write_bytes(msgspec.json.encode(tally))
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the promise held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100, help="kills")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--folder", type=Path, help="keep the files here, and go on from what is there")
    parser.add_argument("--json", action="store_true", help="the one line at the end is JSON")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    if told.child is not None:
        scan_for_ever(small(told.child), told.seed)
    with tempfile.TemporaryDirectory() as temporary:
        path = told.folder or Path(temporary)
        path.mkdir(parents=True, exist_ok=True)
        tally = run(path, told.count, told.seed)
    print(msgspec.json.encode(tally).decode() if told.json else tally)
    return 0 if tally.well else 1


if __name__ == "__main__":
    sys.exit(main())
