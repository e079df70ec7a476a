"""A guest list of thousands comes in while doors scan and others register at the same event.

    python -m tests.bench.imports [--rows 50000] [--json]

Everything runs as it does in production: a server, a worker beside it, a durable PostgreSQL; a door scans twenty times
a second on one connection, and somebody registers ten times a second on another. Floors: no scan and no registration
fails, every row is brought in, and the scans' p99 is at most ten times what it was before: a scan waits while
fifty rows are written. Times are of this machine; only ratios are compared.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec

from server.clock import new_id
from tests.bench._stage import Stage, stage
from tests.bench.door import quantile
from tests.integration.arrange import made

BEFORE_S = 8.0
SCAN_EVERY_S, REGISTER_EVERY_S, LOOK_EVERY_S = 0.05, 0.1, 0.2
CROWD = 20_000
PATIENCE_S = 60.0
FLOOR_RATIO = 10.0


class Result(msgspec.Struct, frozen=True):
    """Seconds to look at the file, and rows a second from `start` to the last one; scans in milliseconds.

    Ratios: meanwhile over before. `undone_per_second`: registrations cancelled again.
    """

    rows: int
    brought_in: int
    looked_s: float
    imported_s: float
    rows_per_second: float
    undone_per_second: float
    scan_p50_before: float
    scan_p99_before: float
    scan_p50_meanwhile: float
    scan_p99_meanwhile: float
    scan_p50_ratio: float
    scan_p99_ratio: float
    register_p99_meanwhile: float
    failed: int

    @property
    def well(self) -> bool:
        """Whether the floors hold."""
        return self.failed == 0 and self.brought_in == self.rows and self.scan_p99_ratio <= FLOOR_RATIO


class Visitor(threading.Thread):
    """Asks again and again at a pace of its own; keeps how many milliseconds each answer took."""

    def __init__(self, place: Stage, ask: Callable[[httpx.Client, int], httpx.Response], every_s: float) -> None:
        # A daemon: a measurement that fails ends the program.
        super().__init__(daemon=True)
        self.ms: list[float] = []
        self.failed = 0
        self._place, self._ask, self._every_s = place, ask, every_s
        self._over = threading.Event()

    def run(self) -> None:
        """Until `leave`."""
        with client(self._place) as http:
            number = 0
            while not self._over.is_set():
                began = time.perf_counter()
                answer = self._ask(http, number)
                self.ms.append((time.perf_counter() - began) * 1000)
                self.failed += answer.status_code not in (200, 201)
                number += 1
                self._over.wait(max(0.0, self._every_s - (time.perf_counter() - began)))

    def leave(self) -> None:
        """Stop asking."""
        self._over.set()
        self.join()


def measure(place: Stage, rows: int) -> Result:
    """Scan for a while, then bring the list in beside it."""
    scans = iter(place.crowd.tokens)
    door = Visitor(place, lambda http, _: _scan(http, place, next(scans)), SCAN_EVERY_S)
    door.start()
    time.sleep(BEFORE_S)
    before = list(door.ms)
    buyer = Visitor(place, lambda http, number: _register(http, place, number), REGISTER_EVERY_S)
    buyer.start()
    with client(place) as http:
        began = time.perf_counter()
        report = made(http.post(place.festival.path("registrations/import"), content=guest_list(rows)))
        looked_s = time.perf_counter() - began
        path = place.festival.path(f"imports/{report['import']['id']}")
        imported_s = _until(http, path, "start", "done")
        brought_in = made(http.get(path), 200)["done"]
        meanwhile = door.ms[len(before) :]
        undone_s = _until(http, path, "undo", "undone")
    for visitor in (door, buyer):
        visitor.leave()
    return Result(
        rows=rows,
        brought_in=brought_in,
        looked_s=round(looked_s, 2),
        imported_s=round(imported_s, 2),
        rows_per_second=round(rows / imported_s, 1),
        undone_per_second=round(brought_in / undone_s, 1),
        scan_p50_before=quantile(before, 0.5),
        scan_p99_before=quantile(before, 0.99),
        scan_p50_meanwhile=quantile(meanwhile, 0.5),
        scan_p99_meanwhile=quantile(meanwhile, 0.99),
        scan_p50_ratio=round(quantile(meanwhile, 0.5) / quantile(before, 0.5), 2),
        scan_p99_ratio=round(quantile(meanwhile, 0.99) / quantile(before, 0.99), 2),
        register_p99_meanwhile=quantile(buyer.ms, 0.99),
        failed=door.failed + buyer.failed,
    )


def guest_list(rows: int) -> bytes:
    """A list such as a spreadsheet program writes it."""
    lines = (
        f"Gäste;Nr {number};import{number}@example.org;+49 30 {number};VIP Tisch {number}" for number in range(rows)
    )
    return "\r\n".join(["Vorname;Nachname;E-Mail;Telefon;Notizen", *lines]).encode("cp1252")


@contextmanager
def client(place: Stage) -> Iterator[httpx.Client]:
    """Signed in as the organizer for as long as it takes."""

    def sign(request: httpx.Request) -> None:
        request.headers["Authorization"] = f"Bearer {place.access_token()}"

    base_url = f"http://127.0.0.1:{place.ports[0]}/api/v1"
    with httpx.Client(base_url=base_url, timeout=120, event_hooks={"request": [sign]}) as http:
        yield http


@contextmanager
def worker(place: Stage) -> Iterator[None]:
    """A worker of its own, as beside a server that does no jobs."""
    environ = os.environ | {
        "EVENTREG_DATA": str(place.settings.data / "worker"),
        "DATABASE_URL": place.url,
        "SECRET_KEY": place.settings.secret_key.decode(),
        "DATA_KEYS": ",".join(urlsafe_b64encode(key).decode() for key in place.settings.data_keys),
    }
    line = [sys.executable, "-m", "server", "worker", "--concurrency", "2"]
    process = subprocess.Popen(line, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _until(http: httpx.Client, path: str, verb: str, status: str) -> float:
    """Seconds from asking for something until the import has this status."""
    began = moved = time.perf_counter()
    now = made(http.post(f"{path}/{verb}", json={}), 202)
    while now["status"] != status:
        time.sleep(LOOK_EVERY_S)
        before, now = now, made(http.get(path), 200)
        moved = time.perf_counter() if now != before else moved
        assert time.perf_counter() < moved + PATIENCE_S, f"nothing moves any more: {now}"
    return time.perf_counter() - began


def _scan(http: httpx.Client, place: Stage, token: str) -> httpx.Response:
    at = {"list_id": place.festival.check_in_list["id"], "gate_id": place.festival.gate["id"]}
    scan: dict[str, Any] = {"id": str(new_id()), "token": token, **at}
    return http.post(place.festival.path("check-ins"), json=scan)


def _register(http: httpx.Client, place: Stage, number: int) -> httpx.Response:
    body = {"user_email": f"buyer{number}@example.org", "full_name": f"Buyer {number}"}
    return http.post(place.festival.path("registrations"), json=body)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the floors hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    told = parser.parse_args(arguments)
    with stage(CROWD, 1) as place, worker(place):
        result = measure(place, told.rows)
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        print(f"{result.rows} rows: looked at in {result.looked_s} s, {result.rows_per_second} a second brought in")
        print(f"undone again: {result.undone_per_second} a second")
        print(f"scans before     p50 {result.scan_p50_before} ms  p99 {result.scan_p99_before} ms")
        print(f"scans meanwhile  p50 {result.scan_p50_meanwhile} ms  p99 {result.scan_p99_meanwhile} ms")
        print(f"{result.failed} requests failed")
    return 0 if result.well else 1


if __name__ == "__main__":
    sys.exit(main())
