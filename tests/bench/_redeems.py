"""Scan to committed verdict while the mirror changes: by pages, and as a whole."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import msgspec

from eventreg_core import snapshot
from eventreg_core.admission import Admitted
from eventreg_core.wire import Page
from eventreg_desktop.door.door import Door, Scanned
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store import db, loading, mirror
from eventreg_desktop.store.stores import Folder, Stores, door_stores, sync_stores
from tests.bench._doors import CLOCK, guest_list, opened
from tests.bench.door import quantile, timed
from tests.sync.festival import EVENT, MAIN, NORTH, SERVER, Festival, serial, ticket_row
from tests.sync.laptop import KEY, answer_with, small


class Redeem(msgspec.Struct, frozen=True):
    """Milliseconds of scans and of bare commits between them, on the same disk, and the ratio of their p99."""

    p50: float
    p99: float
    commit_p50: float
    commit_p99: float
    ratio_p99: float


def redeems(path: Path, guests: int, scans: int) -> dict[str, Redeem]:
    """So many scans alone, beside pages of changes, and while one guest list after the other replaces the mirror."""
    folder = small(path / "door")
    content = guest_list(guests)
    with opened(folder, KEY, SERVER) as stores:
        loading.load(stores.mirror, snapshot.read(content))
        db.checkpoint(stores.mirror)
    door, texts = Door(EVENT, MAIN, NORTH), _texts(guests, 3 * scans)
    found = {}
    ways: dict[str, Callable[[Stores], None]] = {"alone": _nothing, "delta": _delta, "swap": partial(_swap, content)}
    for number, (how, meanwhile) in enumerate(ways.items()):
        with _beside(folder, meanwhile):
            found[how] = _scans(path, folder, door, texts[number * scans : (number + 1) * scans])
    return found


def _texts(guests: int, wanted: int) -> list[str]:
    festival = Festival()
    return [festival.text(serial(number * (guests // wanted) + 1)) for number in range(wanted)]


def _scans(path: Path, folder: Folder, door: Door, texts: Sequence[str]) -> Redeem:
    scan_ms, commit_ms = [], []
    with closing(door_stores(folder, KEY)) as stores, closing(db.connect(path / "bare.db")) as bare:
        bare.execute("CREATE TABLE IF NOT EXISTS facts (number INTEGER PRIMARY KEY, raw TEXT NOT NULL)")
        for text in texts:
            scan_ms.append(timed(partial(admit, stores, door, text)))
            commit_ms.append(timed(partial(bare.execute, "INSERT INTO facts (raw) VALUES (?)", (text * 4,))))
    p99, commit_p99 = quantile(scan_ms, 0.99), quantile(commit_ms, 0.99)
    return Redeem(quantile(scan_ms, 0.5), p99, quantile(commit_ms, 0.5), commit_p99, round(p99 / commit_p99, 2))


def admit(stores: Stores, door: Door, text: str) -> None:
    """Scan a good ticket."""
    verdict = redeem(stores, door, Scanned(text), CLOCK()).verdict
    if not isinstance(verdict, Admitted):
        raise AssertionError(f"every ticket here is good, yet: {verdict}")


@contextmanager
def _beside(folder: Folder, work: Callable[[Stores], None]) -> Iterator[None]:
    """Let `work(stores)` be done again and again by the thread of the sync."""
    over = threading.Event()

    def run() -> None:
        with closing(sync_stores(folder, KEY)) as stores:
            while not over.wait(0.05):
                work(stores)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


_revisions = count(2)


def _nothing(_: Stores) -> None:
    """Let the scans be alone."""


def _delta(stores: Stores) -> None:
    with db.transaction(stores.mirror):
        page = Page(tickets=[ticket_row(number) for number in range(1, 201)])
        mirror.apply(stores.mirror, answer_with(page, revision=next(_revisions)))
    db.checkpoint(stores.mirror)
    db.checkpoint(stores.journal)


def _swap(content: bytes, stores: Stores) -> None:
    loading.load(stores.mirror, snapshot.read(content))
    db.checkpoint(stores.mirror)
