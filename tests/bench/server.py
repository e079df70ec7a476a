"""What the server does under load: lists, one registration, registering, scans; and pgbench with the same SQL.

    python -m tests.bench.server [--quick] [--processes 1] [--only scan] [--json]

Everything runs as it does in production: server processes on a durable PostgreSQL, clients in a process of their own.
Floors: a scan costs at most 250 µs of the server's CPU at 32 connections, and 32 connections redeem at least 40 % of
what 32 connections of pgbench do with one statement a scan; the 6th to 20th batch on one connection costs at most twice
the first five. Other programs on the machine make CPU dearer and pgbench slower: measure on one that is at rest.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from server.clock import new_id
from tests.bench._batches import later_batches
from tests.bench._load import Clients, Load, clients
from tests.bench._pgbench import one_by_one
from tests.bench._stage import Stage, stage
from tests.bench.door import quantile

LEVELS = (1, 32, 256, 1000)
WARM_UP = 64
HOT = 32
FLOOR_US, FLOOR_PGBENCH, FLOOR_BATCHES = 250.0, 0.4, 2.0
BATCHES, IN_BATCH = 20, 256


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look: seconds for each level, requests that may be spent on it, and seconds of pgbench."""

    seconds: float
    spent: int
    pgbench_s: int


FULL, QUICK = Effort(4.0, 12_000, 8), Effort(1.0, 2_500, 3)


class Level(msgspec.Struct, frozen=True):
    """So many connections in a closed loop; CPU in microseconds a request, of the servers and of PostgreSQL."""

    connections: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    app_us: float
    database_us: float
    refused: int


class Result(msgspec.Struct, frozen=True):
    """By route and number of connections; `pgbench32` and `pgbench32_same_sql` are scans a second.

    `redeem_vs_pgbench32`: over one statement a scan, which judges in SQL, locks no event and writes no feed;
    `redeem_vs_same_sql32`: over the server's very statements, one transaction a scan. `later_batches`: 6th to 20th over
    the first five.
    """

    processes: int
    routes: dict[str, list[Level]]
    pgbench32: float | None = None
    pgbench32_same_sql: float | None = None
    redeem_vs_pgbench32: float | None = None
    redeem_vs_same_sql32: float | None = None
    later_batches: float | None = None

    @property
    def well(self) -> bool:
        """Whether the floors hold, of what was measured."""
        hot = next((level for level in self.routes.get("scan", ()) if level.connections == HOT), None)
        return (
            not any(level.refused for levels in self.routes.values() for level in levels)
            and (hot is None or hot.app_us <= FLOOR_US)
            and (self.redeem_vs_pgbench32 is None or self.redeem_vs_pgbench32 >= FLOOR_PGBENCH)
            and (self.later_batches is None or self.later_batches <= FLOOR_BATCHES)
        )


class Requests:
    """Makes requests of each kind; those that change something are new each time."""

    def __init__(self, place: Stage) -> None:
        self._place = place
        self._scanned = 0
        self._registered = 0

    def events(self, _count: int) -> list[bytes]:
        """Pages of events."""
        return [self._get("/events?limit=20")]

    def registrations(self, _count: int) -> list[bytes]:
        """Pages of registrations."""
        return [self._get(f"/events/{self._place.festival.id}/registrations?limit=50")]

    def registration(self, count: int) -> list[bytes]:
        """One registration each."""
        return [self._get(f"/registrations/{each}") for each in self._place.crowd.registrations[:count]]

    def register(self, count: int) -> list[bytes]:
        """One more guest each."""
        self._registered += count
        numbers = range(self._registered - count, self._registered)
        path = f"/events/{self._place.festival.id}/registrations"
        guests = ({"user_email": f"late{number}@example.org", "full_name": f"Late {number}"} for number in numbers)
        return self._post(path, guests)

    def scan(self, count: int) -> list[bytes]:
        """One ticket each, never scanned before."""
        self._scanned += count
        fresh = self._place.crowd.tokens[self._scanned - count : self._scanned]
        assert len(fresh) == count, "more tickets are needed"
        place = {"list_id": self._place.festival.check_in_list["id"], "gate_id": self._place.festival.gate["id"]}
        scans = ({"id": str(new_id()), "token": token, **place} for token in fresh)
        return self._post(f"/events/{self._place.festival.id}/check-ins", scans)

    def _get(self, path: str) -> bytes:
        return f"GET /api/v1{path} HTTP/1.1\r\n{self._headers()}\r\n".encode()

    def _post(self, path: str, bodies: object) -> list[bytes]:
        head = f"POST /api/v1{path} HTTP/1.1\r\n{self._headers()}Content-Type: application/json\r\nContent-Length: "
        return [f"{head}{len(body)}\r\n\r\n{body}".encode() for body in map(json.dumps, bodies)]  # type: ignore[call-overload]

    def _headers(self) -> str:
        return f"Host: 127.0.0.1\r\nAuthorization: Bearer {self._place.access_token()}\r\n"


ROUTES: dict[str, tuple[Callable[[Requests, int], list[bytes]], bool]] = {
    "event list": (Requests.events, True),
    "registration list": (Requests.registrations, True),
    "one registration": (Requests.registration, True),
    "register": (Requests.register, False),
    "scan": (Requests.scan, False),
}
"""How its requests are made, and whether they may be repeated."""


def measure(effort: Effort, processes: int, only: Sequence[str]) -> Result:
    """Run all of it, or only some routes."""
    guests = len(LEVELS) * (effort.spent + WARM_UP) + (BATCHES + 1) * IN_BATCH + effort.pgbench_s * 20_000
    with clients() as sender, stage(guests, processes) as place:
        requests = Requests(place)
        routes = {route: _route(place, sender, requests, route, effort) for route in only}
        result = Result(processes, routes)
        if "scan" not in only:
            return result
        later = later_batches(place, len(LEVELS) * (effort.spent + WARM_UP), BATCHES, IN_BATCH)
        first = len(LEVELS) * (effort.spent + WARM_UP) + BATCHES * IN_BATCH
        same, statement = one_by_one(place, first, HOT, effort.pgbench_s)
        ours = next(level.per_second for level in routes["scan"] if level.connections == HOT)
        return msgspec.structs.replace(
            result,
            later_batches=later,
            pgbench32=statement,
            pgbench32_same_sql=same,
            redeem_vs_pgbench32=round(ours / statement, 3),
            redeem_vs_same_sql32=round(ours / same, 3),
        )


def _route(place: Stage, sender: Clients, requests: Requests, route: str, effort: Effort) -> list[Level]:
    make, repeat = ROUTES[route]
    levels = []
    for connections in LEVELS:
        sender.send(Load(place.ports, min(connections, WARM_UP), make(requests, WARM_UP), effort.seconds))
        before: list[tuple[float, float]] = []
        load = Load(place.ports, connections, make(requests, effort.spent), effort.seconds, repeat)
        told = sender.send(load, lambda seen=before: seen.append(place.cpu()))  # type: ignore[misc]
        after, count = place.cpu(), len(told.ms)
        app, database = ((then - now) / count * 1e6 for now, then in zip(before[0], after, strict=True))
        levels.append(
            Level(
                connections=connections,
                per_second=round(count / told.seconds, 1),
                p50_ms=quantile(told.ms, 0.5),
                p95_ms=quantile(told.ms, 0.95),
                p99_ms=quantile(told.ms, 0.99),
                app_us=round(app, 1),
                database_us=round(database, 1),
                refused=sum(number for status, number in told.statuses.items() if status >= 300),
            )
        )
        print(route, levels[-1], file=sys.stderr, flush=True)
    return levels


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the floors hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a second each instead of four")
    parser.add_argument("--processes", type=int, default=1, help="server processes (default %(default)s)")
    parser.add_argument("--only", choices=list(ROUTES), action="append", help="this route; may be repeated")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    result = measure(QUICK if told.quick else FULL, told.processes, told.only or list(ROUTES))
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        _show(result)
    return 0 if result.well else 1


def _show(result: Result) -> None:
    print(f"{'route':<18}{'conns':>6}{'req/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'app µs':>9}{'db µs':>8}")
    for route, levels in result.routes.items():
        for one in levels:
            times = f"{one.p50_ms:>9.1f}{one.p95_ms:>9.1f}{one.p99_ms:>9.1f}"
            cost = f"{one.app_us:>9.0f}{one.database_us:>8.0f}"
            print(f"{route:<18}{one.connections:>6}{one.per_second:>9.0f}{times}{cost}")
    if result.pgbench32 is not None:
        print(f"pgbench, 32 connections, one statement a scan      {result.pgbench32:.0f}/s")
        print(f"pgbench, 32 connections, the same SQL one by one   {result.pgbench32_same_sql:.0f}/s")
        print(f"scans against one statement     {result.redeem_vs_pgbench32}×  (floor {FLOOR_PGBENCH}×)")
        print(f"scans against the same SQL      {result.redeem_vs_same_sql32}×")
        print(f"6th to 20th batch to the first  {result.later_batches}×  (floor {FLOOR_BATCHES}×)")


if __name__ == "__main__":
    sys.exit(main())
