"""Scan to committed verdict with 100,000 tickets and the sync running, beside a bare durable commit on the same disk.

    python -m tests.bench.door [--tickets 100000] [--scans 2000] [--json]

Floor: p99 of a scan at most 3 times p99 of a bare one-row commit of the same SQLite, in the same folder and run.
Also what `tests.bench.decode` says of reading one picture.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import msgspec

from eventreg_core.admission import Admitted
from eventreg_core.clock import Reading
from eventreg_core.wire import Page
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.door.door import Door, Scanned
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store import db, mirror
from eventreg_desktop.store.stores import Folder, Stores, door_stores, prepare, sync_stores
from tests.bench import decode
from tests.sync.festival import EVENT, MAIN, NORTH, SERVER, Festival, guest_row, serial, ticket_row
from tests.sync.laptop import KEY, answer_with, small

FLOOR = 3.0


class Result(msgspec.Struct, frozen=True):
    """Milliseconds, ratios of a scan to a bare commit, and the times to read each kind of picture."""

    tickets: int
    scans: int
    scan_p50: float
    scan_p99: float
    commit_p50: float
    commit_p99: float
    ratio_p50: float
    ratio_p99: float
    pictures: dict[str, decode.Times] = {}

    @property
    def well(self) -> bool:
        """Whether the floor holds."""
        return self.ratio_p99 <= FLOOR


def measure(path: Path, tickets: int, scans: int) -> Result:
    """Fill a door's files in `path` and measure, a bare commit after each scan, so that both meet the same disk."""
    folder = small(path)
    _fill(folder, tickets)
    festival, door, clock = Festival(), Door(EVENT, MAIN, NORTH), laptop_clock()
    texts = [festival.text(serial(number * (tickets // scans) + 1)) for number in range(scans)]
    scan_ms, commit_ms = [], []
    bare = _bare(path / "bare.db")
    with closing(door_stores(folder, KEY)) as stores, closing(bare), _syncing(folder):
        for text in texts:
            scan_ms.append(timed(partial(_admit, stores, door, text, clock())))
            commit_ms.append(timed(partial(bare.execute, "INSERT INTO facts (raw) VALUES (?)", (text * 4,))))
    return Result(
        tickets=tickets,
        scans=scans,
        scan_p50=quantile(scan_ms, 0.5),
        scan_p99=quantile(scan_ms, 0.99),
        commit_p50=quantile(commit_ms, 0.5),
        commit_p99=quantile(commit_ms, 0.99),
        ratio_p50=round(quantile(scan_ms, 0.5) / quantile(commit_ms, 0.5), 2),
        ratio_p99=round(quantile(scan_ms, 0.99) / quantile(commit_ms, 0.99), 2),
    )


def timed(call: Callable[[], object]) -> float:
    """Milliseconds that the call took."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all are not above, rounded to a microsecond."""
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 3)


def _fill(folder: Folder, tickets: int) -> None:
    prepare(folder, KEY, SERVER)
    with closing(sync_stores(folder, KEY)) as stores:
        with db.transaction(stores.mirror):
            mirror.apply(stores.mirror, answer_with(Festival().setting()))
            for start in range(1, tickets + 1, 2000):
                numbers = range(start, min(start + 2000, tickets + 1))
                page = Page(tickets=[ticket_row(n) for n in numbers], guests=[guest_row(n) for n in numbers])
                mirror.apply(stores.mirror, answer_with(page, revision=start))
        db.checkpoint(stores.mirror)


def _bare(path: Path) -> db.Connection:
    connection = db.connect(path)
    connection.execute("CREATE TABLE facts (number INTEGER PRIMARY KEY, raw TEXT NOT NULL)")
    return connection


@contextmanager
def _syncing(folder: Folder) -> Iterator[None]:
    """Twenty pages a second, from a thread of its own, as on an evening when every door is busy."""
    over = threading.Event()

    def pages() -> None:
        with closing(sync_stores(folder, KEY)) as stores:
            for number in count(1):
                with db.transaction(stores.mirror):
                    mirror.apply(stores.mirror, answer_with(Page(tickets=[ticket_row(1)]), revision=number))
                if number % 20 == 0:
                    db.checkpoint(stores.mirror)
                    db.checkpoint(stores.journal)
                if over.wait(0.05):
                    return

    thread = threading.Thread(target=pages)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _admit(stores: Stores, door: Door, text: str, now: Reading) -> None:
    verdict = redeem(stores, door, Scanned(text), now).verdict
    if not isinstance(verdict, Admitted):
        raise AssertionError(f"every ticket here is good, yet: {verdict}")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the floor holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--scans", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), told.tickets, told.scans)
    seen = {kind: decode.timed(frames, turns=True) for kind, frames in decode.sights().items()}
    result = msgspec.structs.replace(result, pictures=seen)
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        print(f"scan to verdict on disk  p50 {result.scan_p50} ms  p99 {result.scan_p99} ms")
        print(f"bare durable commit      p50 {result.commit_p50} ms  p99 {result.commit_p99} ms")
        print(f"ratio                    p50 {result.ratio_p50}  p99 {result.ratio_p99}  (floor {FLOOR})")
        for kind, times in result.pictures.items():
            print(f"read a picture: {kind:10} p50 {times['p50_ms']} ms  p95 {times['p95_ms']} ms")
    return 0 if result.well else 1


if __name__ == "__main__":
    sys.exit(main())
