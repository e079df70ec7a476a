"""Push in portions against one by one; a fresh device; redeem while the mirror changes; how soon a scan is known.

    python -m tests.bench.sync [--tickets 100000] [--mirror 100000] [--scans 1000] [--json]

Floors: a push of 1,000 facts 8 times one by one; 5,000 facts over round trips of 100 ms in 10 s; a fresh device with
100,000 tickets scans within 2 s, searches within 5 s, and takes at most 6 MB; a scan is known at another door, through
another process of the server, within 2 s; p99 of a scan at most 3 times that of a bare commit, also while changes come
and while a whole new guest list replaces the old one.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from queue import Queue
from uuid import UUID

import httpx
import msgspec

from eventreg_desktop.door.directory import Directory
from eventreg_desktop.door.door import Door
from eventreg_desktop.store import db, mirror, tickets
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.sync.cycle import MOST, sync_once
from eventreg_desktop.work.laptop import Enrolled
from eventreg_desktop.work.syncer import GATHER_MS
from tests.bench._doors import CLOCK, SIGNED, Guests, enrolled_at, fill
from tests.bench._redeems import Redeem, admit, redeems
from tests.bench._stage import Stage, stage
from tests.bench.door import quantile, timed
from tests.integration.laptop import Laptop
from tests.sync.festival import NORTH

FLOORS = {
    "push_1000_vs_one_by_one": 8.0,
    "push_5000_at_100ms_s": 10.0,
    "scanning_s": 2.0,
    "searchable_s": 5.0,
    "wire_mb": 6.0,
    "known_p95_s": 2.0,
    "ratio_p99": 3.0,
}
ROUND_TRIP_S = 0.1
ONE_BY_ONE = 200
PUSHES = ((ONE_BY_ONE, 1, 0.0), (1000, 1000, 0.0), (5000, 1000, 0.0), (5000, MOST, ROUND_TRIP_S))
"""How many facts, how many of them at once, and how long each request is on its way besides."""


class Result(msgspec.Struct, frozen=True):
    """Facts a second, ratios, seconds and megabytes, as FLOORS names them."""

    one_by_one_per_s: float
    push_1000_per_s: float
    push_5000_per_s: float
    push_1000_vs_one_by_one: float
    push_5000_at_100ms_s: float
    tickets: int
    snapshot_built_s: float
    scanning_s: float
    searchable_s: float
    wire_mb: float
    known_p50_s: float
    known_p95_s: float
    mirror: int
    redeem: dict[str, Redeem]

    def missed(self) -> list[str]:
        """The floors that do not hold."""
        found = [] if self.push_1000_vs_one_by_one >= FLOORS["push_1000_vs_one_by_one"] else ["push_1000_vs_one_by_one"]
        most = ("push_5000_at_100ms_s", "scanning_s", "searchable_s", "wire_mb", "known_p95_s")
        found += [name for name in most if getattr(self, name) > FLOORS[name]]
        return found + [f"redeem {how}" for how, one in self.redeem.items() if one.ratio_p99 > FLOORS["ratio_p99"]]


def measure(path: Path, guests: int, in_mirror: int, scans: int) -> Result:
    """Everything, on a server of two processes."""
    with stage(0, 2) as place:
        people = fill(place, guests)
        pushed = _pushes(place, people)
        fresh = _fresh(place, people, path)
        known = _known(place, people, path)
    return Result(
        **pushed,
        **fresh,
        tickets=guests,
        known_p50_s=quantile(known, 0.5),
        known_p95_s=quantile(known, 0.95),
        mirror=in_mirror,
        redeem=redeems(path, in_mirror, scans),
    )


def _pushes(place: Stage, people: Guests) -> dict[str, float]:
    others = cycle(people.serials[SIGNED:])
    headers = {"Authorization": f"Bearer {place.access_token()}"}
    base = f"http://127.0.0.1:{place.ports[0]}/api/v1"
    with httpx.Client(base_url=base, headers=headers) as organizer, httpx.Client(base_url=base, timeout=60) as client:
        took = {}
        for total, at_once, late_s in PUSHES:
            laptop = Laptop(client, organizer, place.festival, "Bench")
            for _ in range(total):
                laptop.check_in(next(others).hex())
            began = time.perf_counter()
            for start in range(0, total, at_once):
                time.sleep(late_s)
                laptop.push(laptop.facts[start : start + at_once])
            took[total, late_s] = time.perf_counter() - began
    single = ONE_BY_ONE / took[ONE_BY_ONE, 0.0]
    return {
        "one_by_one_per_s": round(single, 1),
        "push_1000_per_s": round(1000 / took[1000, 0.0], 1),
        "push_5000_per_s": round(5000 / took[5000, 0.0], 1),
        "push_1000_vs_one_by_one": round(1000 / took[1000, 0.0] / single, 2),
        "push_5000_at_100ms_s": round(took[5000, ROUND_TRIP_S], 2),
    }


def _fresh(place: Stage, people: Guests, path: Path) -> dict[str, float]:
    """A device that knows nothing, when the snapshot lies ready on the server."""
    # Each process of this stage keeps files of its own, so that the same one must be asked again.
    first = enrolled_at(place, place.ports[1], path / "first", "First")
    with first.api(CLOCK) as api:
        built_s = timed(partial(api.snapshot, place.festival.id)) / 1000
    enrolled = enrolled_at(place, place.ports[1], path / "fresh", "Fresh")
    began = time.perf_counter()
    with _cycle(enrolled), closing(enrolled.door_stores()) as stores:
        while not _knows(stores, place, people):
            time.sleep(0.005)
        scanning_s = time.perf_counter() - began
        while not _finds(stores, people):
            time.sleep(0.005)
        searchable_s = time.perf_counter() - began
    with enrolled.api(CLOCK) as api:
        size = len(api.snapshot(place.festival.id))
    return {
        "snapshot_built_s": round(built_s, 2),
        "scanning_s": round(scanning_s, 2),
        "searchable_s": round(searchable_s, 2),
        "wire_mb": round(size / 1e6, 2),
    }


@contextmanager
def _cycle(enrolled: Enrolled) -> Iterator[None]:
    def run() -> None:
        with closing(enrolled.sync_stores()) as stores, enrolled.api(CLOCK) as api:
            sync_once(stores, api, enrolled.party, CLOCK)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _knows(stores: Stores, place: Stage, people: Guests) -> bool:
    """Whether a door can judge by the list: the event, its rule and the last ticket that came."""
    with db.snapshot(stores.mirror):
        there = mirror.find_event(stores.mirror, place.festival.id)
        return there is not None and tickets.at_door(stores, NORTH, people.serials[0], None).ticket is not None


def _finds(stores: Stores, people: Guests) -> bool:
    """Whether everybody is there and the search has read them."""
    with db.snapshot(stores.mirror):
        last = stores.mirror.execute("SELECT 1 FROM guests LIMIT 1 OFFSET ?", (len(people.serials) - 1,)).fetchone()
        if last is None:
            return False
        directory = Directory()
        directory.refresh(stores.mirror)
    return bool(directory.size)


def _known(place: Stage, people: Guests, path: Path, rounds: int = 20) -> list[float]:
    """Seconds from a scan that is on disk here to its passage in the mirror of a door at the other process."""
    here = enrolled_at(place, place.ports[0], path / "here", "Here")
    there = enrolled_at(place, place.ports[1], path / "there", "There")
    heard: Queue[float] = Queue()
    took = []
    door = Door(place.festival.id, _list_of(place), None)
    files = closing(here.sync_stores()), closing(there.sync_stores())
    with files[0] as ours, files[1] as theirs, here.api(CLOCK) as api, there.api(CLOCK) as other:
        for enrolled, stores, line in ((here, ours, api), (there, theirs, other)):
            sync_once(stores, line, enrolled.party, CLOCK)
        ear = there.ear(CLOCK)
        ear.start(heard.put, lambda: None)
        heard.get(timeout=30)
        for number in range(1, rounds + 1):
            admit(ours, door, people.tokens[number])
            began = time.perf_counter()
            time.sleep(GATHER_MS / 1000)
            sync_once(ours, api, here.party, CLOCK)
            target = mirror.state(ours.mirror).cursor.revision
            while mirror.state(theirs.mirror).cursor.revision < target:
                heard.get(timeout=30)
                sync_once(theirs, other, there.party, CLOCK)
            took.append(time.perf_counter() - began)
            time.sleep(0.02 * number)
        ear.stop()
    return took


def _list_of(place: Stage) -> UUID:
    return UUID(place.festival.check_in_list["id"])


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the floors hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--mirror", type=int, default=100_000)
    parser.add_argument("--scans", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), told.tickets, told.mirror, told.scans)
    missed = result.missed()
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        for name, value in msgspec.structs.asdict(result).items():
            floor = f"  (floor {FLOORS[name]:g})" if name in FLOORS else ""
            print(f"{name:26} {value}{floor}")
    for name in missed:
        print(f"floor missed: {name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
