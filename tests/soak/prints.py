"""Kill a printing laptop again and again: no badge is sent twice, and what is said of each is true.

    python -m tests.soak.prints --count 100 --seed 1 [--json]

A child process wants badges as fast as it can, prints them into files, and first of all tries to print again whatever
it finds in the log. The parent kills it at a random instant and looks: a badge that was *printed* is a whole file, one
that *failed* has none, at most one a kill is *unknown*, and no file of before was ever written again.
"""

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import msgspec

from eventreg_core.problems import Problem
from eventreg_desktop.door.badge import FILES, Badge, Paper, PrintSetup, Template
from eventreg_desktop.store import prints
from eventreg_desktop.store.prints import Job, JobState
from tests.sync.festival import EVENT, serial
from tests.sync.laptop import small

LONGEST_S = 0.5
"""The kill comes at a random instant within so many seconds after the first badge."""
MOST = 1_000_000


class Tally(msgspec.Struct):
    """What was seen over all kills so far; `untrue`: said to be printed and no whole file, or the other way round."""

    kills: int = 0
    printed: int = 0
    unknown: int = 0
    again: int = 0
    untrue: int = 0

    @property
    def well(self) -> bool:
        """Whether the promise held; between *on its way* and *printed* there is one badge a kill at most."""
        return not (self.again or self.untrue) and self.unknown <= self.kills


def print_for_ever(path: Path) -> None:
    """The child: print badges until killed."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from eventreg_desktop.work.printing import letters
    from eventreg_desktop.work.printing.job import print_once

    app = QApplication([])
    letters.load()
    setup = PrintSetup(FILES, str(path / "printed"))
    badge = Badge("Zoë Müller", "Adult", app.applicationName() or "Sommerfest", "K7QX-2M4P", "EVENTREG" * 15)
    log = prints.open_log(small(path))
    prints.settle(log, datetime.now(UTC))
    before = prints.list_newest(log, EVENT, MOST)
    for job in before:
        with contextlib.suppress(Problem):
            print_once(log, job, badge, Template(), setup, None, datetime.now(UTC))
    for number in range(len(before) + 1, sys.maxsize):
        job = Job(uuid4(), EVENT, serial(number), FILES, Paper.CARD, datetime.now(UTC))
        prints.add(log, job)
        print_once(log, job, badge, Template(), setup, None, datetime.now(UTC))
        os.write(1, b"printed\n")


def kill_once(path: Path, dice: random.Random) -> None:
    """Start a child, and kill it at a random instant."""
    command = [sys.executable, "-m", "tests.soak.prints", "--child", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        killer = threading.Timer(dice.uniform(0, LONGEST_S), child.kill)
        killer.start()
        child.stdout.read()
        killer.join()


def look(path: Path, files: dict[str, tuple[int, int]], kills: int) -> Tally:
    """Settle the log as the next start does, and compare what it says with the files; `files` are those of before."""
    with closing(prints.open_log(small(path))) as log:
        prints.settle(log, datetime.now(UTC))
        states = {each.id: each.state for each in prints.list_newest(log, EVENT, MOST)}
    there = {file.name: (file.stat().st_mtime_ns, file.stat().st_size) for file in (path / "printed").iterdir()}
    again = sum(there.get(name) != stamp for name, stamp in files.items())
    whole = {
        UUID(file.stem.removeprefix("badge-")): file.read_bytes().rstrip().endswith(b"%%EOF")
        for file in (path / "printed").iterdir()
    }
    files.update(there)
    return Tally(
        kills=kills,
        printed=sum(state is JobState.PRINTED for state in states.values()),
        unknown=sum(state is JobState.UNKNOWN for state in states.values()),
        again=again,
        untrue=sum(not is_true(state, whole.get(job)) for job, state in states.items())
        + len(whole.keys() - states.keys()),
    )


def is_true(state: JobState, whole: bool | None) -> bool:
    """Whether what is said of a badge fits its file: there and `whole`, there and cut short, or (None) not there."""
    match state:
        case JobState.PRINTED:
            return whole is True
        case JobState.UNKNOWN:
            return True
        case _:
            return whole is None


def run(path: Path, count: int, seed: str) -> Tally:
    """Kill until `count` kills are done, or the promise is broken."""
    tally, files = Tally(), dict[str, tuple[int, int]]()
    while tally.kills < count and tally.well:
        kill_once(path, random.Random(f"{seed} {tally.kills}"))
        tally = look(path, files, tally.kills + 1)
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the promise held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=50, help="kills")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--json", action="store_true", help="the one line at the end is JSON")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    if told.child is not None:
        print_for_ever(told.child)
    with tempfile.TemporaryDirectory() as temporary:
        tally = run(Path(temporary), told.count, told.seed)
    print(msgspec.json.encode(tally).decode() if told.json else tally)
    return 0 if tally.well else 1


if __name__ == "__main__":
    sys.exit(main())
